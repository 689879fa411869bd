"""Global variables that the program sets before its first task: mostly from the command line.

What `main` makes of its arguments is not known, so the values that such variables begin with must
not be taken for constants.
"""

from collections.abc import Iterator

from mapc.analyze.interp import Interpreter
from mapc.analyze.ir import Node
from mapc.analyze.program import Program
from mapc.analyze.values import Cell, Obj, Unknown, is_known, options

Target = tuple[str, str]
"""USR of a variable, and the member of it that is written; empty for all of it."""


def written(program: Program) -> set[Target]:
    """Return which variables outside of functions are changed somewhere, or may be."""
    found: set[Target] = set()
    for function in program.functions.values():
        for node in function.body.walk():
            found.update(_targets(node, program))
    return {(ref, member) for ref, member in found if ref in program.variables}


def forget(interp: Interpreter, changed: set[Target]) -> None:
    """Let these variables be unknown, unless the program was seen to give them another value."""
    for ref, member in changed:
        variable = interp.program.variables[ref]
        cell = interp.global_cell(ref)
        if variable.constant or cell is None:
            continue
        before = Cell(interp.initial(variable))
        if member and isinstance(cell.value, Obj) and isinstance(before.value, Obj):
            _forget_cell(cell.value.slot(member), before.value.slot(member), member)
        elif not member:
            _forget_cell(cell, before, variable.name)


def _forget_cell(cell: Cell, before: Cell, name: str) -> None:
    if isinstance(cell.value, Obj) and isinstance(before.value, Obj):
        for member, inner in cell.value.slots.items():
            _forget_cell(inner, before.value.slot(member), f"{name}.{member}")
        return
    same = is_known(cell.value) and cell.value == before.value
    if same or any(isinstance(one, Unknown) for one in options(cell.value)):
        cell.value = Unknown(name)


def _targets(node: Node, program: Program) -> Iterator[Target]:
    if node.kind == "assign" or (node.kind == "unary" and node.name[-2:] in {"++", "--", "&"}):
        yield from _named(node.kids[0])
    elif node.kind in {"call", "method", "construct"} and node.ref in program.functions:
        arguments = node.kids[1:] if node.kind == "method" else node.kids
        for param, argument in zip(program.functions[node.ref].params, arguments, strict=False):
            if param.by_reference and not param.constant:
                yield from _named(argument)
    elif node.kind == "binary" and node.name == ">>":
        yield from _named(node.kids[1])
    elif node.name == "operator>>" and node.kids:
        yield from _named(node.kids[-1])


def _named(node: Node) -> Iterator[Target]:
    """Yield the variable behind an expression that names a place."""
    member = ""
    while node.kind in {"member", "index", "cast"} and node.kids:
        member = node.name if node.kind == "member" else member
        node = node.kids[0]
    if node.kind in {"name", "member"} and node.ref:
        yield node.ref, member
