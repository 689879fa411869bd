"""Trial: one candidate that was paid for, with everything that came of it.

The record is complete: policy text, seed and versions are in it, so that a line of a journal can be
run again without anything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One finished trial, failed or not; a failed one never has a score.

    `samples` are the figures of merit of its runs in order; `signature` identifies the decisions,
    so that two texts that decide the same are one candidate; `candidate` holds the choices of the
    search space where an optimizer of ours made it.
    """

    number: int
    policy: str
    signature: str
    reason: str
    seed: int
    outcome_class: str
    samples: tuple[float, ...] = ()
    seconds: float = 0.0
    build_seconds: float = 0.0
    candidate: tuple[int, ...] | None = None
    diagnostics: tuple[dict[str, Any], ...] = ()
    advice: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def score(self) -> float | None:
        """The median figure of merit, None when the trial failed."""
        return median(self.samples) if self.outcome_class == "ok" and self.samples else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One run of a contender in the closing comparison that followed `after` trials."""

    label: str
    round: int
    after: int
    policy: str
    score: float | None
    outcome_class: str


def better(a: float, b: float, direction: str) -> bool:
    """Return whether figure `a` is strictly better than `b`."""
    return a < b if direction == "lower" else a > b


def speedup(score: float, base: float, direction: str) -> float:
    """Return how many times better `score` is than `base`; above 1 is better."""
    return base / score if direction == "lower" else score / base


def best_trial(trials: Sequence[Trial], direction: str) -> Trial | None:
    """Return the trial with the best score, the earliest of equals."""
    best: Trial | None = None
    for trial in trials:
        if trial.score is None:
            continue
        if best is None or best.score is None or better(trial.score, best.score, direction):
            best = trial
    return best
