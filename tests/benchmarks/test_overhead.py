"""Claim: a generated mapper costs at most 1.10 of one that an expert wrote for the same decisions.

Counted are the instructions inside each mapper call, by callgrind, in laps of ten loops after the
first loops: what first calls do once is printed, but not compared. Where there is no valgrind, the
medians of what Legion's profile says of each call are compared instead. What the runtime does for a
mapper within its call counts on both sides.

Sharding functors are asked for every point of a launch, so theirs is also the time: nanoseconds a
point for a million points, both functors in one process, in turn.
"""

import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

import pytest

from tests.benchmarks import callgrind, legion_profile
from tests.benchmarks.costs import Cost, Spread, spread
from tests.benchmarks.overhead_sides import HERE, Pair, circuit, library, matmul, run

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

MOST = 1.10
CHOOSE, SHARDING = "select_sharding_functor", "select_sharding_functor and shard"
CREATE, WITHOUT = "create_physical_instance", "map_task without making instances"
LOOPS = 44  # four laps
PROFILED_LOOPS, PROFILED_RUNS = 100, 5
TICK = 20  # nanoseconds that a profile cannot tell apart
SIDE, ROUNDS = 1000, 101  # of the launch whose points are sharded

Told = Callable[[str], None]
Costs = dict[str, Cost]
LOCAL_SHARDS = {"MAPC_LOCAL_SHARDS": "1"}  # a replicated task has two shards, though in one process


@pytest.mark.parametrize("make", [circuit, matmul])
def test_mapper_calls(make: Callable[[], Pair], tmp_path: Path, tell: Told) -> None:
    pair = make()
    if shutil.which("valgrind"):
        compare_instructions(pair, tmp_path, tell)
    else:
        compare_times(pair, tmp_path, tell)


def compare_instructions(pair: Pair, folder: Path, tell: Told) -> None:
    laps = library(HERE / "mappers" / "laps.cc")

    def count(side: Path) -> list[Costs]:
        output = folder / side.name
        command = (*callgrind.command(output), *pair.command(LOOPS))
        run(command, laps, side, **LOCAL_SHARDS)
        return [with_sharding(callgrind.mapper_calls(part)) for part in callgrind.parts(output)]

    with ThreadPoolExecutor(2) as pool:  # other work does not change what is counted
        (_, *ours), (_, *theirs) = both = list(pool.map(count, pair.sides()))
    first = both[0][0]
    made = sum((lap.get(CREATE, Cost()) for lap in (*ours, *theirs)), Cost())
    ours, theirs = [[with_equal_creation(lap, made) for lap in laps] for laps in (ours, theirs)]
    tell(f"{pair.name}: instructions a call, generated mapper / mapper by hand")
    tell(f"  {' '.join(callgrind.command(Path('FILE')))} {pair.shown(LOOPS)}")
    ratios = {}
    for call in sorted(set().union(*ours)):
        left, right = of_laps(ours, call), of_laps(theirs, call)
        ratios[call] = left.middle / right.middle
        at_first = first.get(call)
        told = at_first and f"; {at_first.each:.0f} in the first {at_first.calls} calls"
        tell(f"  {call}: {left} / {right} = {ratios[call]:.3f}{told or ''}")
    check(ratios, tell)


def of_laps(laps: list[Costs], call: str) -> Spread:
    """Return what a call costs in whole laps; parts between the laps of two shards are left out."""
    costs = [lap[call] for lap in laps if call in lap]
    whole = max(cost.calls for cost in costs) / 2
    return spread(cost.each for cost in costs if cost.calls > whole)


def with_sharding(costs: Costs) -> Costs:
    """Return the costs with those of sharding a launch: choosing the functor, asking it."""
    if CHOOSE not in costs or "shard" not in costs:
        return costs
    chosen = costs[CHOOSE]
    return {**costs, SHARDING: Cost(chosen.calls, chosen.total + costs["shard"].total)}


def with_equal_creation(costs: Costs, made: Cost) -> Costs:
    """Return the costs with the same for each instance that is made: the mean of both sides.

    Both have Legion make the same instances, which costs it more in one lap than in another,
    whichever the mapper.
    """
    if CREATE not in costs:
        return costs
    mapped, created = costs["map_task"], costs[CREATE]
    own = mapped.total - created.total
    return {
        **{call: cost for call, cost in costs.items() if call != CREATE},
        "map_task": Cost(mapped.calls, own + created.calls * made.each),
        WITHOUT: Cost(mapped.calls, own),
    }


def check(ratios: dict[str, float], tell: Told) -> None:
    """Choosing a functor alone has no bound: by hand that is the copy of a number."""
    bounded = {call: ratio for call, ratio in ratios.items() if call not in {CHOOSE, WITHOUT}}
    worst = max(bounded, key=bounded.__getitem__)
    tell(f"  at most {MOST}; the highest is {bounded[worst]:.3f}, {worst}")
    assert {call: ratio for call, ratio in bounded.items() if ratio > MOST} == {}


def compare_times(pair: Pair, folder: Path, tell: Told) -> None:
    times: list[dict[str, list[float]]] = [{}, {}]  # of each side: the medians of all runs
    profile = ("-lg:prof", "1", "-lg:prof_logfile", str(folder / "x_%.prof"))
    for _ in range(PROFILED_RUNS):
        for side, medians in zip(pair.sides(), times, strict=True):
            run(pair.command(PROFILED_LOOPS, *profile), side, **LOCAL_SHARDS)
            for call, found in legion_profile.mapper_calls(folder / "x_0.prof").items():
                medians.setdefault(call, []).append(median(found))
    tell(f"{pair.name}: nanoseconds a call by Legion's profile, generated mapper / mapper by hand")
    tell(f"  {pair.shown(PROFILED_LOOPS)} -lg:prof 1, {PROFILED_RUNS} runs of each in turn")
    ratios = {}
    for call in sorted(times[0]):
        left, right = (spread(side[call]) for side in times)
        # A difference that the scatter of the runs or the clock's ticks may have made is none.
        low, high = quantiles(times[0][call])[0] - TICK, quantiles(times[1][call])[-1]
        ratios[call] = low / high
        tell(
            f"  {call}: {left} / {right} = {left.middle / right.middle:.3f}; lower quartile less "
            f"{TICK} to upper quartile {ratios[call]:.3f}"
        )
    check(ratios, tell)


def test_sharding_a_million_points(tell: Told) -> None:
    """Both functors give every point the same shard, and take the same time for it."""
    pair = matmul()
    # The library named last registers last: the generated mapper decides, both functors are there.
    flags = ("-shard", str(SIDE), "-rounds", str(ROUNDS))
    ran = run(pair.command(1, *flags), pair.by_hand, pair.generated, **LOCAL_SHARDS)
    first = [float(ns) for ns in re.findall(r"^first \d+ (\S+) ns", ran.output, re.M)]
    found = re.findall(r"^shard (\d+) (\S+) ns sum (\d+)$", ran.output, re.M)
    theirs, ours = [[float(ns) for who, ns, _ in found if who == which] for which in ("0", "1")]
    assert len(ours) == len(theirs) == ROUNDS
    assert len({total for _, _, total in found}) == 1
    left, right = min(ours), min(theirs)
    tell(
        f"sharding {SIDE * SIDE} points, ns a point, best of {ROUNDS} (median): generated "
        f"{left:.2f} ({median(ours):.2f}), by hand {right:.2f} ({median(theirs):.2f}); ratio "
        f"{left / right:.3f}, at most {MOST}; making the table {first[1]:.0f} ns a point\n"
        f"  {pair.shown(1)} {' '.join(flags)}"
    )
    assert left <= MOST * right
