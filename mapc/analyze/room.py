"""Room for deep recursion: a machine writes expressions deeper than Python's stack."""

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

_STACK = 256 * 2**20
_DEPTH = 100_000

T = TypeVar("T")


def with_room(work: Callable[[], T]) -> T:
    """Return what a function returns, run on a large stack; raises what it raises."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # raised again by the thread that waits
            errors.append(error)

    depth, stack = sys.getrecursionlimit(), threading.stack_size(_STACK)
    sys.setrecursionlimit(max(depth, _DEPTH))
    try:
        # An interrupt reaches the thread that waits; this one does not hold the process then.
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(stack)
        sys.setrecursionlimit(depth)
    for error in errors:
        raise error
    return results[0]
