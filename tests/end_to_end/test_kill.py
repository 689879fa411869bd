"""kill -9 of the tuner at any moment: nothing finished is lost or paid for twice."""

import json
import os
import random
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mapc.tune.journal import read

if TYPE_CHECKING:
    from mapc.tune.trial import Trial

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

KILLS = 10
TRIALS = 10
ARGUMENTS = (
    *("tune", "circuit", "--machine", "host", "--preset", "smoke"),
    *("--trials", str(TRIALS), "--seed", "7"),
)


def finished(journal: Path) -> list[dict[str, Any]]:
    """Return the trials whose lines are complete, without mapc's own reader."""
    if not journal.exists():
        return []
    lines = journal.read_bytes().split(b"\n")[:-1]
    return [r for r in map(json.loads, lines) if r["type"] == "trial"]


def processes_of(marker: str) -> list[int]:
    """Return the processes whose environment holds a marker."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if marker.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def wait_until_gone(marker: str) -> None:
    deadline = time.monotonic() + 10
    while processes_of(marker):
        assert time.monotonic() < deadline, "a killed tuner left processes behind"
        time.sleep(0.05)


def test_ten_kills(mapc: Any) -> None:
    draw = random.Random(20)
    marker = f"MAPC_RUNS={mapc.environment['MAPC_RUNS']}"
    journal = Path(mapc.environment["MAPC_RUNS"]) / "circuit-host-smoke-guided-s7/journal.jsonl"
    before: list[dict[str, Any]] = []
    for _ in range(KILLS):
        tuner = mapc.start(*ARGUMENTS)
        # From the first moment of a start to the middle of a later trial's run.
        time.sleep(draw.uniform(0.2, 6.0))
        os.kill(tuner.pid, signal.SIGKILL)
        tuner.wait()
        wait_until_gone(marker)
        after = finished(journal)
        assert after[: len(before)] == before, "a finished trial was lost or changed"
        before = after

    done = mapc(*ARGUMENTS)
    assert done.returncode == 0, done.stderr
    trials: tuple[Trial, ...] = read(journal).trials
    assert finished(journal)[: len(before)] == before
    assert [t.number for t in trials] == list(range(TRIALS))
    assert len({t.signature for t in trials}) == TRIALS, "a candidate was paid for twice"
    assert {t.outcome_class for t in trials} == {"ok"}

    paid = journal.read_bytes()
    started = time.monotonic()
    again = mapc(*ARGUMENTS)
    assert again.returncode == 0
    assert again.stdout == done.stdout
    assert journal.read_bytes() == paid, "a finished run was paid for again"
    assert time.monotonic() - started < 10


def test_interrupt_leaves_nothing_running(mapc: Any) -> None:
    """Ctrl-C ends the application too, at once, with the exit code of an interrupt."""
    marker = f"MAPC_RUNS={mapc.environment['MAPC_RUNS']}"
    tuner = mapc.start(*ARGUMENTS)
    time.sleep(4)
    os.kill(tuner.pid, signal.SIGINT)
    assert tuner.wait(timeout=20) == 130
    wait_until_gone(marker)
