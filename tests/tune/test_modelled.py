"""What the tuner's report says of times that are modelled."""

import json
from dataclasses import asdict
from typing import Any

from mapc.legion.machines import find_machine
from mapc.tune.journal import Contents
from mapc.tune.report import Summary, as_json, as_markdown, headline, summarize
from mapc.tune.trial import Measurement, Trial

P100 = find_machine("p100x4").at_scale(data=100)

PLAIN = {"outcome_class": "ok", "samples": (0.3,)}


def summary(**header: Any) -> Summary:
    measured = tuple(
        Measurement(
            label=label, round=number, after=1, policy=policy, score=score, outcome_class="ok"
        )
        for number in range(3)
        for label, policy, score in [("default mapper", "", 0.4), ("trial 0", "Task * GPU;", 0.2)]
    )
    late = {"advice": ("MAP638",), "outcome_class": "ok", "samples": (0.3,)}
    trials = tuple(
        Trial(number=n, policy="", signature="", reason="", seed=0, **(late if n else PLAIN))
        for n in range(3)
    )
    settings = {"unit": "s", "better": "lower", "machine": "p100x4", **header}
    return summarize(Contents(header=settings, trials=trials, measurements=measured))


def test_modelled_times_are_called_so() -> None:
    assert P100.emulation is not None
    told = summary(modelled=P100.kind_of_time, emulation=asdict(P100.emulation))
    assert headline(told) == "trial 0 wins with 2.000x; modelled time (p100x4, emulated)"
    assert (
        "All times are modelled time (p100x4, emulated): 10 real seconds are one modelled second,"
        " one real byte stands for 100." in as_markdown(told, "run")
    )
    assert "Of 2 trials the time is not to be trusted (MAP638)." in as_markdown(told, "run")
    assert json.loads(as_json(told, "run"))["modelled"] is True


def test_real_times_are_not() -> None:
    told = summary()
    assert headline(told) == "trial 0 wins with 2.000x"
    assert "modelled" not in as_markdown(told, "run")
    assert json.loads(as_json(told, "run"))["modelled"] is False
