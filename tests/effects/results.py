"""What runs gave, as it is kept in a file, and what it says about the expectations."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from tests.effects.experiments import FASTER, SAME, SLOWER, Experiment, Variation

FILE = Path(__file__).resolve().parent / "measured.json"
ALIKE = 0.05  # medians of runs that count as equally fast differ by no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """All runs of one side: their classes, and the figures of those that were right.

    Counters are of the last run that was right. Two runs of a policy give the same kernels and the
    same bytes; times depend on how busy the machine is. `late` counts runs with too many overruns.
    """

    classes: list[str]
    figures: list[float] = field(default_factory=list)
    kernel_us: float = 0.0
    copied: int = 0  # bytes, over all links
    sent: int = 0  # bytes, between nodes
    late: int = 0

    @property
    def outcome(self) -> str:
        """`ok`, or the class of the first run that was not; it tells how many were not."""
        wrong = [one for one in self.classes if one != "ok"]
        if not wrong:
            return "ok"
        return wrong[0] if len(wrong) == len(self.classes) else f"{wrong[0]} ({len(wrong)} times)"

    @property
    def median(self) -> float | None:
        """The median figure of merit; None where a run failed: failures have no score."""
        return median(self.figures) if self.outcome == "ok" and self.figures else None

    @property
    def spread(self) -> float:
        """Half the distance from the least to the greatest figure, as a share of the median."""
        if not self.median:
            return 0.0
        return (max(self.figures) - min(self.figures)) / 2 / self.median


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one experiment gave. `key` says of what: see `Experiment.key`."""

    key: str
    unit: str
    better: str
    sides: Mapping[str, Runs]

    def speed(self, base: str, name: str) -> float | None:
        """Return how many times as fast as the base a side is; None where one has no figure."""
        one, other = self.sides[base].median, self.sides[name].median
        if one is None or other is None:
            return None
        return one / other if self.better == "lower" else other / one

    def holds(self, base: str, variation: Variation) -> bool:
        """Return whether a variation is what it was expected to be.

        `faster` means that its slowest run is faster than the fastest of the base.
        """
        runs, speed = self.sides[variation.name], self.speed(base, variation.name)
        if variation.expect not in {FASTER, SLOWER, SAME}:
            return runs.outcome == variation.expect
        if speed is None:
            return False
        if variation.expect == SAME:
            return abs(speed - 1) <= ALIKE
        apart = _apart(self.sides[base].figures, runs.figures)
        return apart and (speed > 1) == (variation.expect == FASTER)


def _apart(one: list[float], other: list[float]) -> bool:
    return max(one) < min(other) or max(other) < min(one)


def read_results(file: Path = FILE) -> dict[str, Result]:
    """Return what was measured, by experiment."""
    if not file.exists():
        return {}
    table = json.loads(file.read_text(encoding="utf-8"))
    return {
        name: Result(**{**one, "sides": {n: Runs(**runs) for n, runs in one["sides"].items()}})
        for name, one in table.items()
    }


def write_results(results: Mapping[str, Result], file: Path = FILE) -> None:
    """Keep what was measured."""
    table = {name: asdict(one) for name, one in results.items()}
    file.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def unfulfilled(experiment: Experiment, result: Result) -> list[str]:
    """Return the names of the variations that are not what was expected."""
    return [
        one.name for one in experiment.variations if not result.holds(experiment.base.name, one)
    ]
