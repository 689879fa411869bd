"""Places that expressions name: variables, members and elements, which can be changed."""

from collections.abc import Callable
from typing import TypeAlias

from mapc.analyze.containers import key_of, moved
from mapc.analyze.interp import Interpreter
from mapc.analyze.ir import Node
from mapc.analyze.models import pointed
from mapc.analyze.scope import Scope
from mapc.analyze.templates import arguments_in
from mapc.analyze.values import (
    Cell,
    Obj,
    Pointer,
    Unknown,
    Value,
    choice,
    christen,
    copied,
    options,
)

Handler: TypeAlias = Callable[[Interpreter, Node, Scope], Value]


def place_of(interp: Interpreter, node: Node, scope: Scope) -> Cell | None:
    """Return the cell that an expression names; `None` where it names none that is known."""
    if node.kind == "name":
        return interp.variable(node.ref, scope, node.within)
    if node.kind == "member":
        if not node.kids and (cell := interp.variable(node.ref, scope, node.within)):
            return cell  # a static member
        base = scope.object if not node.kids else pointed(interp.evaluate(node.kids[0], scope))
        if isinstance(base, Obj):
            return base.slot(node.name, Unknown(node.name))
        return None
    if node.kind == "unary" and node.name == "*":
        value = interp.evaluate(node.kids[0], scope)
        return value.to if isinstance(value, Pointer) and isinstance(value.to, Cell) else None
    if node.kind == "index" or (node.kind == "method" and node.name in _ELEMENTS):
        return element(interp, node, scope)
    if node.kind == "method" and node.name == "operator*":
        found = interp.evaluate(node.kids[0], scope)
        if isinstance(found, Obj) and found.cls == "iterator":
            held = moved(interp.state, found, "operator*", None)
            return held.to if isinstance(held, Pointer) and isinstance(held.to, Cell) else None
    if node.kind in {"cast"} and node.kids:
        return place_of(interp, node.kids[0], scope)
    return None


_ELEMENTS = {"operator[]", "at"}


def element(interp: Interpreter, node: Node, scope: Scope) -> Cell | None:
    """Return the cell of an element of an array, vector or map: a slot named by index or key."""
    if node.ref in interp.program.functions or len(node.kids) != 2:
        return None
    base = pointed(interp.evaluate(node.kids[0], scope))
    index = key_of(interp.evaluate(node.kids[1], scope))
    if isinstance(base, Obj) and base.cls == "iterator" and isinstance(index, int):
        found = moved(interp.state, base, "operator[]", index)
        return found.to if isinstance(found, Pointer) and isinstance(found.to, Cell) else None
    if isinstance(base, Obj) and index is not None:
        cell = base.slot(f"[{index}]")
        if cell.value is None:
            # An element that is asked for is there from now on.
            kinds = arguments_in(base.full)
            of = kinds[-1 if "map" in base.cls else 0] if kinds else "element"
            interp.state.write(cell, interp.fresh(of, "element"))
        return cell
    return None


def spelt(node: Node) -> str:
    """Return the variable or member that an expression is about, as it is written; or nothing."""
    if node.kind in {"name", "member"}:
        return node.name
    if node.kind in {"index", "cast", "unary"} or node.name in {"operator[]", "at", "get"}:
        return spelt(node.kids[0]) if node.kids else ""
    if node.name in {"front", "back", "operator*", "operator->", "move"} and node.kids:
        return spelt(node.kids[0])
    return ""


def assign(interp: Interpreter, target: Node, value: Value, scope: Scope) -> Value:
    """Let what an expression names hold a value; copies it as C++ does."""
    christen(value, spelt(target))
    place = place_of(interp, target, scope)
    value = copied(value)
    if place is None:
        _assign_somewhere(interp, target, value, scope)
        return value
    if isinstance(place.value, Obj) and isinstance(value, Obj):
        # References to the object go on referring to it.
        for name, cell in value.slots.items():
            interp.state.write(place.value.slot(name), cell.value)
    else:
        interp.state.write(place, value)
    return value


def _assign_somewhere(interp: Interpreter, target: Node, value: Value, scope: Scope) -> None:
    """Change each of the places that an expression may name: they hold the old or the new value."""
    if target.kind == "unary" and target.name == "*":
        for pointer in options(interp.evaluate(target.kids[0], scope)):
            if isinstance(pointer, Pointer) and isinstance(pointer.to, Cell):
                interp.state.write(pointer.to, choice((pointer.to.value, value)))
    elif target.kind == "member" and target.kids:
        for base in options(pointed(interp.evaluate(target.kids[0], scope))):
            if isinstance(base, Obj):
                cell = base.slot(target.name)
                interp.state.write(cell, choice((cell.value, value)))
    else:
        interp.evaluate(target, scope)


def origin_of(interp: Interpreter, condition: Node, scope: Scope) -> object:
    """Return what names a condition: the same variable gives the same answer."""
    if condition.kind in {"name", "member"}:
        place = place_of(interp, condition, scope)
        if place is not None and isinstance(place.value, Unknown):
            return id(place), place.value
    return None
