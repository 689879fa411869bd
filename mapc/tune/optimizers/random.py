"""Optimizer `random`: every knob drawn uniformly. The baseline that others must beat."""

import random
from typing import TYPE_CHECKING

from mapc.tune.optimizers.base import Problem, Proposal
from mapc.tune.trial import Trial

if TYPE_CHECKING:
    from mapc.tune.space import Candidate

_MOST_DRAWS = 1000


class Random:
    """Legal random mappers without repetition."""

    def __init__(self, problem: Problem) -> None:
        self._space = problem.space
        self._seed = problem.seed
        self._seen: set[Candidate] = set()

    def ask(self) -> Proposal | None:
        """Return a candidate that was not seen before, None when luck runs out."""
        # Seeded by what is known, so that a resumed run draws what the first one would have drawn.
        draw = random.Random(f"{self._seed}:{len(self._seen)}")
        for _ in range(_MOST_DRAWS):
            candidate = tuple(draw.randrange(len(k.choices)) for k in self._space.knobs)
            if candidate not in self._seen:
                return Proposal(
                    policy=self._space.render(candidate), reason="drawn", candidate=candidate
                )
        return None

    def tell(self, trial: Trial) -> None:
        """Remember what was tried."""
        if trial.candidate is not None:
            self._seen.add(trial.candidate)
