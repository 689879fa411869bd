"""Integer and tuple arithmetic of the language: 64 bits, checked, truncating as in C++."""

from collections.abc import Callable
from typing import TypeAlias

from mapc.policy.faults import Fault
from mapc.text.codes import DIVISION_BY_ZERO, INTEGER_OVERFLOW, TUPLE_INDEX, TUPLE_LENGTHS

Ints: TypeAlias = tuple[int, ...]

LEAST = -(2**63)
LARGEST = 2**63 - 1

_SMALLER = "calculate with smaller numbers: divide before you multiply"
NOT_BY_ZERO = "use a divisor other than 0, such as `max(1, n)`"


def fit(value: int) -> int:
    """Return a value that fits 64 bits."""
    if LEAST <= value <= LARGEST:
        return value
    raise Fault(INTEGER_OVERFLOW, f"{value} does not fit a signed 64-bit integer", help=_SMALLER)


def divide(a: int, b: int) -> int:
    """Return the quotient, truncated toward zero."""
    if b == 0:
        raise Fault(DIVISION_BY_ZERO, f"division of {a} by zero", help=NOT_BY_ZERO)
    quotient = abs(a) // abs(b)
    return fit(quotient if (a < 0) == (b < 0) else -quotient)


def remainder(a: int, b: int) -> int:
    """Return the remainder, which has the sign of `a`."""
    if b == 0:
        raise Fault(DIVISION_BY_ZERO, f"remainder of {a} divided by zero", help=NOT_BY_ZERO)
    rest = abs(a) % abs(b)
    return -rest if a < 0 else rest


OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: fit(a + b),
    "-": lambda a, b: fit(a - b),
    "*": lambda a, b: fit(a * b),
    "/": divide,
    "%": remainder,
}


def operate(op: str, a: int | Ints, b: int | Ints) -> int | Ints:
    """Return `a op b`, element-wise where a tuple takes part."""
    function = OPERATIONS[op]
    if isinstance(a, int):
        if isinstance(b, int):
            return function(a, b)
        return tuple([function(a, y) for y in b])
    if isinstance(b, int):
        return tuple([function(x, b) for x in a])
    if len(a) != len(b):
        raise Fault(
            TUPLE_LENGTHS,
            f"tuples of length {len(a)} and {len(b)} in `{op}`",
            help=equal_lengths(len(a), len(b)),
        )
    return tuple([function(x, y) for x, y in zip(a, b, strict=True)])


def negate(a: int | Ints) -> int | Ints:
    """Return `-a`, element-wise on a tuple."""
    return fit(-a) if isinstance(a, int) else tuple([fit(-x) for x in a])


def product(values: Ints) -> int:
    """Return the product, 1 for the empty tuple."""
    result = 1
    for value in values:
        result = fit(result * value)
    return result


def element(values: Ints, index: int) -> int:
    """Return one element, counting from the end for a negative index."""
    if -len(values) <= index < len(values):
        return values[index]
    raise no_element(index, len(values))


def no_element(index: int, length: int) -> Fault:
    """Return the fault of an index that a tuple of this length does not have."""
    return Fault(
        TUPLE_INDEX,
        f"index {index} is out of range for a tuple of length {length}",
        help=f"use an index from {-length} to {length - 1}"
        if length
        else "test `len(t) > 0` first, where `t` is this tuple",
    )


def equal_lengths(a: int, b: int) -> str:
    """Return how to make two tuples equally long."""
    least = min(a, b)
    if least == 0:
        return "test the length with `len` first"
    return f"take `[:{least}]` of the longer one, or `merge` dimensions of the machine"
