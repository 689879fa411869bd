"""Exact 64-bit arithmetic on many points at once: what `arithmetic` does, over numpy arrays.

An operand is a Python int, the same at every point, or an int64 array with one element a point.
numpy wraps silently; here nothing does. Whatever fails at any point raises `NotVectorised`, and
evaluation point by point tells which and why.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from mapc.policy.arithmetic import LARGEST, LEAST

Array: TypeAlias = npt.NDArray[Any]
Lane: TypeAlias = int | Array


class NotVectorised(Exception):  # noqa: N818  # no error: the other path takes over
    """This launch cannot be evaluated for many points at once, or fails at one of them."""


def varies(value: object) -> bool:
    """Return whether a value has an element for every point."""
    return isinstance(value, np.ndarray)


def refuse(failed: object) -> None:
    """Leave the evaluation to the other path if a condition holds at any point."""
    if failed.any() if isinstance(failed, np.ndarray) else failed:
        raise NotVectorised


def bounds(value: Lane) -> tuple[int, int]:
    """Return the least and the largest element."""
    if isinstance(value, np.ndarray):
        return int(value.min()), int(value.max())
    return value, value


def _exact(value: int) -> int:
    refuse(not LEAST <= value <= LARGEST)
    return value


def add(a: Lane, b: Lane) -> Lane:
    """Return `a + b`."""
    if isinstance(a, int) and isinstance(b, int):
        return _exact(a + b)
    total: Array = np.add(a, b)
    # A sum with the sign of neither operand has wrapped.
    refuse((np.bitwise_xor(a, total) & np.bitwise_xor(b, total)) < 0)
    return total


def subtract(a: Lane, b: Lane) -> Lane:
    """Return `a - b`."""
    if isinstance(a, int) and isinstance(b, int):
        return _exact(a - b)
    rest: Array = np.subtract(a, b)
    refuse((np.bitwise_xor(a, b) & np.bitwise_xor(a, rest)) < 0)
    return rest


def multiply(a: Lane, b: Lane) -> Lane:
    """Return `a * b`."""
    if isinstance(a, int) and isinstance(b, int):
        return _exact(a * b)
    (low_a, high_a), (low_b, high_b) = bounds(a), bounds(b)
    corners = (low_a * low_b, low_a * high_b, high_a * low_b, high_a * high_b)
    result = a * b
    if min(corners) < LEAST or max(corners) > LARGEST:
        # Rare, so it may be slow: a product that wrapped does not divide back. By 0 nothing
        # wraps, and dividing by -1 would itself.
        refuse((np.equal(b, -1) & np.equal(a, LEAST)) | (np.equal(a, -1) & np.equal(b, LEAST)))
        plain = np.not_equal(b, 0) & np.not_equal(b, -1)
        refuse(plain & (result // np.where(plain, b, 1) != a))
    return result


def divide(a: Lane, b: Lane) -> Lane:
    """Return the quotient, truncated toward zero."""
    refuse(np.equal(b, 0))
    (low_a, _), (low_b, _) = bounds(a), bounds(b)
    if low_a >= 0 and low_b > 0:
        return a // b
    refuse(np.equal(a, LEAST) & np.equal(b, -1))
    return (a - remainder(a, b)) // b


def remainder(a: Lane, b: Lane) -> Lane:
    """Return the remainder, which has the sign of `a`."""
    refuse(np.equal(b, 0))
    if isinstance(a, int) and isinstance(b, int):
        return abs(a) % abs(b) * (-1 if a < 0 else 1)
    (low_a, _), (low_b, _) = bounds(a), bounds(b)
    if low_a >= 0 and low_b > 0:
        return a - a // b * b  # numpy divides by one number much faster than it takes remainders
    if low_b <= -1:
        b = np.where(np.equal(b, -1), 1, b)  # the same remainder, 0, without a quotient that wraps
    return np.fmod(a, b)


def negate(a: Lane) -> Lane:
    """Return `-a`."""
    refuse(np.equal(a, LEAST))
    return -a


def absolute(a: Lane) -> Lane:
    """Return the absolute value."""
    refuse(np.equal(a, LEAST))
    return np.abs(a) if isinstance(a, np.ndarray) else abs(a)


def extreme(name: str, values: tuple[Lane, ...]) -> Lane:
    """Return the smallest (`min`) or largest (`max`) of one or more ints."""
    refuse(not values)
    pick = np.minimum if name == "min" else np.maximum
    first, *others = values
    for value in others:
        picked = pick(first, value)
        first = picked if isinstance(picked, np.ndarray) else int(picked)
    return first


OPERATIONS: dict[str, Callable[[Lane, Lane], Lane]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
}
