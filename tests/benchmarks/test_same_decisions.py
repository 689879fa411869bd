"""The mappers that the overhead benchmark compares decide alike: Legion's own log of all decisions.

`LoggingWrapper` is put around either mapper and says, for every task, where it starts, how its
launch is sliced, and processor, memory, bounds, fields and layout of every instance.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.overhead_sides import HERE, Pair, circuit, library, matmul, run

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

LOGGED = re.compile(r"^\[\d+ - (\w+)\] .*\{mapper\}: (.*)$", re.M)
DECISIONS = ("SELECT_TASK_OPTIONS", "SLICE_TASK", "MAP_TASK")
# Numbers that differ from run to run: of operations, instances, index spaces.
CHANGES = re.compile(r"(?<=[\w)])<\d+>|\[[0-9a-f]{16}\]|region=\(.*?\),(?=domain|memory)")


@pytest.mark.parametrize("cpus", [2, 6])
@pytest.mark.parametrize("make", [circuit, matmul])
def test_same_decisions(make: Callable[[], Pair], cpus: int, tell: Callable[[str], None]) -> None:
    pair = make()
    wrapper = library(HERE / "mappers" / "logged.cc")
    command = pair.command(2, "-level", "mapper=2", cpus=cpus)
    generated, by_hand = (decisions(command, wrapper, side) for side in pair.sides())
    calls = Counter(first.split()[0] for first in generated.elements())
    assert calls["MAP_TASK"] > 20
    assert calls["SLICE_TASK"] > 3
    assert calls["SELECT_TASK_OPTIONS"] > 3
    assert generated - by_hand == Counter()
    assert by_hand - generated == Counter()
    tell(f"{pair.name} on {cpus} CPUs: {dict(calls)} decided alike")


def decisions(command: tuple[str, ...], *libraries: Path) -> Counter[str]:
    """Return the text of every decision; the lines below a call belong to it."""
    of_thread: dict[str, list[str]] = defaultdict(list)
    for thread, line in LOGGED.findall(run(command, *libraries).output):
        text = CHANGES.sub("", line)
        if text.startswith("  ") and of_thread[thread]:
            of_thread[thread][-1] += "\n" + text
        else:
            of_thread[thread].append(text)
    found = [text for texts in of_thread.values() for text in texts]
    return Counter(in_order(text) for text in found if text.startswith(DECISIONS))


def in_order(decision: str) -> str:
    """Return the decision with its slices sorted: their order means nothing."""
    head, *below = decision.split("\n")
    return "\n".join([head, *(sorted(below) if head.startswith("SLICE_TASK") else below)])
