"""`mapc tune`: search for a better mapper by running the application."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapc.cli.options import DataScaleOption, PresetOption, TimeScaleOption
from mapc.cli.output import require_policy, say
from mapc.text import Diagnostic, ExitCode, MapcError, Reporter, Severity, codes

if TYPE_CHECKING:
    from mapc.legion.application import Application
    from mapc.tune.knobs import Base


def tune(
    app: Annotated[str, typer.Argument(help="Application: a name, or a folder with an app.toml.")],
    machine: Annotated[str, typer.Option(help="Machine to map onto.")] = "auto",
    preset: PresetOption = None,
    optimizer: Annotated[str, typer.Option(help="guided or random.")] = "guided",
    trials: Annotated[int, typer.Option(min=1, help="Most candidates to run.")] = 20,
    time: Annotated[str, typer.Option(help="Most time to spend, such as 90s, 10m, 1h.")] = "8m",
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 0,
    start: Annotated[
        list[Path] | None, typer.Option(help="A policy to start from; may be repeated.")
    ] = None,
    data_scale: DataScaleOption = None,
    time_scale: TimeScaleOption = None,
    fresh: Annotated[
        bool, typer.Option("--fresh/--resume", help="Start anew, or go on where it stopped.")
    ] = False,
) -> None:
    """Search for a mapper that beats Legion's default one, and compare them at the end.

    Example: mapc tune circuit --trials 30 --time 10m
    """
    from mapc.cli.modelled import problem_text, scaled
    from mapc.cli.tables import print_table
    from mapc.legion.app_build import build_application
    from mapc.legion.app_file import find_application, find_preset, preset_name
    from mapc.legion.emulator import require_emulation
    from mapc.legion.machines import find_site
    from mapc.legion.ranks import require_ranks
    from mapc.legion.runtime import find_runtime
    from mapc.tune.budget import Budget, parse_duration
    from mapc.tune.driver import Settings
    from mapc.tune.driver import tune as run_tuner
    from mapc.tune.report import (
        HEADINGS,
        headline,
        statement_lines,
        summarize,
        table_rows,
        untrusted,
    )

    try:
        budget = Budget(trials=trials, seconds=parse_duration(time))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--time") from error
    description = find_application(app)
    bases = _bases(start or [])
    site = find_site(machine, app=description)
    preset = preset_name(description, site.machine, preset)
    chosen = find_preset(description, preset)
    target = scaled(site.machine, chosen, time_scale, data_scale)
    runtime = find_runtime(say)
    require_emulation(runtime, target)
    require_ranks(runtime, target, site.launcher)
    say(f"building {description.name}")
    built = build_application(description, runtime)
    settings = Settings(
        application=built,
        runtime=runtime,
        machine=target,
        launcher=site.launcher,
        preset=preset,
        arguments=tuple(chosen.args),
        timeout=chosen.timeout or description.file.run.timeout,
        optimizer=optimizer,
        seed=seed,
        bases=bases,
        expert=_expert(description),
        fresh=fresh,
    )
    result = run_tuner(settings, budget)
    summary = summarize(result.run.contents())
    say(
        f"{len(summary.trials)} trials: "
        + ", ".join(f"{count} {kind}" for kind, count in summary.classes.items())
        + ("; nothing was left to try" if result.exhausted else "")
        + f"; {budget.elapsed:.0f} s"
    )
    print_table(HEADINGS, table_rows(summary))
    sys.stdout.write(f"{headline(summary)}\n")
    if late := untrusted(summary):
        sys.stdout.write(f"{late}\n")
    sys.stdout.write(f"{problem_text(target, chosen, chosen.args)}\n")
    lines = statement_lines(summary.best_policy or "")
    sys.stdout.write("What it changes against the default mapper:\n")
    sys.stdout.write("".join(f"  {line}\n" for line in lines) or "  nothing\n")
    sys.stdout.write(f"\nwritten: {result.run.best}\n")
    if summary.winner is None:
        raise MapcError(
            Diagnostic(
                code=codes.NO_BUDGET,
                severity=Severity.ERROR,
                message="no contender could be measured",
                help=f"see `mapc runs show {result.run.name}`",
            ),
            exit_code=ExitCode.TOOL,
        )


def _bases(paths: list[Path]) -> "tuple[Base, ...]":
    from mapc.tune.knobs import Base

    return tuple(
        Base(name=path.stem, text=require_policy(path, Reporter()).source.text) for path in paths
    )


def _expert(description: "Application") -> str | None:
    path = description.folder / "expert.mapl"
    if not path.is_file():
        return None
    return require_policy(path, Reporter()).source.text
