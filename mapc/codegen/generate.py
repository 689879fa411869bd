"""The generated C++ file of a policy, and the small program that prints its placements."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from mapc.codegen.cxx import cxx_comment
from mapc.codegen.program import program_of
from mapc.codegen.render import render
from mapc.codegen.tables import tables_of
from mapc.codegen.views import MapperView
from mapc.policy.model import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """C++ text, and pairs of its lines with the policy lines they come from.

    `source_map` has the lines that say so in a comment, `lines` also those that belong to them:
    the marks before a statement, the braces of a function.
    """

    text: str
    source_map: tuple[tuple[int, int], ...]
    lines: tuple[tuple[int, int], ...]


def generate(policy: Policy, *, name: str) -> Generated:
    """Return the mapper of a checked policy; its class is `<name>_mapper`."""
    view = _view(policy, name)
    return _mapped(render("mapper.cc.j2", mapper=view), view.where)


def generate_table_program(policies: Mapping[str, Policy]) -> str:
    """Return one C++ program, free of Legion, that evaluates the entry functions of all policies.

    The keys are how cases name the policies; they are identifiers. The program answers each line
    of its input with one line of JSON:

    - `POLICY index FUNCTION NODES PROCS RANK EXTENT... TASK`:
      `{"points": [[[node, processor], ...], ...]}` in row-major order, sets before they are dealt;
    - `POLICY single FUNCTION NODES PROCS KIND SELF_NODE SELF_INDEX PARENT_NODE PARENT_INDEX TASK`:
      `{"targets": [[node, processor], ...]}`.

    A failure is `{"error": {"code", "message", "line", "column", "point"}}`.
    """
    views = [_view(policy, name) for name, policy in policies.items()]
    return render("table_program.cc.j2", mappers=views)


def identifier(name: str) -> str:
    """Return a C++ identifier that reminds of any name, such as a file's."""
    stem = re.sub("_+", "_", re.sub(r"[^A-Za-z0-9]", "_", name)).strip("_")
    return stem if stem and not stem[0].isdigit() else f"policy_{stem}".rstrip("_")


def _view(policy: Policy, name: str) -> MapperView:
    stem = identifier(name)
    policy_name = PurePath(policy.source.name).name
    own = [f"{stem}_{part}" for part in ("mapper", "rules", "program", "source", "register")]
    return MapperView(
        name=stem,
        policy=policy_name,
        digest=policy.digest,
        where=cxx_comment(policy_name),
        tables=tables_of(policy),
        program=program_of(policy, class_name=f"{stem}_program", taken=own),
    )


def lines_of(text: str, where: str) -> tuple[tuple[int, int], ...]:
    """Return pairs of the lines of a generated text and the lines of the policy `where`.

    Within a function a line belongs to the statement above it; an empty line and one that begins
    at the margin end that.
    """
    spelt = re.compile(rf"// {re.escape(where)}:(\d+)$")
    marked = re.compile(r" *mark\((\d+), \d+\);$")
    pairs = []
    present: int | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if found := spelt.search(line) or marked.match(line):
            present = int(found[1])
        elif not line.startswith(" "):
            present = None
        if present is not None:
            pairs.append((number, present))
    return tuple(pairs)


def _mapped(text: str, where: str) -> Generated:
    """Return the text with the source map that its line comments spell."""
    mark = re.compile(rf"// {re.escape(where)}:(\d+)$")
    found = ((n, mark.search(line)) for n, line in enumerate(text.splitlines(), 1))
    return Generated(
        text=text,
        source_map=tuple((n, int(m[1])) for n, m in found if m),
        lines=lines_of(text, where),
    )
