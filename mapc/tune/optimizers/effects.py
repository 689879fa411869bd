"""The cheap model behind `guided`: what a decision is about, and what such decisions did so far.

A knob can gain at most what it touches (its weight: the share of run time in the tasks and bytes
concerned). How much of that a family of choices really gains starts as a prior per group and is
corrected by every trial, wherever it was tried. Gains are natural logarithms of speed-ups, so they
add up.
"""

from math import sqrt

from mapc.tune.space import Choice, Group, Knob

# What a good choice of each group is worth where it touches everything; corrected by trials.
PRIOR = {
    Group.BASE: 0.5,
    Group.TASK: 0.5,
    Group.REGION: 0.4,
    Group.INDEX: 0.3,
    Group.LAYOUT: 0.2,
    Group.COLLECT: 0.05,
    Group.LIMIT: 0.02,
}
_CURIOSITY = 0.05
_LEAST_WEIGHT = 0.05
_MOST_GAIN = 3.0


class Effects:
    """Mean effects by family and by single knob, with shrinkage towards the prior."""

    def __init__(self) -> None:
        self._families: dict[tuple[Group, str], list[float]] = {}
        self._exact: dict[tuple[str, str], float] = {}
        self._boost: dict[Group, float] = {}

    def learn(self, knob: Knob, choice: Choice, gain: float) -> None:
        """Take in that a choice changed the logarithm of the speed by `gain`."""
        gain = max(-_MOST_GAIN, min(_MOST_GAIN, gain))
        per_weight = gain / max(knob.weight, _LEAST_WEIGHT)
        self._families.setdefault((knob.group, choice.family), []).append(per_weight)
        self._exact[knob.key, choice.label] = gain

    def boost(self, group: Group, by: float) -> None:
        """Make a group more promising, because feedback advised it."""
        self._boost[group] = max(self._boost.get(group, 0.0), by)

    def predict(self, knob: Knob, choice: Choice) -> float:
        """Return the gain to expect of a choice, curiosity included."""
        seen = self._families.get((knob.group, choice.family), [])
        prior = PRIOR[knob.group] + self._boost.get(knob.group, 0.0)
        mean = (prior + sum(seen)) / (1 + len(seen))
        expected = self._exact.get((knob.key, choice.label), knob.weight * mean)
        return expected + _CURIOSITY * knob.weight / sqrt(1 + len(seen))

    def known(self, knob: Knob, choice: Choice) -> float | None:
        """Return the gain measured for exactly this choice, None where it was never tried."""
        return self._exact.get((knob.key, choice.label))
