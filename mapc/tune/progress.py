"""Live progress of a run: one moving line on a terminal, plain lines elsewhere."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from mapc.tune.budget import Budget
from mapc.tune.trial import Trial, speedup

if TYPE_CHECKING:
    from rich.status import Status


class Progress:
    """Says what is going on on stderr; stdout carries only the product."""

    def __init__(self, *, unit: str, direction: str, budget: Budget) -> None:
        self._unit = unit
        self._direction = direction
        self._budget = budget
        self._base: float | None = None
        self._best: float | None = None
        self._ok = 0
        self._failed = 0
        self._status: Status | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("starting")
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def say(self, text: str) -> None:
        """Show what is being done; on a terminal it replaces the line before."""
        if self._status is None:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
        else:
            self._status.update(f"{text}  ({self.summary()})")

    def working(self, text: str) -> None:
        """Show what is being done where that line moves; its result will be said anyway."""
        if self._status is not None:
            self.say(text)

    def note(self, text: str) -> None:
        """Print a line that stays."""
        if self._status is None:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
        else:
            self._status.console.print(text, highlight=False, markup=False)

    def count(self, trial: Trial) -> None:
        """Take a trial into the totals without a word (a resumed run's trials)."""
        if trial.score is None:
            self._failed += 1
            return
        self._ok += 1
        if self._base is None:
            self._base = trial.score
        if self._best is None or speedup(trial.score, self._best, self._direction) > 1:
            self._best = trial.score

    def finished(self, trial: Trial) -> None:
        """Report a finished trial."""
        self.count(trial)
        if trial.score is None:
            result = f"failed: {trial.outcome_class}"
        else:
            result = f"{trial.score:.4g} {self._unit}"
            if self._base:
                result += f" ({speedup(trial.score, self._base, self._direction):.3f}x)"
        self.note(f"trial {trial.number:3d}  {result:24}  {trial.reason}")

    def summary(self) -> str:
        """Return best, ratio to the default mapper, counts and time left."""
        parts = []
        if self._best is not None and self._base is not None:
            ratio = speedup(self._best, self._base, self._direction)
            parts.append(f"best {self._best:.4g} {self._unit}, {ratio:.3f}x the default mapper")
        parts.append(f"{self._ok} ok, {self._failed} failed")
        parts.append(f"{self._budget.left:.0f} s left")
        return "; ".join(parts)
