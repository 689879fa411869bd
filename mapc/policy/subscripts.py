"""Types and constant values of subscripts and slices."""

from typing import TYPE_CHECKING

from mapc.policy.advice import conversion, operand, shown
from mapc.policy.arguments import Argument, Arguments
from mapc.policy.arithmetic import element, no_element
from mapc.policy.faults import Fault
from mapc.policy.types import Type
from mapc.policy.values import INT, UNKNOWN, Value, integer, tuple_of
from mapc.policy.view_checks import NO_PROCESSORS, rank_advice
from mapc.syntax import ast
from mapc.text.codes import (
    INDEX_COUNT,
    MACHINE_INDEX,
    STAR_OF_NOTHING,
    WRONG_SUBSCRIPT,
)

if TYPE_CHECKING:
    from mapc.policy.typer import Typer


def infer_subscript(typer: "Typer", expr: ast.Subscript, base: Value) -> Value:
    """Return what is known of `base[indices]`."""
    indices = typer.arguments(expr.indices)
    match base.type:
        case Type.TUPLE:
            return _tuple_element(typer, expr, base, indices)
        case Type.MACHINE:
            return _machine_element(typer, expr, base, indices)
        case None:
            return UNKNOWN
    advice = "subscripts are for tuples and machines"
    if base.type is Type.TASK:
        task = shown(expr.base.span)
        advice = f"write `{task}.ipoint{shown(expr.span).removeprefix(task)}`"
    return typer.error(WRONG_SUBSCRIPT, f"{base.type} has no elements", expr.span, advice)


def _tuple_element(typer: "Typer", expr: ast.Subscript, base: Value, indices: Arguments) -> Value:
    first, *others = expr.indices
    whole = first.span.to(expr.indices[-1].span)
    if others:
        typer.error(
            WRONG_SUBSCRIPT,
            f"a tuple takes one index, not {len(expr.indices)}",
            whole,
            "index one element, or a slice `[a:b]`",
        )
        return INT
    if isinstance(first, ast.Star | ast.Unpack):
        what, advice = "a star", "leave the subscript out to keep every element"
        if isinstance(first, ast.Unpack):
            what, advice = "an unpacked tuple", "index one element, or a slice `[a:b]`"
        typer.error(WRONG_SUBSCRIPT, f"a tuple takes one index, not {what}", whole, advice)
        return INT
    index = indices.items[0].value
    if index.type not in {Type.INT, None}:
        typer.error(
            WRONG_SUBSCRIPT,
            f"the index of a tuple is {index.type}, not int",
            whole,
            conversion(index.type, Type.INT, whole),
        )
        return INT
    if index.integer is None or base.elements is None:
        return INT
    if None not in base.elements:
        try:
            return integer(element(tuple(e or 0 for e in base.elements), index.integer))
        except Fault as fault:
            typer.fault(fault, whole)
            return INT
    count = len(base.elements)
    if -count <= index.integer < count:
        return integer(base.elements[index.integer])
    typer.fault(no_element(index.integer, count), whole)
    return INT


def _machine_element(typer: "Typer", expr: ast.Subscript, base: Value, indices: Arguments) -> Value:
    result = Value(Type.SET, kinds=base.kinds)
    whole = expr.indices[0].span.to(expr.indices[-1].span)
    for value, span in indices.plain():
        if value.type is Type.TUPLE:
            typer.error(
                WRONG_SUBSCRIPT,
                "a machine takes ints, not a whole tuple",
                span,
                f"write `*` before it: `{operand(expr.base.span)}[*{operand(span)}]`",
            )
            return result
        if value.type not in {Type.INT, None}:
            typer.error(
                WRONG_SUBSCRIPT,
                f"the index of a machine is {value.type}, not int",
                span,
                conversion(value.type, Type.INT, span),
            )
            return result
    if base.extents is None:
        _check_negative(typer, expr, indices)
        return result
    rank = len(base.extents)
    given = indices.spread(rank)
    # An index that is an error by itself may stand for any number of them.
    if given is None and any(item.value.type is None and not item.star for item in indices.items):
        return result
    if given is None:
        count = indices.count if indices.count is not None else indices.at_least
        more = "" if indices.count is not None else " or more"
        typer.fault(
            Fault(
                INDEX_COUNT,
                f"{count}{more} {'index' if count == 1 else 'indices'} for a machine of "
                f"{rank} {'dimension' if rank == 1 else 'dimensions'}",
                help=rank_advice(rank),
            ),
            whole,
        )
        return result
    for dim, (argument, extent) in enumerate(zip(given, base.extents, strict=True)):
        _check_index(typer, expr, argument, dim, extent)
    return result


def _check_index(
    typer: "Typer", expr: ast.Subscript, argument: Argument, dim: int, extent: int | None
) -> None:
    """Report one index that is certainly out of range."""
    if argument.star:
        if extent == 0:
            message = f"`*` over dimension {dim} of extent 0"
            typer.fault(Fault(STAR_OF_NOTHING, message, help=NO_PROCESSORS), argument.span)
        return
    index = argument.value.integer
    if index is None or (index >= 0 and (extent is None or index < extent)):
        return
    size = "" if extent is None else f" of extent {extent}"
    machine = operand(expr.base.span)
    typer.fault(
        Fault(
            MACHINE_INDEX,
            f"machine index {index} is out of range for dimension {dim}{size}",
            help=f"write `{machine}.size[{dim}] - {-index}` to count from the end, `*` for all"
            if index < 0
            else "indices run from 0 to the extent minus 1",
        ),
        argument.span,
    )


def _check_negative(typer: "Typer", expr: ast.Subscript, indices: Arguments) -> None:
    """Report negative indices of a machine of unknown rank."""
    if indices.count is not None:
        for dim, argument in enumerate(indices.items):
            _check_index(typer, expr, argument, dim, None)


def infer_slice(typer: "Typer", expr: ast.Slice, base: Value) -> Value:
    """Return what is known of `base[lower:upper]`."""
    bounds: list[int | None] = []
    known = True
    for bound in (expr.lower, expr.upper):
        if bound is None:
            bounds.append(None)
            continue
        value = typer.infer(bound)
        if value.type not in {Type.INT, None}:
            typer.error(
                WRONG_SUBSCRIPT,
                f"the bound of a slice is {value.type}, not int",
                bound.span,
                conversion(value.type, Type.INT, bound.span),
            )
        known = known and value.integer is not None
        bounds.append(value.integer)
    if base.type not in {Type.TUPLE, Type.MACHINE, None}:
        return typer.error(
            WRONG_SUBSCRIPT,
            f"{base.type} cannot be sliced",
            expr.span,
            "slices are for tuples and machines",
        )
    elements = base.extents if base.type is Type.MACHINE else base.elements
    if elements is None or not known:
        return tuple_of(None)
    lower, upper = bounds
    return tuple_of(elements[lower:upper])
