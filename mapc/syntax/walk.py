"""Visits the nodes of a syntax tree without recursion."""

from collections.abc import Iterator
from dataclasses import fields
from functools import cache

from mapc.syntax import ast


@cache
def _field_names(kind: type[ast.Node]) -> tuple[str, ...]:
    """Return the fields of a node class that may hold nodes."""
    return tuple(f.name for f in fields(kind) if not f.name.endswith("span"))


def children(node: ast.Node) -> Iterator[ast.Node]:
    """Yield the nodes directly below a node, in source order."""
    for name in _field_names(type(node)):  # type: ignore[arg-type]  # classes are hashable
        value = getattr(node, name)
        if isinstance(value, ast.Node):
            yield value
        elif isinstance(value, tuple):
            yield from value


def walk(node: ast.Node) -> Iterator[ast.Node]:
    """Yield a node and everything below it, in source order."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending += reversed(tuple(children(current)))


def deeper(node: ast.Node, limit: int) -> ast.Node | None:
    """Return a node that lies more than `limit` levels below `node`, None if there is none."""
    pending = [(node, 0)]
    while pending:
        current, level = pending.pop()
        if level > limit:
            return current
        pending += ((child, level + 1) for child in children(current))
    return None
