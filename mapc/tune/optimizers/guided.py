"""Optimizer `guided`: the default; needs no key.

Starts from the best trial so far, the default mapper or a given policy, and changes the decision
that promises most, by a model of what each decision touches and what its like did before. Feedback
moves the model: a run out of memory makes memory, limits and collection interesting, idle
processors the index maps. What helped alone is then tried together; when nothing promises
anything, several promising knobs change at once.
"""

import random
from collections.abc import Iterator
from math import exp, log

from mapc.text import codes
from mapc.tune.optimizers.base import Problem, Proposal
from mapc.tune.optimizers.effects import Effects
from mapc.tune.space import Candidate, Choice, Group, Knob, with_choice
from mapc.tune.trial import Trial, best_trial, speedup

_FAILED = -1.0
_NOISE = 0.01
_MOST_TRIES = 200
_CAUTION = 10.0

_ADVICE: dict[str, tuple[Group, ...]] = {
    codes.OUT_OF_MEMORY.id: (Group.REGION, Group.COLLECT, Group.LIMIT),
    codes.ALLOCATION_FAILED.id: (Group.REGION, Group.COLLECT, Group.LIMIT),
    codes.MISSING_VARIANT.id: (Group.TASK,),
    codes.WRONG_MEMORY.id: (Group.REGION,),
    codes.WRONG_LAYOUT.id: (Group.LAYOUT,),
    codes.WRONG_PLACEMENT.id: (Group.INDEX,),
    codes.IDLE_PROCESSORS.id: (Group.INDEX,),
}


class Guided:
    """Coordinate moves ranked by predicted gain, combinations, then bounded exploration."""

    def __init__(self, problem: Problem) -> None:
        self._space = problem.space
        self._better = problem.better
        self._seed = problem.seed
        self._trials: dict[Candidate, Trial] = {}
        self._effects = Effects()

    def tell(self, trial: Trial) -> None:
        """Learn from a trial; one that is not a point of the space only counts as seen."""
        for code in trial.advice:
            for group in _ADVICE.get(code, ()):
                self._effects.boost(group, 0.3)
        if trial.candidate is None or trial.candidate in self._trials:
            return
        self._learn(trial.candidate, trial)
        self._trials[trial.candidate] = trial

    def ask(self) -> Proposal | None:
        """Return the most promising change of the best candidate so far."""
        best = best_trial(list(self._trials.values()), self._better)
        start = best.candidate if best is not None and best.candidate else self._space.default
        for candidate, why in self._ideas(start):
            if candidate not in self._trials:
                return Proposal(
                    policy=self._space.render(candidate),
                    reason=f"{self._space.changes(start, candidate)} ({why})",
                    candidate=candidate,
                )
        return None

    def _ideas(self, start: Candidate) -> Iterator[tuple[Candidate, str]]:
        together = self._together(start)
        if together is not None:
            yield together, "each helped alone"
        moves = sorted(self._moves(start), key=lambda move: (-move[0], move[1]))
        for gain, position, index in moves:
            if gain <= 0:
                break
            knob = self._space.knobs[position]
            yield with_choice(start, position, index), _why(knob, gain)
        yield from self._explore(start, [position for _, position, _ in moves])

    def _moves(self, start: Candidate) -> Iterator[tuple[float, int, int]]:
        """Yield predicted gain, knob and choice of every single change."""
        for position, knob in enumerate(self._space.knobs):
            here = self._effects.known(knob, knob.choices[start[position]]) or 0.0
            for index, choice in enumerate(knob.choices):
                if index == start[position]:
                    continue
                gain = self._effects.predict(knob, choice) if index else 0.0
                yield gain - here, position, index

    def _together(self, start: Candidate) -> Candidate | None:
        """Return the best candidate with everything added that helped on its own elsewhere."""
        candidate = start
        for position, knob in enumerate(self._space.knobs):
            if start[position]:
                continue
            gains = [self._effects.known(knob, choice) or 0.0 for choice in knob.choices]
            top = max(range(len(gains)), key=gains.__getitem__)
            if gains[top] > _NOISE:
                candidate = with_choice(candidate, position, top)
        return candidate if candidate != start else None

    def _explore(self, start: Candidate, positions: list[int]) -> Iterator[tuple[Candidate, str]]:
        """Yield changes of two or three knobs, those that touch much more often."""
        draw = random.Random(f"{self._seed}:{len(self._trials)}")
        knobs = self._space.knobs
        if not positions:
            return
        weights = [0.05 + knobs[p].weight for p in positions]
        odds = {p: [self._odds(knobs[p], choice) for choice in knobs[p].choices] for p in positions}
        for _ in range(_MOST_TRIES):
            candidate = start
            for position in draw.choices(positions, weights, k=draw.choice((2, 3))):
                (index,) = draw.choices(range(len(knobs[position].choices)), odds[position])
                candidate = with_choice(candidate, position, index)
            yield candidate, "exploring"

    def _odds(self, knob: Knob, choice: Choice) -> float:
        """Return how likely exploration takes a choice: what did harm hardly ever."""
        return exp(_CAUTION * min(self._effects.predict(knob, choice), 0.0))

    def _learn(self, candidate: Candidate, trial: Trial) -> None:
        """Credit the change against the nearest earlier trial to the knobs that differ."""
        earlier = [(c, t) for c, t in self._trials.items() if t.score is not None]
        if not earlier:
            return
        nearest, base = min(earlier, key=lambda item: _distance(item[0], candidate))
        differing = [
            (self._space.knobs[position], new)
            for position, (old, new) in enumerate(zip(nearest, candidate, strict=True))
            if old != new and new
        ]
        gain = self._gain(trial, base) / max(1, len(differing))
        alone = _distance(nearest, candidate) == 1
        for knob, index in differing:
            self._effects.learn(knob, knob.choices[index], gain, alone=alone)

    def _gain(self, trial: Trial, base: Trial) -> float:
        if trial.score is None or base.score is None:
            return _FAILED
        return log(speedup(trial.score, base.score, self._better))


def _distance(a: Candidate, b: Candidate) -> int:
    return sum(x != y for x, y in zip(a, b, strict=True))


def _why(knob: Knob, gain: float) -> str:
    return f"touches {knob.weight:.0%} of the time, {gain:+.1%} expected"
