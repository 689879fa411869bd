"""Arithmetic on values of which some are not known."""

import math
import operator
from collections.abc import Callable

from mapc.analyze.values import Choice, Unknown, Value, is_known, over, same, truth


def _divide(a: int | float, b: int | float) -> int | float:
    if isinstance(a, int) and isinstance(b, int):
        quotient = abs(a) // abs(b)
        return quotient if (a < 0) == (b < 0) else -quotient
    return a / b


def _modulo(a: int | float, b: int | float) -> int | float:
    if isinstance(a, int) and isinstance(b, int):
        return a - b * int(_divide(a, b))
    return math.fmod(a, b)


_OPERATIONS: dict[str, Callable[..., int | float | bool]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": _modulo,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "&&": lambda a, b: bool(a) and bool(b),
    "||": lambda a, b: bool(a) or bool(b),
}


def binary(name: str, left: Value, right: Value) -> Value:
    """Return the value of `left name right`; unknown if one of them is, in most cases."""
    if isinstance(left, Choice):
        return over(left, lambda one: binary(name, one, right))
    if isinstance(right, Choice):
        return over(right, lambda one: binary(name, left, one))
    if name in {"&&", "||"}:
        sides = (truth(left), truth(right))
        if (name == "||") in sides:
            return int(name == "||")
        return int(bool(sides[0])) if None not in sides else _unknown(name, left, right)
    if is_known(left) and is_known(right) and name in _OPERATIONS:
        try:
            result = _OPERATIONS[name](left, right)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            return _unknown(name, left, right)
        return int(result) if isinstance(result, bool) else result
    if name in {"==", "!="} and not isinstance(left, Unknown) and not isinstance(right, Unknown):
        return int(same(left, right) == (name == "=="))
    return _unknown(name, left, right)


def unary(name: str, value: Value) -> Value:
    """Return the value of `name value`."""
    if isinstance(value, Choice):
        return over(value, lambda one: unary(name, one))
    if name == "!":
        decided = truth(value)
        return Unknown(f"!{_text(value)}") if decided is None else int(not decided)
    if isinstance(value, int | float):
        if name == "-":
            return -value
        if name == "~" and isinstance(value, int):
            return ~value
    return value if name == "+" else Unknown(f"{name}{_text(value)}")


def _unknown(name: str, left: Value, right: Value) -> Unknown:
    return Unknown(f"{_text(left)} {name} {_text(right)}")


def _text(value: Value) -> str:
    if isinstance(value, Unknown):
        return value.what or "?"
    return str(value) if is_known(value) else "?"
