"""Arguments of calls: how many there are, of which types, and which are known."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mapc.policy.advice import conversion
from mapc.policy.builtins import Builtin
from mapc.policy.faults import Fault
from mapc.policy.types import DECLARED, Type
from mapc.policy.values import INT, MOST_TRACKED, UNKNOWN, Known, Value, concrete
from mapc.syntax import ast
from mapc.text import Span
from mapc.text.codes import ARGUMENT_COUNT, ARGUMENT_TYPE

if TYPE_CHECKING:
    from mapc.policy.typer import Typer

_MOST_UNPACKED = 1000
"""Elements of one list that the compiler gets from unpacked tuples."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument; one that was unpacked from a tuple of unknown length stands for any number."""

    value: Value
    span: Span
    unpacked: bool = False
    star: bool = False
    any_number: bool = False


@dataclass(slots=True)
class Arguments:
    """The elements of an argument list, a tuple literal or a subscript."""

    items: list[Argument] = field(default_factory=list)

    def add(self, value: Value, span: Span) -> None:
        """Add one plain element."""
        self.items.append(Argument(value, span))

    def add_star(self, span: Span) -> None:
        """Add a bare star."""
        self.items.append(Argument(UNKNOWN, span, star=True))

    def add_unpacked(self, value: Value, span: Span) -> None:
        """Add the elements of a tuple."""
        if value.elements is None or len(self.items) > _MOST_UNPACKED:
            self.items.append(Argument(INT, span, unpacked=True, any_number=True))
            return
        for const in value.elements:
            self.items.append(Argument(Value(Type.INT, const=const), span, unpacked=True))

    @property
    def count(self) -> int | None:
        """How many there are, if that is known."""
        return None if any(item.any_number for item in self.items) else len(self.items)

    @property
    def at_least(self) -> int:
        """How many there are at least."""
        return sum(not item.any_number for item in self.items)

    def plain(self) -> Iterator[tuple[Value, Span]]:
        """Yield the elements that were not unpacked."""
        return ((i.value, i.span) for i in self.items if not i.unpacked and not i.star)

    def integers(self) -> Known | None:
        """Return the values, None if their number is not known."""
        if len(self.items) > MOST_TRACKED or self.count is None:
            return None
        return tuple(item.value.integer for item in self.items)

    def spread(self, count: int) -> list[Argument] | None:
        """Return `count` arguments, the unpacked ones repeated as needed; None if impossible.

        With several tuples of unknown length, it does not matter which gives how many: between
        the first and the last of them there is an int at every place or an error.
        """
        if self.count is not None:
            return self.items if self.count == count else None
        missing = count - self.at_least
        if missing < 0:
            return None
        first = next(i for i, item in enumerate(self.items) if item.any_number)
        rest = [item for item in self.items[first + 1 :] if not item.any_number]
        return [*self.items[:first], *[self.items[first]] * missing, *rest]


def check_function(
    typer: "Typer", expr: ast.Call, function: ast.Function, arguments: Arguments
) -> tuple[Type, ...] | None:
    """Return the types with which a function of the program is called, None after an error."""
    count = len(function.parameters)
    given = arguments.spread(count)
    if given is None:
        names = tuple(parameter.name for parameter in function.parameters)
        takes = f"{count} argument{'' if count == 1 else 's'}"
        _wrong_count(typer, expr, takes, arguments, names)
        return None
    types: list[Type] = []
    complete = True
    for parameter, argument in zip(function.parameters, given, strict=True):
        declared, actual = DECLARED.get(parameter.type), argument.value.type
        if declared is not None and actual is not None and actual != declared:
            typer.error(
                ARGUMENT_TYPE,
                f"parameter `{parameter.name}` of `{function.name}` is {declared}, not {actual}",
                argument.span,
                conversion(actual, declared, argument.span),
            )
            complete = False
        chosen = declared or actual
        if chosen is None:
            complete = False
        else:
            types.append(chosen)
    return tuple(types) if complete else None


def check_builtin(typer: "Typer", expr: ast.Call, builtin: Builtin, arguments: Arguments) -> Value:
    """Return what is known of a call of a built-in function."""
    counts = [len(parameters) for parameters, _ in builtin.signatures]
    if arguments.count is not None:
        given = arguments.items if builtin.takes(arguments.count) else None
    elif builtin.repeats:
        given = arguments.items
    else:
        given = next((g for n in counts if (g := arguments.spread(n)) is not None), None)
    if given is None:
        _wrong_count(typer, expr, builtin.counts(), arguments, builtin.parameters)
        return UNKNOWN
    types = tuple(argument.value.type for argument in given)
    known = tuple(t for t in types if t is not None)
    if len(known) < len(types):
        results = {result for _, result in builtin.signatures}
        return Value(results.pop()) if len(results) == 1 else UNKNOWN
    result = builtin.result(known)
    if result is None:
        return _wrong_types(typer, builtin, given, known)
    if arguments.count is None:
        return Value(result)
    return _call_builtin(typer, expr, builtin, given, result)


def _call_builtin(
    typer: "Typer", expr: ast.Call, builtin: Builtin, given: list[Argument], result: Type
) -> Value:
    """Return the value of a call whose arguments are constant, else its type."""
    if builtin.name == "len":
        (argument,) = given
        known = argument.value.elements or argument.value.extents
        known = argument.value.elements if known is None else known
        return Value(result, const=None if known is None else len(known))
    values: list[object] = []
    for argument in given:
        value = argument.value.const
        if argument.value.type is Type.TUPLE:
            elements = argument.value.elements
            if elements is None or None in elements:
                return Value(result)
            values.append(elements)
        elif value is None:
            return Value(result)
        else:
            values.append(value)
    if builtin.length is not None and builtin.length(*values) > MOST_TRACKED:
        return Value(result)
    try:
        found = concrete(builtin.value(*values))
    except Fault as fault:
        place = expr.span if fault.argument is None else given[fault.argument].span
        typer.fault(fault, place)
        return Value(result)
    return found


def _wrong_types(
    typer: "Typer", builtin: Builtin, given: list[Argument], types: tuple[Type, ...]
) -> Value:
    """Report the first argument that no signature takes there."""
    fitting = [p for p, _ in builtin.signatures if len(p) == len(types)] or [
        (Type.INT,) * len(types)
    ]
    for i, (argument, actual) in enumerate(zip(given, types, strict=True)):
        still = [p for p in fitting if p[i] == actual]
        if not still:
            wanted = " or ".join(dict.fromkeys(p[i].value for p in fitting))
            return typer.error(
                ARGUMENT_TYPE,
                f"argument {i + 1} of `{builtin.name}` is {actual}, not {wanted}",
                argument.span,
                conversion(actual, fitting[0][i], argument.span),
            )
        fitting = still
    return UNKNOWN


def _wrong_count(
    typer: "Typer", expr: ast.Call, takes: str, arguments: Arguments, names: tuple[str, ...]
) -> None:
    """Report a call with too few or too many arguments; `names` are those that it should have."""
    count = arguments.count
    given = f"not {count}" if count is not None else f"not {arguments.at_least} or more"
    typer.error(
        ARGUMENT_COUNT,
        f"`{expr.function}` takes {takes}, {given}",
        expr.span,
        f"write `{expr.function}({', '.join(names)})`",
    )
