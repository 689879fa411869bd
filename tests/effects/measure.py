"""Run the sides of an experiment in turns, with mapc's own machinery."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path

from mapc.guide.score import specs_of
from mapc.legion.app_build import build_application
from mapc.legion.emulator import require_emulation
from mapc.legion.machines import find_site
from mapc.legion.names import names_of
from mapc.legion.ranks import require_ranks
from mapc.legion.runtime import LegionRuntime
from mapc.text.codes import NOT_TRUSTWORTHY
from mapc.tune.evaluate import Evaluator, Prepared, Verdict
from tests.effects.experiments import Experiment, Side
from tests.effects.results import Result, Runs

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".mapc" / "effects"


def evaluator_of(experiment: Experiment, side: Side, runtime: LegionRuntime) -> Evaluator:
    """Return what runs a side, as `mapc run` would."""
    app = experiment.application
    site = find_site(experiment.machine, experiment.ranks, app)
    preset = app.file.presets[experiment.preset]
    time = preset.time_scale if side.time_scale is None else side.time_scale
    machine = site.machine.at_scale(time=time, data=preset.data_scale)
    require_emulation(runtime, machine)
    require_ranks(runtime, machine, site.launcher)
    return Evaluator(
        application=build_application(app, runtime),
        runtime=runtime,
        machine=machine,
        arguments=experiment.arguments_of(side),
        graph=names_of(app),
        launcher=site.launcher,
    )


def measure(
    experiment: Experiment, runtime: LegionRuntime, *, rounds: int, say: Callable[[str], None]
) -> Result:
    """Run every side so many times and return what came out; says each run."""
    app = experiment.application
    score, _ = specs_of(app.file)
    preset = app.file.presets[experiment.preset]
    timeout = experiment.timeout or preset.timeout or app.file.run.timeout
    ready: dict[str, tuple[Evaluator, Prepared]] = {}
    verdicts: dict[str, list[Verdict]] = {side.name: [] for side in experiment.sides}
    for side in experiment.sides:
        evaluator = evaluator_of(experiment, side, runtime)
        checked = evaluator.check(side.policy(app), f"{side.name}.mapl")
        ready[side.name] = (evaluator, evaluator.prepare(checked))
    for number in range(rounds):
        # Turns alternate in direction, so that a drift of the machine hits both sides alike.
        for side in experiment.sides[:: 1 if number % 2 == 0 else -1]:
            evaluator, prepared = ready[side.name]
            verdict = evaluator.run(prepared, timeout=timeout)
            verdicts[side.name].append(verdict)
            figure = "" if verdict.score is None else f" {verdict.score:.5g} {score.unit}"
            where = f"{experiment.name}, round {number + 1} of {rounds}, {side.name}"
            say(f"{where}: {verdict.outcome_class}{figure} ({verdict.seconds:.1f} s)")
    return Result(
        key=experiment.key(),
        unit=score.unit,
        better=score.better,
        sides={name: _runs(found) for name, found in verdicts.items()},
    )


def _runs(verdicts: list[Verdict]) -> Runs:
    right = [one for one in verdicts if one.score is not None]
    counters = right[-1].counters if right else {}
    moved = counters.get("bytes", {})
    late = [any(d.code is NOT_TRUSTWORTHY for d in one.diagnostics) for one in right]
    return Runs(
        classes=[one.outcome_class for one in verdicts],
        figures=[one.score for one in right if one.score is not None],
        kernel_us=counters.get("kernel_us", 0.0),
        copied=sum(moved.values()),
        sent=sum(count for way, count in moved.items() if way.endswith("network")),
        late=sum(late),
    )


def policy_file(experiment: Experiment, side: Side, folder: Path = FOLDER) -> Path | None:
    """Write the policy of a side where a command can read it; the default mapper has none."""
    app = experiment.application
    if not side.file:
        return None
    if not (side.drop or side.replace or side.add):
        return app.folder / side.file
    path = folder / experiment.name / f"{side.name}.mapl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(side.policy(app), encoding="utf-8")
    return path


def command(experiment: Experiment, side: Side) -> str:
    """Return the command that runs a side once, relative to the project's folder."""
    words = ["mapc", "run", experiment.app, "--machine", experiment.machine]
    policy = policy_file(experiment, side)
    if policy is not None:
        words += ["--mapping", os.path.relpath(policy, ROOT)]
    words += ["--preset", experiment.preset]
    if experiment.ranks > 1:
        words += ["--ranks", str(experiment.ranks)]
    if side.time_scale is not None:
        words += ["--time-scale", f"{side.time_scale:g}"]
    if experiment.arguments or side.arguments:
        # Arguments behind `--` take the place of the preset's.
        words += ["--", *experiment.arguments_of(side)]
    return shlex.join(words)
