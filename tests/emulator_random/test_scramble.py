"""Random Realm programs on emulated GPUs: every element is where plain loops say it is.

What a fault looks like is tried too: operations left out, and copies dropped inside the driver.
"""

from collections.abc import Callable

import pytest

from tests.emulator_random.conftest import Machine, Scrambled

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

HOST = {"SYSTEM_MEM", "REGDMA_MEM"}
KINDS = {*HOST, "Z_COPY_MEM", "GPU_FB_MEM"}
Tell = Callable[[str], None]


def assert_covered(done: Scrambled, kinds: set[str]) -> None:
    """Every operation was tried, copies and reductions between any two of these memories."""
    for act in ("copy", "reduce"):
        missing = {(a, b) for a in kinds for b in kinds if done.did[act, a, b] == 0}
        assert not missing, act
    for act in ("fill", "write"):
        assert {sink for done_act, _, sink in done.did if done_act == act} == kinds
    assert {act for act, _, _ in done.did} >= {"gather", "scatter"}


def test_without_gpus(cpus: Machine, tell: Tell) -> None:
    done = cpus.scramble("-seed 1 -elements 200000")
    assert done.counted["elements"] >= 200_000
    assert done.counted["wrong"] == 0, done.ran.output
    assert done.ran.code == 0
    assert_covered(done, HOST)
    tell(f"random programs without GPUs: {done}")


def test_a_missing_operation_is_noticed(cpus: Machine) -> None:
    done = cpus.scramble("-seed 1 -elements 100000 -skip 50")
    assert done.ran.code == 1
    assert done.counted["wrong"] > 0
    assert "seed " in done.ran.output
    assert "step by step, it goes wrong\nafter operation " in done.ran.output


def test_on_two_gpus(each: Machine, tell: Tell) -> None:
    done = each.succeeds_on_gpus("-seed 1 -elements 200000", gpus=2)
    assert done.counted["elements"] >= 200_000
    tell(f"random programs on 2 emulated GPUs, {each.legion.release}: {done}")


def test_a_million_elements_on_four_gpus(machine: Machine, tell: Tell) -> None:
    done = machine.succeeds_on_gpus("-seed 10000 -elements 4000000", gpus=4)
    assert done.counted["elements"] >= 4_000_000
    assert_covered(done, KINDS)
    assert done.did["gather", "GPU_FB_MEM", "GPU_FB_MEM"] > 0
    assert done.did["scatter", "GPU_FB_MEM", "GPU_FB_MEM"] > 0
    peers = done.ran.counters["resources"]
    assert all(peers[f"gpu{a}.to_gpu{1 - a}"]["operations"] > 0 for a in (0, 1))
    tell(f"random programs on 4 emulated GPUs: {done}")


def test_a_million_elements_out_of_reach_of_each_other(machine: Machine, tell: Tell) -> None:
    done = machine.succeeds_on_gpus(
        "-apart -ll:ib_zsize 0 -seed 20000 -elements 2000000", gpus=2, settings="peer=0"
    )
    assert done.counted["elements"] >= 2_000_000
    peers = done.ran.counters["resources"]
    assert all(peers[f"gpu{a}.to_gpu{1 - a}"]["operations"] == 0 for a in (0, 1))
    tell(f"random programs on 2 emulated GPUs that do not reach each other: {done}")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_dropped_copies_are_noticed(machine: Machine, seed: int) -> None:
    """Without gathers: a pointer that was never written leads anywhere."""
    wish = "-direct -seed 1 -elements 100000"
    done = machine.scramble(wish, f"gpus=2;fb_mb=64;drop=50;seed={seed}", gpus=2)
    assert done.ran.counters["dropped"] > 0
    assert done.ran.code == 1
    assert done.counted["wrong"] > 0
    intact = machine.scramble(wish, "gpus=2;fb_mb=64", gpus=2)
    assert intact.counted["wrong"] == 0
    assert intact.ran.counters["dropped"] == 0
