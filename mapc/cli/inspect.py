"""`mapc inspect`: for each task and argument what will happen, and which line decided."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mapc.cli.output import print_json, require_policy, show
from mapc.cli.subject import subject
from mapc.text import ExitCode, Reporter


class InspectFormat(StrEnum):
    """How the mapping is printed."""

    TEXT = "text"
    JSON = "json"
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
) -> None:
    """Show the decision for every task and argument, with the lines that made it.

    Example: mapc inspect apps/circuit/expert.mapl --app circuit
    """
    from mapc.graph.render import as_dot, as_text
    from mapc.passes.pipeline import map_policy

    report = Reporter()
    policy = require_policy(file, report)
    graph, described = subject(app, machine)
    mapping = map_policy(policy, report, graph=graph, machine=described)
    show(report.diagnostics)
    match form:
        case InspectFormat.JSON:
            print_json(mapping.to_json())
        case InspectFormat.DOT:
            sys.stdout.write(as_dot(mapping))
        case InspectFormat.TEXT:
            sys.stdout.write(as_text(mapping))
    if report.has_errors:
        raise typer.Exit(ExitCode.POLICY)
