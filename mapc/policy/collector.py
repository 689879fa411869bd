"""Keeps Python's collector of reference cycles out of work that only builds trees.

A tree has no cycles, but the collector walks all of it again and again while it grows: half of the
time that a large policy takes.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Let no collection begin inside the block."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
