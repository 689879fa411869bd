"""`mapc analyze`: the task graph of an application, read from its sources."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from mapc.cli.options import PresetOption
from mapc.cli.output import diagnostics_json, print_json, show
from mapc.text import ExitCode, Severity

if TYPE_CHECKING:
    from mapc.analyze.result import Analysis

_FLAGS = "mapc.flags"


class AnalyzeFormat(StrEnum):
    """How the task graph is printed."""

    TEXT = "text"
    JSON = "json"
    DOT = "dot"


class WithFlags(TyperCommand):
    """A command that keeps what stands behind `--` apart: options of a compiler."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Cut the words at `--`."""
        at = args.index("--") if "--" in args else len(args)
        ctx.meta[_FLAGS] = args[at + 1 :]
        return super().parse_args(ctx, args[:at])


def analyze(
    ctx: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="C++ sources, folders, or an application; then -- CXXFLAGS."),
    ] = None,
    database: Annotated[
        Path | None,
        typer.Option("--compile-commands", help="A compile_commands.json to take options from."),
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Run the application once, and add what is seen.")
    ] = False,
    preset: PresetOption = None,
    machine: Annotated[str, typer.Option(help="For --run: machine, a name or a file.")] = "auto",
    form: Annotated[AnalyzeFormat, typer.Option("--format", help="How to print.")] = (
        AnalyzeFormat.TEXT
    ),
) -> None:
    """Show the tasks of an application, their launches and regions, and the flow of data.

    Example: mapc analyze circuit --format json

    Example: mapc analyze main.cc tasks.cc -- -Iinclude -DNDEBUG
    """
    from mapc.analyze.analysis import analyse, as_seen_from
    from mapc.cli.compiler_messages import diagnostics_of
    from mapc.cli.sources import asked_for

    if not sources and database is None:
        raise typer.BadParameter("name sources, a folder or an application", ctx)
    asked = asked_for(sources or [], ctx.meta[_FLAGS], database)
    if run and asked.application is None:
        raise typer.BadParameter("--run needs one application: a name, or a folder", ctx)
    found = as_seen_from(analyse(asked.commands), Path.cwd())
    if run and asked.application is not None:
        from mapc.analyze.observed import with_run
        from mapc.cli.observing import observed

        found = with_run(found, observed(asked.application, machine, preset))
    told = diagnostics_of(found)
    failed = any(one.severity is Severity.ERROR for one in told)
    if form is AnalyzeFormat.JSON:
        print_json({**found.as_json(), "diagnostics": diagnostics_json(told)})
    else:
        show(told)
        if not failed:
            sys.stdout.write(_spell(found, form))
    if failed:
        raise typer.Exit(ExitCode.POLICY)


def _spell(found: "Analysis", form: AnalyzeFormat) -> str:
    """Return an analysis in one of the formats."""
    if form is AnalyzeFormat.DOT:
        from mapc.analyze.drawing import as_dot

        return as_dot(found)
    from mapc.analyze.overview import as_text

    return as_text(found)
