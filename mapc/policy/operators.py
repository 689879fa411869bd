"""Types and constant values of operators (reference, 6.1)."""

from typing import TYPE_CHECKING

from mapc.policy.advice import conversion, operand, shown
from mapc.policy.arithmetic import NOT_BY_ZERO, equal_lengths, fit, operate
from mapc.policy.faults import Fault
from mapc.policy.types import Type
from mapc.policy.values import BOOL, UNKNOWN, Value, boolean, integer, tuple_of
from mapc.syntax import ast
from mapc.text import Span
from mapc.text.codes import DIVISION_BY_ZERO, OPERATOR_TYPES, TUPLE_LENGTHS

if TYPE_CHECKING:
    from mapc.policy.typer import Typer

_ARITHMETIC = frozenset("+-*/%")
_RELATIONS = frozenset(("<", ">", "<=", ">="))
_EQUALITIES = frozenset(("==", "!="))
COMPARISONS = _RELATIONS | _EQUALITIES
_NUMBERS = frozenset((Type.INT, Type.TUPLE))


def infer_unary(typer: "Typer", expr: ast.Unary, value: Value) -> Value:
    """Return what is known of `-a` or `!a`."""
    wanted = {"-": _NUMBERS, "!": frozenset((Type.BOOL,))}[expr.op]
    if value.type is None:
        return UNKNOWN if expr.op == "-" else BOOL
    if value.type not in wanted:
        return typer.error(
            OPERATOR_TYPES,
            f"`{expr.op}` is not defined for {value.type}",
            expr.span,
            _unary_advice(expr, value.type),
        )
    if expr.op == "!":
        return boolean(None if value.const is None else not value.const)
    try:
        if value.type is Type.INT:
            number = value.integer
            return integer(None if number is None else fit(-number))
        if value.elements is None:
            return value
        return tuple_of(tuple(None if e is None else fit(-e) for e in value.elements))
    except Fault as fault:
        typer.fault(fault, expr.span)
        return value.only_type()


def _unary_advice(expr: ast.Unary, actual: Type) -> str:
    """Return what to write instead of `-a` or `!a`."""
    part = expr.operand.span
    if expr.op == "!":
        counts = {
            Type.INT: shown(part),
            Type.TUPLE: f"{operand(part)}.len",
            Type.MACHINE: f"{operand(part)}.volume",
        }
        return f"write `{counts[actual]} == 0`" if actual in counts else "negate a comparison"
    if actual is Type.BOOL:
        return f"write `!{operand(part)}` for the opposite"
    return conversion(actual, Type.TUPLE, part)


def infer_binary(typer: "Typer", expr: ast.Binary, left: Value, right: Value) -> Value:
    """Return what is known of `a op b`; both operands are evaluated."""
    result = _result(expr.op, left.type, right.type)
    if result is None and left.type is not None and right.type is not None:
        return typer.error(
            OPERATOR_TYPES,
            f"`{expr.op}` is not defined for {left.type} and {right.type}",
            expr.op_span or expr.span,
            _advice(expr, left.type, right.type),
        )
    if result is None or left.type is None or right.type is None:
        return BOOL if expr.op not in _ARITHMETIC else UNKNOWN
    try:
        if expr.op in _ARITHMETIC:
            return _calculate(expr.op, left, right)
    except Fault as fault:
        typer.fault(fault, expr.op_span or expr.span)
        return Value(result)
    return _compare(expr.op, left, right)


def _result(op: str, left: Type | None, right: Type | None) -> Type | None:
    """Return the type of an operation, None if it is not defined."""
    if left is None or right is None:
        return None
    if op in _ARITHMETIC and {left, right} <= _NUMBERS:
        return Type.TUPLE if Type.TUPLE in {left, right} else Type.INT
    if op in _RELATIONS and left == right == Type.INT:
        return Type.BOOL
    if op in _EQUALITIES and left == right and left in {Type.INT, Type.BOOL, Type.NAME}:
        return Type.BOOL
    if op in {"&&", "||"} and left == right == Type.BOOL:
        return Type.BOOL
    return None


def _advice(expr: ast.Binary, left: Type, right: Type) -> str:
    """Return what to write instead of `a op b`."""
    a, b = expr.left.span, expr.right.span
    types, op = {left, right}, expr.op
    if op in {"&&", "||"}:
        odd, part = (right, b) if left is Type.BOOL else (left, a)
        return conversion(odd, Type.BOOL, part)
    if op in _RELATIONS and isinstance(expr.left, ast.Binary) and left is Type.BOOL:
        if expr.left.op in _RELATIONS and right is Type.INT:
            return f"write `{shown(a)} && {shown(expr.left.right.span)} {op} {shown(b)}`"
        return "compare ints"
    if op not in _ARITHMETIC and Type.INT in types and Type.TUPLE not in types:
        odd, part = (left, a) if right is Type.INT else (right, b)
        return conversion(odd, Type.INT, part)
    if types == {Type.TUPLE} and op in _EQUALITIES:
        return f"write `sum(abs({shown(a)} - {operand(b)})) {op} 0`"
    if Type.TUPLE in types and types <= _NUMBERS:
        firsts = f"{_first(a, left)} {op} {_first(b, right)}"
        return f"compare the elements one by one, such as `{firsts}`"
    if op in _EQUALITIES:
        if Type.TASK in types and types <= {Type.TASK, Type.NAME}:
            names = [
                f"{operand(part)}.name" if actual is Type.TASK else shown(part)
                for actual, part in ((left, a), (right, b))
            ]
            return f"write `{names[0]} {op} {names[1]}`"
        return "compare two ints, two bools or two names"
    for actual, part in ((left, a), (right, b)):
        if actual not in _NUMBERS:
            number = actual is Type.BOOL or op in _RELATIONS
            return conversion(actual, Type.INT if number else Type.TUPLE, part)
    return ""


def _first(part: Span, actual: Type) -> str:
    """Return the text of the first element of a tuple, or of an int."""
    return f"{operand(part)}[0]" if actual is Type.TUPLE else shown(part)


def _calculate(op: str, left: Value, right: Value) -> Value:
    """Return the result of arithmetic as far as the operands are known."""
    if left.type is Type.INT and right.type is Type.INT:
        return integer(_apply(op, left.integer, right.integer))
    lefts = left.elements if left.type is Type.TUPLE else None
    rights = right.elements if right.type is Type.TUPLE else None
    if lefts is not None and rights is not None and len(lefts) != len(rights):
        raise Fault(
            TUPLE_LENGTHS,
            f"tuples of length {len(lefts)} and {len(rights)} in `{op}`",
            help=equal_lengths(len(lefts), len(rights)),
        )
    known = lefts if lefts is not None else rights
    if known is None:
        if right.type is Type.INT:
            _apply(op, None, right.integer)
        return tuple_of(None)
    count = len(known)
    if lefts is None:
        lefts = (left.integer if left.type is Type.INT else None,) * count
    if rights is None:
        rights = (right.integer if right.type is Type.INT else None,) * count
    return tuple_of(tuple(_apply(op, a, b) for a, b in zip(lefts, rights, strict=True)))


def _apply(op: str, a: int | None, b: int | None) -> int | None:
    """Return one result, None if it is not known."""
    if b == 0 and op in {"/", "%"}:
        what = "division" if op == "/" else "remainder of a division"
        raise Fault(DIVISION_BY_ZERO, f"{what} by zero", help=NOT_BY_ZERO)
    if a is None or b is None:
        return None
    result = operate(op, a, b)
    assert isinstance(result, int)
    return result


def _compare(op: str, left: Value, right: Value) -> Value:
    """Return the result of a comparison as far as the operands are known."""
    a, b = left.const, right.const
    if a is None or b is None:
        return BOOL
    if op == "==":
        return boolean(a == b)
    if op == "!=":
        return boolean(a != b)
    if not isinstance(a, int) or not isinstance(b, int):
        return BOOL
    results = {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}
    return boolean(results[op]) if op in results else BOOL
