"""`InstanceLimit`: never more tasks of a name in flight than allowed, and never a run that hangs.

The programs count how many tasks of a name run at once, the mapper (`peak`) how many are mapped and
not completed. By hand, twenty runs of ten thousand tasks: `MAPC_STRESS=20,10000`.
"""

import os
import re
import time
from collections.abc import Callable

import pytest

from tests.backends.on_legion.running import Program, Ran

# One name on two processors, two names on two processors that run four tasks at once each.
PLACES = "Task two, four IO;\n"
LIMITS = "InstanceLimit one 1;\nInstanceLimit two 2;\nInstanceLimit four 4;\n"
THREADS = "-ll:io 2 -ll:concurrent_io 4"
RUNS, TASKS = (int(number) for number in os.environ.get("MAPC_STRESS", "2,900").split(","))


def most_running(ran: Ran) -> dict[str, int]:
    return {
        name: int(most)
        for name, most in re.findall(r"^ran (\w+) \d+ most (\d+)$", ran.output, re.MULTILINE)
    }


def most_in_flight(ran: Ran) -> dict[str, int]:
    return {record["task"]: record["most"] for record in ran.events("peak")}


def test_crowd(crowd: Program, tell: Callable[[str], None]) -> None:
    arguments = f"{THREADS} -tasks {TASKS} -busy 2000"
    without = most_running(crowd.succeeds(PLACES, arguments, timeout=300))
    assert without["one"] > 1, without
    assert without["two"] > 2, without
    assert without["four"] > 4, without
    began = time.monotonic()
    for number in range(RUNS):
        ran = crowd.succeeds(PLACES + LIMITS, arguments, timeout=300)
        running = most_running(ran)
        assert running["one"] == 1
        assert running["two"] <= 2
        assert running["four"] <= 4
        assert most_in_flight(ran) == {"one": 1, "two": 2, "four": 4}
        assert sum(map(int, re.findall(r"^ran \w+ (\d+)", ran.output, re.MULTILINE))) == TASKS
        assert {record["line"] for record in ran.events("limit", held=True)} == {2, 3, 4}
        assert not [record for record in ran.events("limit") if "beyond" in record]
        lines = {record["task"]: record["line"] for record in ran.events("task")}
        assert (lines["two"], lines["four"]) == (1, 1)
        print(f"run {number + 1}: running {running}, in flight {most_in_flight(ran)}")
    each = (time.monotonic() - began) / RUNS
    tell(f"InstanceLimit: {RUNS} x {TASKS} tasks, limits 1, 2 and 4 kept, {each:.1f} s a run")


def test_names_do_not_wait_for_each_other(crowd: Program) -> None:
    """Tasks without a limit that are launched last are done while the others still stand in line.

    With a limit of one, and as many milliseconds a task, two hundred tasks take a second.
    """
    ran = crowd.succeeds(
        "InstanceLimit one, two, four 1;\n", f"{THREADS} -tasks 200 -free 100 -busy 5000"
    )
    assert int(ran.found(r"free done with (\d+) left")[1]) > 100
    assert most_running(ran)["free"] > 1
    assert most_in_flight(ran) == {"one": 1, "two": 1, "four": 1}
    # Each name for itself, also where one statement holds for all.
    ran = crowd.succeeds("InstanceLimit * 2;\n", f"{THREADS} -tasks 200 -free 100 -busy 100")
    assert most_in_flight(ran) == {"one": 2, "two": 2, "four": 2, "free": 2}


# What each knot waits for, and how many tasks are in flight in spite of a limit of one.
KNOTS = {
    "recursion": ("ancestor", {"a": 6}),
    "mutual": ("all others wait", {"a": 3, "b": 3}),
    "shared": ("collective", {"leaf": 7}),  # all six points, and one that came before
    "futures": (None, {"leaf": 1, "slow": 1}),
    "barrier": ("barrier", {"leaf": 2}),
    "together": ("concurrent", {"together": 2}),
    "trace": (None, {"leaf": 1}),
    "predicate": (None, {"leaf": 1}),
}


@pytest.mark.parametrize("knot", KNOTS)
def test_a_limit_never_stops_the_run(knot: str, knots: Program) -> None:
    ran = knots.succeeds("InstanceLimit * 1;\n", f"-knot {knot}", timeout=30)
    assert ran.found(f"knot {knot} done")
    reason, most = KNOTS[knot]
    beyond = {record["beyond"] for record in ran.events("limit") if "beyond" in record}
    assert beyond - {"ancestor"} == {reason} - {None, "ancestor"}
    in_flight = most_in_flight(ran)
    assert in_flight.keys() == most.keys()
    for name, count in in_flight.items():  # how many are needed depends on who comes first
        assert min(most[name], 2) <= count <= most[name], name
