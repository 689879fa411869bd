"""Room for deep recursion: calls of the language, and expressions as deep as the parser lets by."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# A call of the language is some Python calls, one per level of the expression around it. Python
# frames of Python functions lie on the heap, so this is no danger to the stack.
_PYTHON_DEPTH = 1_000_000


@contextmanager
def deep_calls() -> Iterator[None]:
    """Let Python functions call each other as deep as the language admits."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _PYTHON_DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
