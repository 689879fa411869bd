"""`mapc check`: find what is wrong with a policy without running anything."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapc.cli.output import Format, read_text, say, show
from mapc.cli.subject import subject
from mapc.text import ExitCode, MapcError, Reporter
from mapc.text.printer import as_json

if TYPE_CHECKING:
    from mapc.graph.machine import Machine
    from mapc.policy.model import Policy


def check(
    file: Annotated[Path, typer.Argument(help="Policy file (.mapl); - reads standard input.")],
    app: Annotated[
        str | None, typer.Option(help="Application: a name, or a folder with an app.toml.")
    ] = None,
    machine: Annotated[str | None, typer.Option(help="Machine, such as host.")] = None,
    extract: Annotated[
        bool,
        typer.Option(
            "--extract",
            help="The file is a text around a policy, such as the reply of a chat program: "
            "check the policy in it and print it.",
        ),
    ] = False,
    run_prints: Annotated[
        bool, typer.Option("--run-prints", help="Show what the prints outside of functions say.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """Check a policy; with --app and --machine also against an application and a machine.

    Example: mapc check apps/circuit/expert.mapl --app circuit

    Example: mapc check --extract reply.md > better.mapl
    """
    from mapc.passes.findings import find
    from mapc.syntax.reply import extract as policy_of

    report = Reporter()
    source = read_text(file, report)
    if extract:
        source = policy_of(source)
    graph, described = subject(app, machine)
    policy = None if report.has_errors else find(source, report, graph=graph, machine=described)
    printed = _prints(policy, described, report) if run_prints and policy is not None else []
    if form is Format.JSON:
        more: dict[str, object] = {"policy": _block(source.text)} if extract else {}
        more |= {"prints": printed} if run_prints else {}
        sys.stdout.write(as_json(report.diagnostics, **more))
    else:
        show(report.diagnostics)
        sys.stdout.writelines(f"{text}\n" for text in printed)
        if extract:
            sys.stdout.write(_block(source.text))
        if not report.has_errors:
            (say if extract or run_prints else _tell)(f"{file}: no errors")
    if report.has_errors:
        raise typer.Exit(ExitCode.POLICY)


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _prints(policy: "Policy", machine: "Machine | None", report: Reporter) -> list[str]:
    """Return what the prints say; say which of them need a machine."""
    from mapc.passes.place import shape_of
    from mapc.policy.prints import run_prints

    try:
        printed = run_prints(policy, None if machine is None else shape_of(machine))
    except MapcError as error:
        for diagnostic in error.diagnostics:
            report.add(diagnostic)
        return []
    for one in printed:
        if one.text is None:
            say(f"line {one.line}: this print depends on the machine; add --machine host")
    return [one.text for one in printed if one.text is not None]


def _block(text: str) -> str:
    """Return a policy that stands somewhere in a text, without the blanks around it."""
    import textwrap

    lines = [line.rstrip(" \t\r") for line in text.split("\n")]
    return textwrap.dedent("\n".join(lines)).strip("\n") + "\n"
