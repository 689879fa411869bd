"""`mapc check`: find what is wrong with a policy without running anything."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mapc.cli.output import Format, read_policy, show
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

        graph = described = None
        if app is not None:
            from mapc.graph.taskgraph import from_names
            from mapc.legion.app_file import find_application

            description = find_application(app)
            names = description.file.names
            graph = from_names(description.name, names.tasks, names.regions)
        if machine is not None:
            from mapc.legion.machines import find_machine

            described = find_machine(machine)
        map_policy(policy, report, graph=graph, machine=described)
    if form is Format.JSON:
        sys.stdout.write(as_json(report.diagnostics))
    else:
        show(report.diagnostics)
        if not report.has_errors:
            sys.stdout.write(f"{file}: no errors\n")
    if report.has_errors:
        raise typer.Exit(ExitCode.POLICY)
