"""Runs of emulated machines: whose time is told, and when it is not to be trusted."""

from dataclasses import replace

import pytest

from mapc.graph.machine import Machine
from mapc.guide import CheckSpec, Feedback, ScoreSpec, guide_run
from mapc.legion.machines import find_machine
from tests.guide.conftest import RAN, outcome

TIME = ScoreSpec(pattern=r"^ELAPSED TIME = (\S+) s", unit="s", better="lower")
RATE = ScoreSpec(pattern=r"^GFLOPS = (\S+)", unit="GFLOP/s", better="higher")
OUTPUT = "SUCCESS\nELAPSED TIME = 2.5 s\nGFLOPS = 40\n"
P100 = find_machine("p100x4")
LATE = (
    "mapc: 3 of 9 modelled tasks took longer to compute than the time they stand for, 0.400 s in"
    " all; a larger time scale helps\n"
)


def run(machine: Machine | None, score: ScoreSpec, late_us: float = 0, said: str = "") -> Feedback:
    ended = outcome(OUTPUT + said)
    if machine is not None and machine.emulated:
        ended = replace(ended, counters=({"overrun_real_us": late_us},), seconds=20.0)
    return guide_run(
        ended, score=score, check=CheckSpec(), policy=None, machine=machine, records=RAN
    )


@pytest.mark.parametrize(
    ("machine", "score", "expected"),
    [
        (None, TIME, 2.5),
        (find_machine("host"), TIME, 2.5),
        (P100, TIME, 0.25),
        (P100, RATE, 400),
        (P100.at_scale(time=20), TIME, 0.125),
    ],
)
def test_the_figure_of_merit_is_the_machine_s_own(
    machine: Machine | None, score: ScoreSpec, expected: float
) -> None:
    feedback = run(machine, score)
    assert (feedback.outcome_class.value, feedback.score) == ("ok", expected)
    assert feedback.diagnostics == ()


@pytest.mark.parametrize(
    ("late_us", "said", "trusted"),
    [
        (450_000, "", True),  # 4.5 % of 2.5 s on each of four GPUs
        (550_000, "", False),
        (0, LATE, True),
        (150_000, LATE, False),
    ],
)
def test_overruns(late_us: float, said: str, trusted: bool) -> None:
    feedback = run(P100, TIME, late_us, said)
    assert feedback.score == 0.25
    assert [told.code.id for told in feedback.diagnostics] == ([] if trusted else ["MAP638"])
    if not trusted:
        (told,) = feedback.diagnostics
        assert told.severity.value == "warning"
        assert "--time-scale 20" in told.help
        assert "p100x4" in told.message


def test_a_rate_is_compared_with_the_whole_run() -> None:
    assert run(P100, RATE, 3_900_000).diagnostics == ()
    assert len(run(P100, RATE, 4_100_000).diagnostics) == 1
