"""The cheap model behind `guided`: what a decision is about, and what such decisions did so far.

A knob can gain at most what it touches (its weight: the share of run time in the tasks and bytes
concerned). How much of that a family of choices really gains starts as the choice's prior and is
corrected by every trial, wherever it was tried; what begins with the same word (`AOS C_order`,
`AOS C_order Exact`) teaches half as much. Gains are natural logarithms of speed-ups, so they add
up.
"""

from math import sqrt

from mapc.tune.space import Choice, Group, Knob

_CURIOSITY = 0.01
_HALF = 0.5
_LEAST_WEIGHT = 0.05
_MOST_GAIN = 3.0


class Effects:
    """Mean effects by family and by single knob, with shrinkage towards the prior."""

    def __init__(self) -> None:
        self._families: dict[tuple[Group, str], list[float]] = {}
        self._kin: dict[tuple[Group, str], list[float]] = {}
        self._exact: dict[tuple[str, str], float] = {}
        self._boost: dict[Group, float] = {}

    def learn(self, knob: Knob, choice: Choice, gain: float, *, alone: bool) -> None:
        """Take in that a choice changed the logarithm of the speed by `gain`.

        Only what was changed `alone` is known of exactly this choice; a share of a gain made
        together teaches something about its family.
        """
        gain = max(-_MOST_GAIN, min(_MOST_GAIN, gain))
        per_weight = gain / max(knob.weight, _LEAST_WEIGHT)
        self._families.setdefault((knob.group, choice.family), []).append(per_weight)
        self._kin.setdefault((knob.group, _kin(choice)), []).append(per_weight)
        if alone:
            self._exact[knob.key, choice.label] = gain

    def boost(self, group: Group, by: float) -> None:
        """Make a group more promising, because feedback advised it."""
        self._boost[group] = max(self._boost.get(group, 0.0), by)

    def predict(self, knob: Knob, choice: Choice) -> float:
        """Return the gain to expect of a choice, curiosity included."""
        same = self._families.get((knob.group, choice.family), [])
        kin = self._kin.get((knob.group, _kin(choice)), [])
        prior = choice.prior + self._boost.get(knob.group, 0.0)
        mean = (prior + sum(same) + _HALF * sum(kin)) / (1 + len(same) + _HALF * len(kin))
        expected = self._exact.get((knob.key, choice.label), knob.weight * mean)
        return expected + _CURIOSITY * knob.weight / sqrt(1 + len(same))

    def known(self, knob: Knob, choice: Choice) -> float | None:
        """Return the gain measured for exactly this choice, None where it was never tried."""
        return self._exact.get((knob.key, choice.label))


def _kin(choice: Choice) -> str:
    return choice.family.split(" ", 1)[0]
