"""Expressions, followed."""

from collections.abc import Callable
from typing import TypeAlias

from mapc.analyze.arithmetic import binary, unary
from mapc.analyze.calls import call, construct, list_of, method
from mapc.analyze.interp import Interpreter
from mapc.analyze.ir import Node
from mapc.analyze.lookup import by_name, name
from mapc.analyze.models import MEMBERS, pointed
from mapc.analyze.places import assign, element, origin_of, place_of
from mapc.analyze.program import bare
from mapc.analyze.scope import Scope
from mapc.analyze.templates import packs
from mapc.analyze.values import (
    Closure,
    Obj,
    Pointer,
    Unknown,
    Value,
    choice,
    elements,
    over,
    truth,
)

Handler: TypeAlias = Callable[[Interpreter, Node, Scope], Value]


def _constant(_: Interpreter, node: Node, __: Scope) -> Value:
    return node.value if node.value is not None else Unknown(node.name)


def _null(_: Interpreter, __: Node, ___: Scope) -> Value:
    return 0


def _this(_: Interpreter, __: Node, scope: Scope) -> Value:
    found = scope.object
    return Pointer(found) if found is not None else Unknown("this")


def _member(interp: Interpreter, node: Node, scope: Scope) -> Value:
    if not node.kids:
        cell = place_of(interp, node, scope)
        if cell is not None and not (cell.value is None and node.ref):
            return cell.value
        return by_name(interp, node, scope)
    base = pointed(interp.evaluate(node.kids[0], scope))

    def one(value: Value) -> Value:
        value = pointed(value)
        if node.owner in MEMBERS:
            return MEMBERS[node.owner](interp, value, node)
        if isinstance(value, Obj):
            return value.slot(node.name, Unknown(node.name)).value
        what = f"{value.what}.{node.name}" if isinstance(value, Unknown) else node.name
        return Unknown(what, interp.place(node, scope))

    return over(base, one)


def _binary(interp: Interpreter, node: Node, scope: Scope) -> Value:
    left = interp.evaluate(node.kids[0], scope)
    if node.name in {"&&", "||"}:
        decided = truth(left)
        if decided is not None and decided == (node.name == "||"):
            return int(decided)
    right = interp.evaluate(node.kids[1], scope)
    if node.name == ",":
        return right
    return binary(node.name, left, right)


def _assign(interp: Interpreter, node: Node, scope: Scope) -> Value:
    target, source = node.kids
    value = interp.evaluate(source, scope)
    if node.name != "=":
        value = binary(node.name.removesuffix("="), interp.evaluate(target, scope), value)
    return assign(interp, target, value, scope)


def _unary(interp: Interpreter, node: Node, scope: Scope) -> Value:
    (operand,) = node.kids
    if node.name == "&":
        place = place_of(interp, operand, scope)
        if place is not None:
            return Pointer(place)
        value = interp.evaluate(operand, scope)
        return value if isinstance(value, Closure) else Pointer(value)
    value = interp.evaluate(operand, scope)
    if node.name == "*":
        return pointed(value)
    if node.name.endswith(("++", "--")):
        changed = binary(node.name[-1], value, 1)
        assign(interp, operand, changed, scope)
        return value if node.name.startswith("post") else changed
    return unary(node.name, value)


def _index(interp: Interpreter, node: Node, scope: Scope) -> Value:
    cell = element(interp, node, scope)
    if cell is not None:
        return cell.value
    base = pointed(interp.evaluate(node.kids[0], scope))
    found = elements(base) if isinstance(base, Obj) else None
    if found:
        return choice(list(found))
    return Unknown("element", interp.place(node, scope))


def _conditional(interp: Interpreter, node: Node, scope: Scope) -> Value:
    condition, then, other = node.kids
    decided = truth(interp.evaluate(condition, scope))
    if decided is not None:
        return interp.evaluate(then if decided else other, scope)
    sides: list[Value] = []

    def side(node: Node) -> None:
        sides.append(interp.evaluate(node, scope))

    origin = origin_of(interp, condition, scope)
    interp.branch(interp.place(node, scope), [lambda: side(then), lambda: side(other)], origin)
    return choice(sides, origin)


def _cast(interp: Interpreter, node: Node, scope: Scope) -> Value:
    value = interp.evaluate(node.kids[0], scope) if node.kids else Unknown("cast")
    if isinstance(value, float) and node.type in {"int", "long", "unsigned int", "unsigned long"}:
        return int(value)
    return value


def _lambda(_: Interpreter, node: Node, scope: Scope) -> Value:
    return Closure(node=node, scope=scope, name="lambda")


def _new(interp: Interpreter, node: Node, scope: Scope) -> Value:
    made = interp.evaluate(node.kids[0], scope) if node.kids else Unknown("new")
    return Pointer(made if isinstance(made, Obj) else Obj(bare(node.type)))


def _pack(interp: Interpreter, node: Node, scope: Scope) -> Value:
    """Follow a pattern once for every element of a pack."""
    value: Value = Unknown("pack")
    for inner in packs(node, scope):
        for kid in node.kids:
            value = interp.evaluate(kid, inner)
    return value


def _sizeof(interp: Interpreter, node: Node, scope: Scope) -> Value:
    return node.value if node.value else Unknown("sizeof", interp.place(node, scope))


def _default(_: Interpreter, __: Node, ___: Scope) -> Value:
    return Unknown("default")


EXPRESSIONS: dict[str, Handler] = {
    **dict.fromkeys(("int", "real", "string", "bool", "enum"), _constant),
    "null": _null,
    "name": name,
    "unresolved": name,
    "pack": _pack,
    "this": _this,
    "member": _member,
    "call": call,
    "method": method,
    "construct": construct,
    "list": list_of,
    "binary": _binary,
    "assign": _assign,
    "unary": _unary,
    "index": _index,
    "conditional": _conditional,
    "cast": _cast,
    "lambda": _lambda,
    "new": _new,
    "sizeof": _sizeof,
    "default": _default,
}
