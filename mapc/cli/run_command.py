"""`mapc run`: run an application with a policy, once, and say what happened."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mapc.cli.options import DataScaleOption, PresetOption, TimeScaleOption
from mapc.cli.output import Format, diagnostics_json, print_json, require_policy, say, show
from mapc.text import ExitCode, Reporter


def run(
    app: Annotated[str, typer.Argument(help="Application: a name, or a folder with an app.toml.")],
    arguments: Annotated[
        list[str] | None, typer.Argument(help="Arguments instead of the preset's, behind --.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Policy file; without one, Legion's default mapper.")
    ] = None,
    machine: Annotated[str, typer.Option(help="Machine to run on: a name or a file.")] = "auto",
    preset: PresetOption = None,
    ranks: Annotated[
        int | None,
        typer.Option(min=1, max=4096, help="Processes, each a node; as many as the machine has."),
    ] = None,
    data_scale: DataScaleOption = None,
    time_scale: TimeScaleOption = None,
    show_output: Annotated[
        bool, typer.Option("--show-output", help="Print what the application said, on stderr.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """Run an application on Legion with a policy's mapper.

    Example: mapc run circuit --mapping apps/circuit/expert.mapl --preset smoke
    """
    from mapc.cli.modelled import problem_json, problem_text, scaled
    from mapc.guide.score import specs_of
    from mapc.legion.app_build import build_application
    from mapc.legion.app_file import find_application, find_preset, preset_name
    from mapc.legion.emulator import require_emulation
    from mapc.legion.machines import find_site
    from mapc.legion.names import names_of
    from mapc.legion.ranks import require_ranks
    from mapc.legion.runtime import find_runtime
    from mapc.tune.evaluate import Evaluator

    description = find_application(app)
    text, name = "", "default mapper"
    if mapping is not None:
        text, name = require_policy(mapping, Reporter()).source.text, str(mapping)
    site = find_site(machine, ranks, description)
    chosen = find_preset(description, preset_name(description, site.machine, preset))
    target = scaled(site.machine, chosen, time_scale, data_scale)
    runtime = find_runtime(say)
    require_emulation(runtime, target)
    require_ranks(runtime, target, site.launcher)
    built = build_application(description, runtime)
    evaluator = Evaluator(
        application=built,
        runtime=runtime,
        machine=target,
        arguments=tuple(arguments or chosen.args),
        graph=names_of(description),
        launcher=site.launcher,
    )
    checked = evaluator.check(text, name)
    verdict = evaluator.run(evaluator.prepare(checked), timeout=chosen.timeout)
    # A verdict on a policy that did not run repeats its errors.
    every = (*checked.diagnostics, *verdict.diagnostics, *verdict.bottlenecks)
    found = tuple(dict.fromkeys(every))
    if show_output and verdict.outcome is not None:
        sys.stderr.write(verdict.outcome.labelled)
    score, _ = specs_of(description.file)
    if form is Format.JSON:
        print_json(
            {
                "class": verdict.outcome_class,
                "score": verdict.score,
                "unit": score.unit,
                "better": score.better,
                "modelled": target.emulated,
                "machine": target.name,
                "ranks": target.nodes,
                "runs": [verdict.score],
                "counters": {
                    "seconds": round(verdict.seconds, 3),
                    **_counters(verdict.records),
                    **verdict.counters,
                },
                "diagnostics": diagnostics_json(found),
                **problem_json(target, chosen, evaluator.arguments),
            }
        )
    else:
        show(found)
        figure = "no figure of merit" if verdict.score is None else f"{verdict.score} {score.unit}"
        modelled = f", {target.kind_of_time}" if target.emulated and verdict.score else ""
        sys.stdout.write(f"{verdict.outcome_class}: {figure}{modelled}\n")
        sys.stdout.write(problem_text(target, chosen, evaluator.arguments))
    if verdict.outcome_class != "ok":
        raise typer.Exit(ExitCode.POLICY if verdict.outcome_class == "check" else ExitCode.TOOL)


def _counters(records: tuple[dict[str, object], ...]) -> dict[str, int]:
    """Return how many decisions of each kind the mapper logged."""
    counts: dict[str, int] = {}
    for record in records:
        event = f"logged_{record.get('event')}"
        counts[event] = counts.get(event, 0) + 1
    return dict(sorted(counts.items()))
