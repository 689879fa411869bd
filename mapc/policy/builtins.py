"""The built-in functions: how many arguments they take, and their values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from mapc.policy.arithmetic import LARGEST, fit, negate, product
from mapc.policy.faults import MOST_STEPS, Fault
from mapc.policy.machine_view import View
from mapc.policy.types import Type
from mapc.text.codes import EMPTY_MIN_MAX, LINEARIZE_RANGE, STEP_LIMIT, TUPLE_LENGTHS

Ints: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Builtin:
    """A built-in function.

    `signatures` are the lists of argument types it takes with the type of the result; with
    `repeats`, the last argument of the first signature may occur any number of times.
    `parameters` are the arguments of a typical call.
    """

    name: str
    parameters: tuple[str, ...]
    signatures: tuple[tuple[tuple[Type, ...], Type], ...]
    value: Callable[..., object]
    repeats: bool = False
    length: Callable[..., int] | None = None
    """How many elements a tuple as the result has, told before it is made."""

    def takes(self, count: int) -> bool:
        """Return whether any signature has this many arguments."""
        if self.repeats and count >= 1:
            return True
        return any(len(parameters) == count for parameters, _ in self.signatures)

    def result(self, arguments: tuple[Type, ...]) -> Type | None:
        """Return the type of a call, None if the arguments do not fit."""
        for parameters, result in self.signatures:
            if parameters == arguments:
                return result
        if self.repeats and set(arguments) == {Type.INT}:
            return Type.INT
        return None

    def counts(self) -> str:
        """Return how many arguments the function takes, in words."""
        if self.repeats:
            return "one or more arguments"
        counts = sorted({len(parameters) for parameters, _ in self.signatures})
        plural = "" if counts == [1] else "s"
        return f"{' or '.join(map(str, counts))} argument{plural}"


def _extreme(name: str, choose: Callable[[Ints], int]) -> Callable[..., int]:
    def value(*arguments: int | Ints) -> int:
        first = arguments[0]
        values = first if isinstance(first, tuple) else arguments
        if not values:
            raise Fault(
                EMPTY_MIN_MAX,
                f"`{name}` of an empty tuple",
                0,
                help=f"add a value for this case, such as `{name}(0, *t)`",
            )
        return choose(values)  # type: ignore[arg-type]  # checked: all ints

    return value


def _abs(a: int | Ints) -> int | Ints:
    if isinstance(a, tuple):
        return tuple([x if x >= 0 else fit(-x) for x in a])
    return a if a >= 0 else negate(a)


def _sum(values: Ints) -> int:
    # Where no partial sum can overflow, Python's own loop is much faster.
    if values and max(abs(max(values)), abs(min(values))) * len(values) <= LARGEST:
        return sum(values)
    total = 0
    for value in values:
        total = fit(total + value)
    return total


def _len(value: Ints | View) -> int:
    return len(value.extents) if isinstance(value, View) else len(value)


def _range(*bounds: int) -> Ints:
    low, high = bounds if len(bounds) == 2 else (0, bounds[0])
    if high - low > MOST_STEPS:
        raise Fault(
            STEP_LIMIT,
            f"`range` of {high - low} elements exceeds the limit of steps",
            help="calculate with a formula instead of a list of all numbers",
        )
    return tuple(range(low, high))


def _range_length(*bounds: int) -> int:
    low, high = bounds if len(bounds) == 2 else (0, bounds[0])
    # A range above the limit is never made: it has an error of its own.
    return high - low if 0 < high - low <= MOST_STEPS else 0


def _same_length(value: int | Ints) -> int:
    return len(value) if isinstance(value, tuple) else 0


def _linearize(point: Ints, space: Ints) -> int:
    if len(point) != len(space) or not point:
        raise Fault(
            TUPLE_LENGTHS,
            f"`linearize` of tuples of length {len(point)} and {len(space)}"
            if point or space
            else "`linearize` of empty tuples",
            help="give one coordinate for each extent, and at least one",
        )
    index = 0
    for k, (p, s) in enumerate(zip(point, space, strict=True)):
        if not 0 <= p < s:
            raise Fault(
                LINEARIZE_RANGE,
                f"`linearize`: coordinate {p} is out of range for extent {s} of dimension {k}",
                0,
                help=f"use a coordinate from 0 to {s - 1}, such as one that ends with `% {s}`"
                if s > 0
                else "use extents of 1 or more",
            )
        index = fit(index * s + p)
    return index


def _delinearize(index: int, space: Ints) -> Ints:
    for k, s in enumerate(space):
        if s < 1:
            raise Fault(
                LINEARIZE_RANGE,
                f"`delinearize`: extent {s} of dimension {k} is below 1",
                1,
                help="use extents of 1 or more",
            )
    volume = product(space)
    if not 0 <= index < volume:
        raise Fault(
            LINEARIZE_RANGE,
            f"`delinearize`: {index} is out of range for volume {volume}",
            0,
            help=f"use an index from 0 to {volume - 1}, such as one that ends with `% {volume}`",
        )
    point = []
    for s in reversed(space):
        point.append(index % s)
        index //= s
    return tuple(reversed(point))


_I, _T, _M = Type.INT, Type.TUPLE, Type.MACHINE

BUILTINS: dict[str, Builtin] = {
    builtin.name: builtin
    for builtin in (
        Builtin("min", ("a", "b"), (((_I,), _I), ((_T,), _I)), _extreme("min", min), repeats=True),
        Builtin("max", ("a", "b"), (((_I,), _I), ((_T,), _I)), _extreme("max", max), repeats=True),
        Builtin("abs", ("a",), (((_I,), _I), ((_T,), _T)), _abs, length=_same_length),
        Builtin("sum", ("t",), (((_T,), _I),), _sum),
        Builtin("prod", ("t",), (((_T,), _I),), product),
        Builtin("len", ("t",), (((_T,), _I), ((_M,), _I)), _len),
        Builtin("range", ("n",), (((_I,), _T), ((_I, _I), _T)), _range, length=_range_length),
        Builtin("linearize", ("point", "extents"), (((_T, _T), _I),), _linearize),
        Builtin(
            "delinearize",
            ("index", "extents"),
            (((_I, _T), _T),),
            _delinearize,
            length=lambda _, space: len(space),
        ),
    )
}
