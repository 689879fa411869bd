"""Types and constant values of members, and of the views that transformations make."""

from math import prod
from typing import TYPE_CHECKING

from mapc.policy import view_checks
from mapc.policy.advice import conversion, operand, sort
from mapc.policy.arguments import Argument, Arguments
from mapc.policy.faults import Fault
from mapc.policy.namewords import METHODS, PLAIN_MEMBERS
from mapc.policy.types import Type
from mapc.policy.values import (
    BOOL,
    NAME,
    TASK,
    TUPLE,
    UNKNOWN,
    Known,
    Value,
    integer,
    machine,
    tuple_of,
)
from mapc.syntax import ast
from mapc.text import Span
from mapc.text.codes import ARGUMENT_COUNT, ARGUMENT_TYPE, MEMBER_TYPE

if TYPE_CHECKING:
    from mapc.policy.typer import Typer

_OWNERS: dict[str, tuple[Type, ...]] = {
    **dict.fromkeys(("size", "len", "volume"), (Type.TUPLE, Type.MACHINE)),
    **dict.fromkeys(("name", "ipoint", "ispace", "depth", "parent", "processor"), (Type.TASK,)),
    "has": (Type.SET,),
}
_TASK_MEMBERS = {
    "name": NAME,
    "ipoint": TUPLE,
    "ispace": TUPLE,
    "depth": integer(None),
    "parent": TASK,
}
_SPACES = frozenset(("auto_split", "decompose", "greedy_split"))


def infer_member(typer: "Typer", expr: ast.Member, base: Value) -> Value:
    """Return what is known of `base.name`."""
    name = expr.name
    if name not in PLAIN_MEMBERS or not _owned(typer, expr, base):
        return UNKNOWN
    if name in _TASK_MEMBERS:
        return _TASK_MEMBERS[name]
    known = base.extents if base.type is Type.MACHINE else base.elements
    match name:
        case "size":
            return tuple_of(known)
        case "len":
            return integer(None if known is None else len(known))
    sure = [e for e in known or () if e is not None]
    whole = known is not None and len(sure) == len(known)
    return integer(prod(sure) if whole and abs(prod(sure)) < 2**63 else None)


def infer_method(typer: "Typer", expr: ast.MethodCall, base: Value) -> Value:
    """Return what is known of `base.name(arguments)`."""
    name = expr.name
    if name not in METHODS:
        return UNKNOWN
    owned = _owned(typer, expr, base)
    if name == "has":
        return BOOL
    arguments = typer.arguments(expr.arguments)
    given = _given(typer, expr, arguments)
    if name == "processor":
        target = given[0].value if given and owned else UNKNOWN
        rank = target.extents if target.type is Type.MACHINE else None
        return tuple_of(None if rank is None else (None,) * len(rank))
    if given is None or not owned:
        return machine(base.kinds, None)
    return _transform(typer, expr, base, given)


def _owned(typer: "Typer", expr: ast.Member | ast.MethodCall, base: Value) -> bool:
    """Return whether the type of `base` has the member; report it if not."""
    owners = _OWNERS.get(expr.name, (Type.MACHINE,))
    if base.type is None or base.type in owners:
        return True
    typer.error(
        MEMBER_TYPE,
        f"{base.type} has no member `{expr.name}`",
        expr.name_span,
        _owner_advice(expr, base.type, owners),
    )
    return False


def _owner_advice(expr: ast.Member | ast.MethodCall, actual: Type, owners: tuple[Type, ...]) -> str:
    """Return what to write instead of a member that a type does not have."""
    name, text = expr.name, operand(expr.base.span)
    if Type.TASK in owners:
        argument = f"({text})" if name == "processor" and actual is Type.MACHINE else ""
        return f"write `t.{name}{argument}`, where `t` is the task"
    if actual is Type.TASK and Type.TUPLE in owners:
        return f"write `{text}.ispace`" + (f" or `{text}.ispace.{name}`" if name != "size" else "")
    if name == "has" and actual is Type.MACHINE:
        return f"take processors first: `{text}[*, *].has(...)`"
    return f"`{name}` is a member of {' or '.join(map(sort, owners))}"


def _given(typer: "Typer", expr: ast.MethodCall, arguments: Arguments) -> list[Argument] | None:
    """Return the arguments of a method if number and types are right; report them if not."""
    parameters = METHODS[expr.name]
    given = arguments.spread(len(parameters))
    if given is None:
        count = len(parameters)
        typer.error(
            ARGUMENT_COUNT,
            f"`{expr.name}` takes {count} argument{'' if count == 1 else 's'}, "
            f"not {arguments.count if arguments.count is not None else arguments.at_least}",
            expr.span,
            f"write `.{expr.name}({', '.join(parameters)})`",
        )
        return None
    right = True
    for i, argument in enumerate(given):
        wanted = Type.INT
        if expr.name == "processor":
            wanted = Type.MACHINE
        elif expr.name in _SPACES and i == 1:
            wanted = Type.TUPLE
        actual = argument.value.type
        if actual is not None and actual is not wanted:
            right = False
            typer.error(
                ARGUMENT_TYPE,
                f"argument {i + 1} of `{expr.name}` is {actual}, not {wanted}",
                argument.span,
                conversion(actual, wanted, argument.span),
            )
    return given if right else None


def _transform(typer: "Typer", expr: ast.MethodCall, base: Value, given: list[Argument]) -> Value:
    """Return the view that a transformation makes."""
    if base.extents is None:
        return machine(base.kinds, None)
    name = expr.name
    values = [
        argument.value.elements if argument.value.type is Type.TUPLE else argument.value.integer
        for argument in given
    ]
    try:
        view_checks.check(name, base.extents, values)
    except Fault as fault:
        typer.fault(fault, _blamed(expr, given, fault))
        return machine(base.kinds, None)
    return machine(base.kinds, _new_extents(name, base.extents, values))


def _blamed(expr: ast.MethodCall, given: list[Argument], fault: Fault) -> Span:
    """Return the place of the argument, or of the element of it, that is wrong."""
    if fault.argument is None:
        return expr.span
    if len(expr.arguments) == len(given) and expr.name in _SPACES and fault.argument == 1:
        space = expr.arguments[1]
        elements = space.elements if isinstance(space, ast.TupleLiteral) else ()
        for element in elements:
            if isinstance(element, ast.Unary) and element.span.text in fault.message:
                return element.span
    return given[fault.argument].span


def _new_extents(name: str, extents: Known, values: list[int | Known | None]) -> Known | None:
    """Return the extents of the new view; None if even their number is unknown."""
    if name == "reverse":
        return extents
    d, *rest = values
    if name in _SPACES:
        (space,) = rest
        count = len(space) if isinstance(space, tuple) else None
        return _split_extents(extents, d, None if count is None else (None,) * count)
    if name == "balance_split":
        (parts,) = rest
        return _split_extents(extents, d, (None,) * parts if isinstance(parts, int) else None)
    if name == "split":
        (factor,) = rest
        extent = extents[d] if isinstance(d, int) else None
        known = isinstance(factor, int) and extent is not None
        other = extent // factor if known else None  # type: ignore[operator]  # see `known`
        return _split_extents(extents, d, (factor, other))  # type: ignore[arg-type]  # an int
    unknown: Known = (None,) * len(extents)
    if name == "slice":
        low, high = rest
        if not isinstance(d, int):
            return unknown
        bounded = isinstance(low, int) and isinstance(high, int)
        length = high - low + 1 if bounded else None  # type: ignore[operator]  # see `bounded`
        return (*extents[:d], length, *extents[d + 1 :])
    (e,) = rest
    if not isinstance(d, int) or not isinstance(e, int):
        return unknown if name == "swap" else unknown[:-1]
    changed = list(extents)
    if name == "swap":
        changed[d], changed[e] = changed[e], changed[d]
        return tuple(changed)
    a, b = changed[d], changed[e]
    changed[d] = None if a is None or b is None else a * b
    del changed[e]
    return tuple(changed)


def _split_extents(extents: Known, d: "int | Known | None", factors: Known | None) -> Known | None:
    """Return the extents with dimension `d` replaced by factors."""
    if factors is None:
        return None
    if not isinstance(d, int):
        return (None,) * (len(extents) - 1 + len(factors))
    return (*extents[:d], *factors, *extents[d + 1 :])
