"""The closing comparison: contenders and baselines measured again, interleaved.

During the search every candidate had one or two runs, and the best of many noisy numbers flatters.
So the best few, Legion's default mapper and the expert's policy are run again in turns, and only
these runs decide who wins. A failed run counts as a failure and is shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from mapc.tune.evaluate import Evaluator
from mapc.tune.journal import Journal
from mapc.tune.trial import Measurement, Trial, better

DEFAULT = "default mapper"
EXPERT = "expert"
ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A policy in the closing comparison; `number` is its trial, None for baselines."""

    label: str
    policy: str
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the closing runs of one contender gave."""

    contender: Contender
    samples: tuple[float, ...]
    failures: int

    @property
    def median(self) -> float | None:
        """The median figure of merit; None when any run failed."""
        return median(self.samples) if self.samples and not self.failures else None

    @property
    def spread(self) -> float:
        """Half the distance from the least to the greatest sample, as a share of the median."""
        middle = self.median
        if not middle:
            return 0.0
        return (max(self.samples) - min(self.samples)) / 2 / abs(middle)


def choose_contenders(
    trials: Sequence[Trial], direction: str, *, expert: str | None, most: int
) -> list[Contender]:
    """Return the baselines and the best few trials, without policies that decide the same."""
    contenders = [Contender(label=DEFAULT, policy="")]
    if expert is not None:
        contenders.append(Contender(label=EXPERT, policy=expert))
    scored = [t for t in trials if t.score is not None]
    scored.sort(key=lambda t: (_key(t, direction), t.number))
    for trial in scored[:most]:
        if trial.policy not in {c.policy for c in contenders}:
            contenders.append(
                Contender(label=f"trial {trial.number}", policy=trial.policy, number=trial.number)
            )
    return contenders


def _key(trial: Trial, direction: str) -> float:
    assert trial.score is not None
    return trial.score if direction == "lower" else -trial.score


def measure(
    contenders: Sequence[Contender],
    evaluator: Evaluator,
    journal: Journal,
    *,
    say: Callable[[str], None],
) -> list[Standing]:
    """Run every contender `ROUNDS` times in turns and return the standings.

    What an interrupted comparison after the same trials has measured is not repeated.
    """
    after = len(journal.contents.trials)
    done = [m for m in journal.contents.measurements if m.after == after]
    found = {(m.label, m.round): m for m in done}
    prepared = {c.label: evaluator.prepare(evaluator.check(c.policy)) for c in contenders}
    for number in range(ROUNDS):
        # Turns alternate in direction, so that a drift of the machine hits everybody alike.
        order = contenders if number % 2 == 0 else list(reversed(contenders))
        for contender in order:
            if (contender.label, number) in found:
                continue
            say(f"closing comparison, round {number + 1} of {ROUNDS}: {contender.label}")
            verdict = evaluator.run(prepared[contender.label])
            measurement = Measurement(
                label=contender.label,
                round=number,
                after=after,
                policy=contender.policy,
                score=verdict.score,
                outcome_class=verdict.outcome_class,
            )
            journal.add_measurement(measurement)
            found[contender.label, number] = measurement
    return standings(contenders, list(found.values()))


def standings(
    contenders: Sequence[Contender], measurements: Sequence[Measurement]
) -> list[Standing]:
    """Return the standings of the contenders in their order."""
    result = []
    for contender in contenders:
        mine = [m for m in measurements if m.label == contender.label]
        scores = tuple(m.score for m in mine if m.score is not None)
        result.append(
            Standing(contender=contender, samples=scores, failures=len(mine) - len(scores))
        )
    return result


def winner(table: Sequence[Standing], direction: str) -> Standing | None:
    """Return the contender with the best median; baselines may win, and then they do."""
    best: Standing | None = None
    for standing in table:
        score = standing.median
        if score is None:
            continue
        if best is None or best.median is None or better(score, best.median, direction):
            best = standing
    return best
