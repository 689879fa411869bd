"""A policy that differs from another one in a few statements, and says only those."""

from collections.abc import Mapping, Sequence

from mapc.syntax import ast
from mapc.syntax.parse import parse
from mapc.text import Reporter, Source


def varied(
    text: str, *, drop: Sequence[str] = (), replace: Mapping[str, str] | None = None, add: str = ""
) -> str:
    """Return a policy without some statements, with others in their place, or with more at its end.

    A statement is named by its text, or a function by `def NAME`. One that is not there exactly
    once is an error: a variation that varies nothing would be measured without anybody noticing.
    """
    changes = {**dict.fromkeys(drop, ""), **(replace or {})}
    program = parse(Source("base.mapl", text), Reporter())
    assert program is not None, "the policy to be varied has errors"
    found = [(_place(program, name), instead) for name, instead in changes.items()]
    for (start, end), instead in sorted(found, reverse=True):
        rest = text[end:] if instead else text[end:].removeprefix("\n")
        text = text[:start] + instead.strip() + rest
    return f"{text.rstrip()}\n{add.strip()}\n" if add.strip() else text


def _place(program: ast.Program, name: str) -> tuple[int, int]:
    """Return where a statement begins and ends."""
    found = [one for one in program.statements if _plain(name) == _plain(_name(one))]
    if len(found) != 1:
        raise ValueError(f"the policy has {len(found)} statements `{name}`, not 1")
    (statement,) = found
    start, end = statement.span.start, statement.span.end
    if isinstance(statement, ast.Function):
        # The span of a function is that of its head.
        end = program.source.text.index("}", statement.body[-1].span.end) + 1
    return start, end


def _plain(text: str) -> str:
    return " ".join(text.split())


def _name(statement: ast.Statement) -> str:
    if isinstance(statement, ast.Function):
        return f"def {statement.name}"
    return statement.span.text
