"""Names, looked up: of variables, functions, enumerators and template arguments."""

from collections.abc import Iterator

from mapc.analyze.interp import Interpreter, types_of
from mapc.analyze.ir import Function, Node
from mapc.analyze.program import bare
from mapc.analyze.scope import Scope
from mapc.analyze.templates import Types, bases, class_types, substituted
from mapc.analyze.values import Closure, TypeValue, Unknown, Value


def name(interp: Interpreter, node: Node, scope: Scope) -> Value:
    """Return what a name stands for."""
    cell = interp.variable(node.ref, scope, node.within)
    if cell is not None:
        return cell.value
    if function := interp.program.functions.get(node.ref):
        types = types_within(interp, node, scope, function.owner)
        types = {**types, **_own(interp, node, scope, function)}
        return Closure(function=function, name=function.name, types=types)
    return by_name(interp, node, scope)


def by_name(interp: Interpreter, node: Node, scope: Scope) -> Value:
    """Look up a name as C++ does where only templates know what it is: outwards by scopes."""
    if not node.within and (bound := scope.type_of(node.name)) is not None:
        return bound
    program = interp.program
    for owner in _owners(interp, node, scope):
        full = f"{bare(owner)}::{node.name}" if owner else node.name
        if full in program.enumerators:
            return program.enumerators[full]
        if full in program.variables_by_name:
            found = interp.variable(program.variables_by_name[full].ref, scope, owner)
            return found.value if found is not None else Unknown(node.name)
        if functions := program.named(full):
            types = class_types(program, owner) or _inherited(scope, functions[0].owner)
            types = {**types, **_own(interp, node, scope, functions[0])}
            return Closure(function=functions[0], name=full, types=types)
    if node.kind == "name" and "(" in node.type:
        return Closure(name=node.owner)
    return Unknown(node.name, interp.place(node, scope))


def _own(interp: Interpreter, node: Node, scope: Scope, function: Function) -> Types:
    """Return the template arguments of a function that is named, not called."""
    if not function.template or not node.targs:
        return {}
    return types_of(interp.program, function, template_arguments(interp, node, scope))


def types_within(interp: Interpreter, node: Node, scope: Scope, owner: str) -> Types:
    """Return the template arguments of the class that a static member is asked of."""
    if node.within:
        for cls in bases(interp.program, substituted(node.within, scope)):
            if bare(cls) == owner:
                return class_types(interp.program, cls)
    return _inherited(scope, owner)


def _inherited(scope: Scope, owner: str) -> Types:
    """Return the template arguments here, if the class is the one that is being followed."""
    found: Types = {}
    around: Scope | None = scope
    while around is not None:
        if around.owner == owner:
            found = {**around.types, **found}
        around = around.around
    return found


def _owners(interp: Interpreter, node: Node, scope: Scope) -> Iterator[str]:
    """Yield the classes and namespaces in which a name may be, nearest first."""
    if node.within:
        written = substituted(node.within, scope)
        for around in outwards(scope.owner):
            yield from bases(interp.program, f"{around}::{written}" if around else written)
        return
    for around in outwards(scope.owner):
        yield from bases(interp.program, around) if around else ("",)


def outwards(owner: str) -> list[str]:
    """Return a scope and all scopes around it: `a::b`, `a`, ``."""
    parts = owner.split("::") if owner else []
    return ["::".join(parts[:count]) for count in range(len(parts), -1, -1)]


def template_argument(interp: Interpreter, node: Node, scope: Scope) -> Value:
    """Return a template argument: a type, a function or a number."""
    if node.kind == "type":
        bound = scope.type_of(node.name)
        return bound if bound is not None else TypeValue(substituted(node.type, scope))
    return interp.evaluate(node, scope)


def template_arguments(interp: Interpreter, node: Node, scope: Scope) -> list[Value]:
    """Return the template arguments of a name; those of packs one after the other."""
    found: list[Value] = []
    for argument in node.targs:
        value = template_argument(interp, argument, scope)
        found.extend(value if isinstance(value, tuple) else (value,))
    return found
