"""The conditions of machine transformations, on extents and arguments that may be unknown.

The compiler asks with what it knows (None is an unknown extent or argument), the evaluator with
everything; so both say the same.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from mapc.policy import splits
from mapc.policy.faults import MOST_STEPS, Fault
from mapc.text.codes import (
    NO_SUCH_DIMENSION,
    SAME_DIMENSION,
    SLICE_BOUNDS,
    SPLIT_INVALID,
    SPLIT_NOT_DIVIDING,
    SPLIT_OF_NOTHING,
    STEP_LIMIT,
)

Extents: TypeAlias = Sequence[int | None]
Space: TypeAlias = Sequence[int | None]

LARGEST_RANK = 10**6
NO_PROCESSORS = "choose another machine where `m.volume` is 0"
_MOST_PROCESSORS = 64
_FROM_ZERO = "count from 0; both bounds are included"


def check(method: str, extents: Extents, arguments: Sequence[int | Space | None]) -> None:
    """Raise a fault if the arguments certainly violate a condition of the method."""
    _CHECKS[method](method, extents, *arguments)


def rank_advice(rank: int) -> str:
    """Return what to do about a number of indices other than the machine's rank."""
    return f"give {rank}, or change the machine with `merge` or `split`"


def _dimension(extents: Extents, d: int | None, argument: int = 0) -> int | None:
    """Return the extent of a dimension where both are known."""
    if d is None:
        return None
    if not 0 <= d < len(extents):
        raise Fault(
            NO_SUCH_DIMENSION,
            f"dimension {d} is out of range for a machine of rank {len(extents)}",
            argument,
            help=f"dimensions count from 0 to {len(extents) - 1}",
        )
    return extents[d]


def _split(method: str, extents: Extents, d: int | None, factor: int | None) -> None:
    extent = _dimension(extents, d)
    if factor is None:
        return
    if factor < 1:
        raise Fault(
            SPLIT_INVALID,
            f"{method}: the factor {factor} is below 1",
            1,
            help="use a factor of 1 or more",
        )
    if extent is not None and extent % factor:
        raise Fault(
            SPLIT_NOT_DIVIDING,
            f"{method}: the factor {factor} does not divide the extent {extent}",
            1,
            help=f"use a divisor of the extent{_divisors(extent)}, or `auto_split`",
        )


def _divisors(extent: int) -> str:
    """Return the divisors of an extent in parentheses, nothing if there are many to look for."""
    if extent > _MOST_PROCESSORS:
        return ""
    return f" ({', '.join(str(n) for n in range(1, extent + 1) if extent % n == 0)})"


def _two(method: str, extents: Extents, a: int | None, b: int | None) -> None:
    _dimension(extents, a, 0)
    _dimension(extents, b, 1)
    if a is not None and a == b:
        raise Fault(
            SAME_DIMENSION,
            f"{method}: the two dimensions must differ",
            1,
            help=f"write `{method}(0, 1)`, for example",
        )


def _slice(method: str, extents: Extents, d: int | None, low: int | None, high: int | None) -> None:
    extent = _dimension(extents, d)
    if low is not None and low < 0:
        raise Fault(
            SLICE_BOUNDS, f"{method}: the lower bound {low} is negative", 1, help=_FROM_ZERO
        )
    if low is not None and high is not None and low > high:
        raise Fault(
            SLICE_BOUNDS,
            f"{method}: the lower bound {low} is above the upper bound {high}",
            1,
            help="swap them; both are included"
            if high >= 0
            else f"use an upper bound of {low} or more; it is included",
        )
    if high is not None and high < 0:
        raise Fault(
            SLICE_BOUNDS, f"{method}: the upper bound {high} is negative", 2, help=_FROM_ZERO
        )
    for argument, bound in ((1, low), (2, high)):
        if bound is not None and extent is not None and bound >= extent:
            raise Fault(
                SLICE_BOUNDS,
                f"{method}: the bound {bound} is outside an extent of {extent}",
                argument,
                help="the upper bound is included; the last index is the extent minus 1",
            )


def _reverse(_method: str, extents: Extents, d: int | None) -> None:
    _dimension(extents, d)


def _nothing(method: str, extent: int | None) -> None:
    if extent == 0:
        raise Fault(
            SPLIT_OF_NOTHING,
            f"{method} of an extent of 0",
            0,
            help=NO_PROCESSORS,
        )


def _balance(method: str, extents: Extents, d: int | None, count: int | None) -> None:
    extent = _dimension(extents, d)
    if count is not None and count < 1:
        raise Fault(
            SPLIT_INVALID,
            f"{method}: the count {count} is below 1",
            1,
            help="use a count of 1 or more",
        )
    if count is not None and count > LARGEST_RANK:
        raise Fault(
            STEP_LIMIT,
            f"{method}: {count} dimensions are too many",
            1,
            help="use as many as the launch domain has",
        )
    _nothing(method, extent)


def _space(method: str, extents: Extents, d: int | None, space: Space | None) -> None:
    extent = _dimension(extents, d)
    if space is not None and not space:
        raise Fault(
            SPLIT_INVALID,
            f"{method}: the tuple of extents is empty",
            1,
            help="give one extent for each new dimension, such as `t.ispace`",
        )
    for value in space or ():
        if value is not None and value < 0:
            raise Fault(
                SPLIT_INVALID,
                f"{method}: the extent {value} is negative",
                1,
                help="use extents of 0 or more",
            )
    _nothing(method, extent)
    if space is None or extent is None or method == "greedy_split":
        return
    if splits.auto_work(extent, len(space)) > MOST_STEPS:
        raise Fault(
            STEP_LIMIT,
            f"{method} of an extent of {extent} over {len(space)} dimensions has too many choices",
            1,
            help="split over fewer dimensions, or use `greedy_split`",
        )


_CHECKS: dict[str, Callable[..., None]] = {
    "split": _split,
    "merge": _two,
    "swap": _two,
    "slice": _slice,
    "reverse": _reverse,
    "balance_split": _balance,
    "auto_split": _space,
    "decompose": _space,
    "greedy_split": _space,
}
