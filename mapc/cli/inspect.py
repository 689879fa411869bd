"""`mapc inspect`: for each task and argument what will happen, and which line decided."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapc.cli.output import require_policy, show
from mapc.cli.subject import subject
from mapc.text import ExitCode, Reporter

if TYPE_CHECKING:
    from mapc.graph.mapping import Mapping


class InspectFormat(StrEnum):
    """How the mapping is printed."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    DOT = "dot"


def inspect(
    file: Annotated[Path, typer.Argument(help="Policy file (.mapl).")],
    app: Annotated[
        str | None, typer.Option(help="Application: a name, or a folder with an app.toml.")
    ] = None,
    machine: Annotated[str | None, typer.Option(help="Machine, such as host.")] = None,
    form: Annotated[InspectFormat, typer.Option("--format", help="How to print.")] = (
        InspectFormat.TEXT
    ),
    out: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write.")] = None,
) -> None:
    """Show the decision for every task and argument, with the lines that made it.

    Also tells which lines never decide anything, and why.

    Example: mapc inspect apps/circuit/expert.mapl --app circuit

    Example: mapc inspect apps/circuit/expert.mapl --app circuit --format html -o circuit.html
    """
    from mapc.passes.idle import Idle
    from mapc.passes.pipeline import map_policy

    report = Reporter()
    policy = require_policy(file, report)
    graph, described = subject(app, machine)
    mapping = map_policy(policy, report, graph=graph, machine=described)
    show(report.diagnostics)
    product = _spell(Idle().run(mapping, report), form)
    if out is None:
        sys.stdout.write(product)
    else:
        from mapc.paths import write_atomic

        write_atomic(out, product)
    if report.has_errors:
        raise typer.Exit(ExitCode.POLICY)


def _spell(mapping: "Mapping", form: InspectFormat) -> str:
    """Return a mapping in one of the formats."""
    match form:
        case InspectFormat.JSON:
            return json.dumps(mapping.to_json(), indent=2) + "\n"
        case InspectFormat.HTML:
            from mapc.page.html import as_html

            return as_html(mapping)
        case InspectFormat.DOT:
            from mapc.graph.mapping_dot import as_dot

            return as_dot(mapping)
        case InspectFormat.TEXT:
            from mapc.graph.render import as_text

            return as_text(mapping)
