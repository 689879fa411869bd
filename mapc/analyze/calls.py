"""Calls: of functions and methods of the application, of models, of constructors."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from mapc.analyze.arithmetic import binary, unary
from mapc.analyze.containers import compared, moved
from mapc.analyze.interp import Interpreter, types_of
from mapc.analyze.ir import Node
from mapc.analyze.lookup import name, template_arguments, types_within
from mapc.analyze.models import CONSTRUCTORS, CONTAINERS, TRANSPARENT, pointed
from mapc.analyze.places import assign, place_of
from mapc.analyze.program import bare
from mapc.analyze.scope import Scope
from mapc.analyze.templates import Types, arguments_in, packs, substituted
from mapc.analyze.values import (
    Cell,
    Closure,
    Obj,
    Unknown,
    Value,
    copied,
    over,
)

Handler: TypeAlias = Callable[[Interpreter, Node, Scope], Value]


def call(interp: Interpreter, node: Node, scope: Scope) -> Value:
    """Follow a call of a function, also one that only template arguments decide."""
    function = interp.program.functions.get(node.ref)
    arguments = cells_of(interp, node.kids, scope)
    interp.site = interp.place(node, scope)
    types: Types = {}
    if function is not None:
        types = types_within(interp, node, scope, function.owner)
    elif not node.owner:
        found = _name_value(interp, node, scope)
        if isinstance(found, Closure):
            function, types = found.function, found.types
            if function is None and found.node is not None:
                return interp.call_closure(found, _given(arguments))
    if function is not None:
        targs = template_arguments(interp, node, scope)
        types = {**types, **types_of(interp.program, function, targs)}
        # A member of the class that is called without an object, in a template.
        this = scope.object if function.owner == scope.owner and not function.static else None
        return interp.invoke(function, arguments, this=this, types=types)
    owner = node.owner or (f"{substituted(node.within, scope)}::{node.name}" if node.within else "")
    modelled = interp.model_of(owner or node.name, None)
    if modelled is not None:
        return interp.call_model(modelled, node, scope, arguments, nodes=node.kids)
    if node.name.startswith("operator") and len(node.kids) in {1, 2}:
        return _operator(interp, node, scope)
    return Unknown(f"{node.name}(...)", interp.place(node, scope))


def _operator(interp: Interpreter, node: Node, scope: Scope) -> Value:
    """Return the value of an operator for which there is nothing better: that for numbers."""
    spelt = node.name.removeprefix("operator").strip()
    values = [interp.evaluate(kid, scope) for kid in node.kids]
    if len(values) == 1:
        return unary(spelt, values[0])
    if (apart := compared(*values)) is not None:
        return binary(spelt, apart, 0)
    if spelt.endswith("=") and spelt not in {"==", "!=", "<=", ">="}:
        result = binary(spelt.removesuffix("="), *values)
        return assign(interp, node.kids[0], result, scope)
    return binary(spelt, *values)


def pointed_element(found: Value, name: str) -> Value:
    """Return the element that an iterator stands before; through `->` its address."""
    return pointed(found) if name in {"operator*", "operator[]"} else found


def _name_value(interp: Interpreter, node: Node, scope: Scope) -> Value:
    probe = Node(
        "name",
        node.line,
        node.column,
        name=node.name,
        ref=node.ref,
        targs=node.targs,
        within=node.within,
    )
    return name(interp, probe, scope)


def method(interp: Interpreter, node: Node, scope: Scope) -> Value:
    """Follow a call of a member function, for each of the objects that it may be of."""
    target, *rest = node.kids
    this = interp.evaluate(target, scope)
    if node.name == "operator=" and len(rest) == 1:
        return assign(interp, target, interp.evaluate(rest[0], scope), scope)
    arguments = cells_of(interp, rest, scope)

    def one(value: Value) -> Value:
        value = pointed(value)
        interp.site = interp.place(node, scope)
        if isinstance(value, Closure) and node.name == "operator()":
            return interp.call_closure(value, _given(arguments))
        if isinstance(value, Obj) and value.cls == "iterator":
            given = arguments[0].value if arguments and arguments[0] is not None else None
            return pointed_element(moved(interp.state, value, node.name, given), node.name)
        function = interp.program.functions.get(node.ref)
        if isinstance(value, Obj) and (function is None or function.body.kind == "empty"):
            function = interp.program.method(value.cls, node.name, len(rest))
        elif isinstance(value, Obj) and function is not None:
            # A virtual function: the object's own class decides.
            function = interp.program.method(value.cls, node.name, len(rest)) or function
        if function is not None:
            targs = template_arguments(interp, node, scope)
            types = types_of(interp.program, function, targs)
            return interp.invoke(function, arguments, this=value, types=types)
        modelled = interp.model_of(node.owner or f"?::{node.name}", value)
        if modelled is not None:
            return interp.call_model(modelled, node, scope, arguments, this=value, nodes=rest)
        what = value.what if isinstance(value, Unknown) else target.name
        return Unknown(f"{what}.{node.name}(...)", interp.place(node, scope))

    return over(this, one)


def cells_of(
    interp: Interpreter, nodes: "list[Node] | tuple[Node, ...]", scope: Scope
) -> list[Cell | None]:
    """Return the arguments of a call: variables themselves, so that they can be changed."""
    found: list[Cell | None] = []
    for node in nodes:
        if node.kind == "default":
            found.append(None)
            continue
        if node.kind == "pack":
            for inner in packs(node, scope):
                found.extend(cells_of(interp, node.kids, inner))
            continue
        place = place_of(interp, node, scope)
        found.append(place if place is not None else Cell(interp.evaluate(node, scope)))
    return found


def _given(arguments: list[Cell | None]) -> list[Cell]:
    return [cell if cell is not None else Cell(Unknown("default")) for cell in arguments]


def construct(interp: Interpreter, node: Node, scope: Scope) -> Value:
    """Return a new object."""
    cls = substituted(node.within or node.owner or node.type, scope)
    if bare(cls) in TRANSPARENT and len(node.kids) == 1:
        return interp.evaluate(node.kids[0], scope)
    if bare(cls) in TRANSPARENT:
        return Unknown(bare(cls).rpartition("::")[2], interp.place(node, scope))
    return interp.construct(cls, cells_of(interp, node.kids, scope), node, scope)


def list_of(interp: Interpreter, node: Node, scope: Scope) -> Value:
    """Return an object for an aggregate, else an array of the elements."""
    cls = substituted(node.type, scope)
    container = bare(cls) in CONTAINERS
    if not container and (interp.program.class_named(cls) is not None or bare(cls) in CONSTRUCTORS):
        return interp.construct(cls, cells_of(interp, node.kids, scope), node, scope)
    made = Obj("array", place=interp.place(node, scope))
    kids = [_element_list(kid, cls) for kid in node.kids]
    values = [copied(cell.value) for cell in _given(cells_of(interp, kids, scope))]
    for number, value in enumerate(values):
        made.slots[f"[{number}]"] = Cell(value)
    return interp.construct(cls, [Cell(made)], node, scope) if container else made


def _element_list(node: Node, container: str) -> Node:
    """Return the initial value of an element; in braces, its type is the container's to say."""
    if node.kind != "list" or node.type not in {"", "void"}:
        return node
    if container.endswith("]"):
        return replace(node, type=container.rpartition("[")[0])
    given = arguments_in(container)
    if not given:
        return node
    kind = f"std::pair<{', '.join(given[:2])}>" if "map" in bare(container) else given[0]
    return replace(node, type=kind)
