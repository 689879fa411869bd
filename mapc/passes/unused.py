"""Functions and variables that nothing which decides or prints comes to use.

Goes further than the notes of the compiler: a function may be used by a statement without effect.
"""

from collections.abc import Iterable

from mapc.policy.model import Policy
from mapc.syntax import ast
from mapc.syntax.walk import walk
from mapc.text import Span


def unused_definitions(policy: Policy, busy: set[int]) -> tuple[Span, ...]:
    """Return the functions and top-level assignments of no use.

    `busy` holds the starts of the statements that decide something. A local with the name of a
    global counts as a use of it: what is reported is certain.
    """
    definitions: dict[str, ast.Function | ast.Assign] = {f.name: f for f in policy.functions}
    definitions |= {one.name: one for one in policy.globals if isinstance(one, ast.Assign)}
    maps = (*policy.index_maps, *policy.single_maps)
    pending = [rule.function for rule in maps if rule.span.start in busy]
    for printed in policy.globals:
        if isinstance(printed, ast.Print):
            pending += _names((printed,))
    used: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in used and name in definitions:
            used.add(name)
            pending += _names((definitions[name],))
    return tuple(_whole(one) for name, one in definitions.items() if name not in used)


def _whole(definition: ast.Function | ast.Assign) -> Span:
    """Return the place of a definition; that of a function ends with its closing brace."""
    span = definition.span
    if isinstance(definition, ast.Assign) or not definition.body:
        return span
    last = definition.body[-1].span.end
    brace = span.source.text.find("}", last)
    return Span(span.source, span.start, max(brace + 1, last))


def _names(nodes: Iterable[ast.Node]) -> list[str]:
    """Return the names that some statements read or call."""
    found: list[str] = []
    for node in nodes:
        for part in walk(node):
            match part:
                case ast.NameRef(name=name) | ast.Call(function=name):
                    found.append(name)
                case _:
                    pass
    return found
