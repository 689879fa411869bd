"""Types and constant values of operators (reference, 6.1)."""

from typing import TYPE_CHECKING

from mapc.policy.arithmetic import fit, operate
from mapc.policy.faults import Fault
from mapc.policy.types import Type
from mapc.policy.values import BOOL, UNKNOWN, Value, boolean, integer, tuple_of
from mapc.syntax import ast
from mapc.text.codes import DIVISION_BY_ZERO, OPERATOR_TYPES, TUPLE_LENGTHS

if TYPE_CHECKING:
    from mapc.policy.typer import Typer

_ARITHMETIC = frozenset("+-*/%")
_RELATIONS = frozenset(("<", ">", "<=", ">="))
_EQUALITIES = frozenset(("==", "!="))
COMPARISONS = _RELATIONS | _EQUALITIES
_NUMBERS = frozenset((Type.INT, Type.TUPLE))


def infer_unary(typer: "Typer", expr: ast.Unary, operand: Value) -> Value:
    """Return what is known of `-a` or `!a`."""
    wanted = {"-": _NUMBERS, "!": frozenset((Type.BOOL,))}[expr.op]
    if operand.type is None:
        return UNKNOWN if expr.op == "-" else BOOL
    if operand.type not in wanted:
        advice = ""
        if expr.op == "!":
            advice = "negate a comparison"
            if operand.type is Type.INT:
                advice = f"write `{expr.operand.span.text} == 0`"
        return typer.error(
            OPERATOR_TYPES, f"`{expr.op}` is not defined for {operand.type}", expr.span, advice
        )
    if expr.op == "!":
        return boolean(None if operand.const is None else not operand.const)
    try:
        if operand.type is Type.INT:
            value = operand.integer
            return integer(None if value is None else fit(-value))
        if operand.elements is None:
            return operand
        return tuple_of(tuple(None if e is None else fit(-e) for e in operand.elements))
    except Fault as fault:
        typer.fault(fault, expr.span)
        return operand.only_type()


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
    """Return what to write instead."""
    a, b = expr.left.span.text, expr.right.span.text
    if expr.op in _RELATIONS and isinstance(expr.left, ast.Binary) and left is Type.BOOL:
        if expr.left.op in _RELATIONS:
            return f"write `{a} && {expr.left.right.span.text} {expr.op} {b}`"
        return "compare ints"
    if expr.op in _ARITHMETIC and Type.BOOL in {left, right}:
        flag = a if left is Type.BOOL else b
        flag = flag[1:-1] if flag.startswith("(") and flag.endswith(")") else flag
        return f"write `({flag} ? 1 : 0)` for the number"
    if {left, right} == {Type.TASK, Type.NAME}:
        return "compare the member `.name` of the task"
    if Type.MACHINE in {left, right} and expr.op in _ARITHMETIC:
        return "calculate with the member `.size` of the machine"
    if left == right == Type.TUPLE:
        return "compare the elements one by one"
    if expr.op in {"&&", "||"} and Type.INT in {left, right}:
        return "write a comparison, such as `!= 0`"
    return ""


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
            help="make the lengths equal",
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
        raise Fault(DIVISION_BY_ZERO, f"{what} by zero", help="use a divisor other than 0")
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
