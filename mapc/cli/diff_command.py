"""`mapc diff`: which decisions differ between two policies."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapc.cli.output import Format, print_json, require_policy
from mapc.cli.subject import subject
from mapc.text import ExitCode, MapcError, Reporter

if TYPE_CHECKING:
    from mapc.graph.machine import Machine
    from mapc.graph.mapping import Mapping
    from mapc.graph.taskgraph import TaskGraph


def diff(
    a: Annotated[Path, typer.Argument(metavar="A", help="Policy file (.mapl).")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Policy file to compare it with.")],
    app: Annotated[
        str | None, typer.Option(help="Application: a name, or a folder with an app.toml.")
    ] = None,
    machine: Annotated[str | None, typer.Option(help="Machine, such as host.")] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 if a decision differs.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """Compare what two policies decide, not how they say it, with the lines of both.

    Placement functions are compared by what they place: over the launches of the application on
    the machine where they are known, else over a sample.

    Example: mapc diff apps/circuit/expert.mapl best.mapl --app circuit --machine host
    """
    from mapc.passes.difference import difference

    graph, described = subject(app, machine)
    found = difference(_mapping(a, graph, described), _mapping(b, graph, described))
    if form is Format.JSON:
        print_json(found.to_json())
    else:
        from mapc.graph.difference_text import as_text

        sys.stdout.write(as_text(found))
    if exit_code and not found.same:
        raise typer.Exit(ExitCode.POLICY)


def _mapping(file: Path, graph: "TaskGraph | None", machine: "Machine | None") -> "Mapping":
    """Return what a policy decides; raises MapcError with all findings when it has errors."""
    from mapc.passes.pipeline import map_policy

    report = Reporter()
    policy = require_policy(file, report)
    mapping = map_policy(policy, report, graph=graph, machine=machine)
    if report.has_errors:
        raise MapcError.of(report.diagnostics)
    return mapping
