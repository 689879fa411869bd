"""`mapc check`: find what is wrong with a policy without running anything."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mapc.cli.output import Format, read_policy, show
from mapc.cli.subject import subject
from mapc.text import ExitCode, Reporter
from mapc.text.printer import as_json


def check(
    file: Annotated[Path, typer.Argument(help="Policy file (.mapl).")],
    app: Annotated[
        str | None, typer.Option(help="Application: a name, or a folder with an app.toml.")
    ] = None,
    machine: Annotated[str | None, typer.Option(help="Machine, such as host.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """Check a policy; with --app and --machine also against an application and a machine.

    Example: mapc check apps/circuit/expert.mapl --app circuit
    """
    report = Reporter()
    policy = read_policy(file, report)
    if policy is not None:
        from mapc.passes.pipeline import map_policy

        graph, described = subject(app, machine)
        map_policy(policy, report, graph=graph, machine=described)
    if form is Format.JSON:
        sys.stdout.write(as_json(report.diagnostics))
    else:
        show(report.diagnostics)
        if not report.has_errors:
            sys.stdout.write(f"{file}: no errors\n")
    if report.has_errors:
        raise typer.Exit(ExitCode.POLICY)
