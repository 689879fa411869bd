"""The functions and global variables of a policy, and which of them need which."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from mapc.policy.model import Policy
from mapc.syntax import ast
from mapc.syntax.walk import walk
from mapc.text import Span

Definition: TypeAlias = ast.Function | ast.Assign


def definitions(policy: Policy) -> dict[str, Definition]:
    """Return functions and top-level assignments by name."""
    found: dict[str, Definition] = {f.name: f for f in policy.functions}
    return found | {one.name: one for one in policy.globals if isinstance(one, ast.Assign)}


def whole(definition: Definition) -> Span:
    """Return the place of a definition; that of a function ends with its closing brace."""
    span = definition.span
    if isinstance(definition, ast.Assign) or not definition.body:
        return span
    last = definition.body[-1].span.end
    brace = span.source.text.find("}", last)
    return Span(span.source, span.start, max(brace + 1, last))


def names_in(nodes: Iterable[ast.Node]) -> list[str]:
    """Return the names that some nodes read or call."""
    found: list[str] = []
    for node in nodes:
        for part in walk(node):
            match part:
                case ast.NameRef(name=name) | ast.Call(function=name):
                    found.append(name)
                case _:
                    pass
    return found


def reached(names: Iterable[str], needs: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the names, of those that have an entry in `needs`, that some names come to use."""
    pending = list(names)
    found: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in found and name in needs:
            found.add(name)
            pending += needs[name]
    return found
