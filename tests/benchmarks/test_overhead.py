"""Claim: a generated mapper costs at most 1.10 of one that an expert wrote for the same decisions.

Counted are the instructions inside each mapper call, by callgrind, in twenty loops after the first
ones: what first calls do once is printed, but not compared. Where there is no valgrind, the medians
of what Legion's profile says of each call are compared instead. What the runtime does for a mapper
within its call counts on both sides.

Sharding functors are asked for every point of a launch, so theirs is also the time: nanoseconds a
point for a million points, both functors in one process, in turn.
"""

import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import pytest

from tests.benchmarks import callgrind, legion_profile
from tests.benchmarks.costs import Cost
from tests.benchmarks.overhead_sides import Pair, circuit, matmul, milestones, run

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

MOST = 1.10
CHOOSE, SHARDING = "select_sharding_functor", "select_sharding_functor and shard"
LOOPS = 24  # all of which `warm.cc` needs
PROFILED_LOOPS, PROFILED_RUNS = 100, 5
TICK = 20  # nanoseconds that a profile cannot tell apart
SIDE, ROUNDS = 1000, 101  # of the launch whose points are sharded

Told = Callable[[str], None]
Costs = dict[str, Cost]


@pytest.mark.parametrize("make", [circuit, matmul])
def test_mapper_calls(make: Callable[[], Pair], tmp_path: Path, tell: Told) -> None:
    pair = make()
    if shutil.which("valgrind"):
        compare_instructions(pair, tmp_path, tell)
    else:
        compare_times(pair, tmp_path, tell)


def compare_instructions(pair: Pair, folder: Path, tell: Told) -> None:
    def count(side: Path) -> list[Costs]:
        """Return the costs of the beginning and of the routine."""
        output = folder / side.name
        command = (*callgrind.command(output), *pair.command(LOOPS))
        run(command, milestones(), side, MAPC_LOCAL_SHARDS="1")
        parts = callgrind.first_and_routine(output)
        return [with_sharding(callgrind.mapper_calls(part)) for part in parts]

    with ThreadPoolExecutor(2) as pool:  # other work does not change what is counted
        (first, ours), (_, theirs) = pool.map(count, pair.sides())
    tell(f"{pair.name}: instructions a call, generated mapper against one by hand")
    ratios = {}
    for call, left in ours.items():
        right = theirs[call]
        ratios[call] = left.each / right.each
        tell(
            f"  {call}: {left.each:.0f} / {right.each:.0f} = {ratios[call]:.3f} ({left.calls} / "
            f"{right.calls} calls; the generated one's first {first[call].calls}: "
            f"{first[call].each:.0f})"
        )
    check(ratios, tell)


def with_sharding(costs: Costs) -> Costs:
    """Return the costs with those of sharding a launch: choosing the functor, asking it."""
    if "shard" not in costs:
        return costs
    chosen = costs[CHOOSE]
    return {**costs, SHARDING: Cost(chosen.calls, chosen.total + costs["shard"].total)}


def check(ratios: dict[str, float], tell: Told) -> None:
    """Choosing a functor alone has no bound: by hand that is the copy of a number."""
    bounded = {call: ratio for call, ratio in ratios.items() if call != CHOOSE}
    worst = max(bounded, key=bounded.__getitem__)
    tell(f"  at most {MOST}; the highest is {bounded[worst]:.3f}, {worst}")
    assert {call: ratio for call, ratio in bounded.items() if ratio > MOST} == {}


def compare_times(pair: Pair, folder: Path, tell: Told) -> None:
    times: list[dict[str, list[float]]] = [{}, {}]  # of each side: the medians of all runs
    for _ in range(PROFILED_RUNS):
        for side, medians in zip(pair.sides(), times, strict=True):
            profile = ("-lg:prof", "1", "-lg:prof_logfile", str(folder / "x_%.prof"))
            run(pair.command(PROFILED_LOOPS, *profile), side, MAPC_LOCAL_SHARDS="1")
            for call, found in legion_profile.mapper_calls(folder / "x_0.prof").items():
                medians.setdefault(call, []).append(median(found))
    tell(f"{pair.name}: nanoseconds a call by Legion's profile, generated against by hand")
    ratios = {}
    for call, left in times[0].items():
        right = times[1][call]
        ratios[call] = max(min(left) - TICK, 0) / min(right)
        tell(
            f"  {call}: {min(left):.0f} (to {max(left):.0f}) / {min(right):.0f} (to "
            f"{max(right):.0f}), without {TICK} of the clock {ratios[call]:.3f}"
        )
    check(ratios, tell)


def test_sharding_a_million_points(tell: Told) -> None:
    """Both functors give every point the same shard, and take the same time for it."""
    pair = matmul()
    # The library named last registers last: the generated mapper decides, both functors are there.
    ran = run(
        pair.command(1, "-shard", str(SIDE), "-rounds", str(ROUNDS)),
        pair.by_hand,
        pair.generated,
        MAPC_LOCAL_SHARDS="1",
    )
    first = [float(ns) for ns in re.findall(r"^first \d+ (\S+) ns", ran.output, re.M)]
    found = re.findall(r"^shard (\d+) (\S+) ns sum (\d+)$", ran.output, re.M)
    theirs, ours = [[float(ns) for who, ns, _ in found if who == which] for which in ("0", "1")]
    assert len({total for _, _, total in found}) == 1
    left, right = min(ours), min(theirs)
    tell(
        f"sharding {SIDE * SIDE} points, ns a point: generated {left:.2f} (median "
        f"{median(ours):.2f}, to {max(ours):.2f}); by hand {right:.2f} (median "
        f"{median(theirs):.2f}, to {max(theirs):.2f}); ratio {left / right:.3f}, at most {MOST}; "
        f"making the table {first[1]:.0f} ns a point"
    )
    assert left <= MOST * right
