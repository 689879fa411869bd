"""Measure what mapping decisions are worth, and write the tables of `docs/applications.md`.

    make effects [ARGS="--only circuit"]
    .venv/bin/python -m tests.effects [--only NAME ...] [--missing] [--tables] [--policies FOLDER]

The experiments are in `experiments.toml`, what came out is in `measured.json`. Each experiment is
kept as soon as it is done, so that `--missing` goes on where a call was interrupted. Exit code 1
says that something is not as expected. Leave the machine alone meanwhile.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mapc.legion.runtime import find_runtime
from tests.effects import measure
from tests.effects.experiments import Experiment, read_experiments
from tests.effects.lines import all_lines
from tests.effects.results import Result, read_results, unfulfilled, write_results
from tests.effects.tables import DOCUMENT, blocks_of, rewritten

BUSY = 0.5  # processes that want to run, before we start any


def say(text: str) -> None:
    """Say something on the way."""
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    options = _options()
    every = read_experiments()
    chosen = [one for one in every if not options.only or {one.name, one.app} & {*options.only}]
    if unknown := {*options.only} - {word for one in every for word in (one.name, one.app)}:
        say(f"there is no experiment {', '.join(sorted(unknown))}")
        return 2
    # All of them at once: a policy that cannot be made should not be found after ten minutes.
    folder = options.policies or measure.FOLDER
    files = [measure.policy_file(one, side, folder) for one in chosen for side in one.sides]
    if options.policies is not None:
        print("".join(f"{path}\n" for path in files if path is not None), end="")
        return 0
    if options.missing:
        done = read_results()
        chosen = [one for one in chosen if one.name not in done or done[one.name].key != one.key()]
    if not options.tables:
        _measure(chosen, options.rounds)
    results = {one.name: found for one in every if (found := read_results().get(one.name))}
    write_results(results)
    document = DOCUMENT.read_text(encoding="utf-8")
    blocks = blocks_of(every, results, all_lines())
    DOCUMENT.write_text(rewritten(document, blocks), encoding="utf-8")
    wrong = [
        f"{one.name}: {n}"
        for one in every
        if one.name in results
        for n in unfulfilled(one, results[one.name])
    ]
    for name in wrong:
        say(f"not as expected: {name}")
    return bool(wrong)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.effects", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="experiments or applications"
    )
    parser.add_argument(
        "--missing", action="store_true", help="only what is not measured yet, or has changed"
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side")
    parser.add_argument("--tables", action="store_true", help="write the tables again, run nothing")
    parser.add_argument(
        "--policies", type=Path, metavar="FOLDER", help="write the policies there, run nothing"
    )
    return parser.parse_args()


def _measure(chosen: Sequence[Experiment], rounds: int) -> None:
    if os.getloadavg()[0] > BUSY:
        say("this machine is busy: modelled times will be too long")
    runtime = find_runtime(say)
    started = time.monotonic()
    for number, one in enumerate(chosen, 1):
        result = measure.measure(one, runtime, rounds=rounds, say=say)
        write_results({**read_results(), one.name: result})
        _print(one, result)
        say(f"{number} of {len(chosen)} experiments, {time.monotonic() - started:.0f} s")


def _print(experiment: Experiment, result: Result) -> None:
    """Print both sides of every comparison, and how to repeat each."""
    print(f"\n{experiment.name}")
    for side in experiment.sides:
        runs = result.sides[side.name]
        speed = result.speed(experiment.base.name, side.name)
        figure = (
            runs.outcome
            if runs.median is None
            else f"{runs.median:.5g} {result.unit} ± {runs.spread:.1%}"
        )
        print(f"  {side.name:20} {figure:22} {'' if speed is None else f'{speed:.3g}x'}")
        print(f"    {measure.command(experiment, side)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
