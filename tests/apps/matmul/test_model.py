"""The multiplications on modelled GPUs: costs, traffic, spread and memory pressure."""

from dataclasses import replace

import pytest

from mapc.graph.machine import Machine
from mapc.legion.machines import find_machine
from mapc.policy.kinds import MemKind
from mapc.tune.evaluate import Verdict
from tests.apps.matmul.running import NAMES, Multiplication, figures_of, output_of, value_of

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

# 2 x 2 tiles of 50 x 50, each side of which stands for 40 times as much.
N, SCALE, REPETITIONS = 100, 1600, 3
ARGUMENTS = f"-n {N} -r {REPETITIONS - 1} -warm 1"
TILE = N // 2 * 40
TILE_BYTES = 8 * TILE**2
MAPS = "^(Index|Single)TaskMap"


@pytest.fixture(scope="module")
def machine() -> Machine:
    return find_machine("p100x4").at_scale(time=2, data=SCALE)


def shares(verdict: Verdict) -> dict[str, float]:
    """Return the share of all kernel time that each GPU has."""
    spent = {way: us for way, us in verdict.counters["busy_us"].items() if way.endswith(".sm")}
    return {way: us / sum(spent.values()) for way, us in spent.items() if us > 0}


@pytest.mark.parametrize("name", NAMES)
def test_kernels_and_copies_are_those_of_the_algorithm(name: str, machine: Machine) -> None:
    """Two products for each of four tiles of A; each tile is written once; kernels are even.

    Of the two tiles of B that a GPU needs one is another's, and so with C; A does not move.
    """
    multiplication, figures = Multiplication(name), figures_of(machine)
    verdict = multiplication(multiplication.policy("expert"), ARGUMENTS, machine)
    assert verdict.outcome_class == "ok", output_of(verdict)
    products, fills = 8 * REPETITIONS, 12
    assert verdict.counters["kernels"] == products + fills
    product = 2 * TILE**3 / figures.gpu.fp64_gflops / 1000  # us
    fill = TILE_BYTES / figures.gpu.near.gbs / 1000
    launches = (products + fills) * figures.launch_us
    expected = products * product + fills * fill + launches
    assert verdict.counters["kernel_us"] == pytest.approx(expected, rel=1e-6)
    assert shares(verdict) == {f"gpu{g}.sm": pytest.approx(0.25, abs=0.01) for g in range(4)}
    across = sum(n for way, n in verdict.counters["bytes"].items() if ".to_gpu" in way)
    assert across == 4 * 2 * TILE_BYTES * REPETITIONS


def test_without_index_maps_one_gpu_multiplies(cannon: Multiplication, machine: Machine) -> None:
    """Published: 0.28 of the expert's speed on one node."""
    verdict = cannon(cannon.policy("expert", without=MAPS), ARGUMENTS, machine)
    assert verdict.outcome_class == "ok", output_of(verdict)
    assert shares(verdict)["gpu0.sm"] > 0.98


def test_far_operands_are_read_again(cannon: Multiplication, machine: Machine) -> None:
    """A tile of A has two parts of up to 1024 rows, and as many of columns."""
    figures = figures_of(machine)
    policy = cannon.policy("expert").replace("GPU FBMEM", "GPU ZCMEM")
    verdict = cannon(policy, ARGUMENTS, machine)
    assert verdict.outcome_class == "ok", output_of(verdict)
    product = (2 + 2 + 2) * TILE_BYTES / figures.gpu.far.gbs / 1000
    fill = TILE_BYTES / figures.gpu.far.gbs / 1000
    launches = (8 * REPETITIONS + 12) * figures.launch_us
    expected = 8 * REPETITIONS * product + 12 * fill + launches
    assert verdict.counters["kernel_us"] == pytest.approx(expected, rel=1e-6)


# As the preset `pressure`: a GPU has 12 tiles of 200 x 200, and room for not quite three more.
# Kernels take so long that mapping runs ahead of them.
PRESSED = "-n 800 -r 1 -warm 0 -gx 2 -gy 2"
TILE_KB = 8 * 200 * 200 / 1024


@pytest.fixture(scope="module")
def pressed() -> Machine:
    machine = find_machine("p100x4").at_scale(time=1000, data=1)
    memories = tuple(
        replace(one, megabytes=14.9 * TILE_KB / 1024) if one.kind is MemKind.FBMEM else one
        for one in machine.memories
    )
    return replace(machine, memories=memories)


@pytest.mark.parametrize("name", NAMES)
def test_expert_fits(name: str, pressed: Machine) -> None:
    multiplication = Multiplication(name)
    verdict = multiplication(multiplication.policy("expert"), PRESSED, pressed)
    assert verdict.outcome_class == "ok", output_of(verdict)


@pytest.mark.parametrize("without", ["^CollectMemory", "^InstanceLimit", MAPS])
def test_others_run_out_of_memory(cannon: Multiplication, pressed: Machine, without: str) -> None:
    verdict = cannon(cannon.policy("expert", without=without), PRESSED, pressed)
    assert verdict.outcome_class == "oom", output_of(verdict)
    assert verdict.score is None


def test_both_problems_are_printed(cannon: Multiplication) -> None:
    machine = find_machine("p100x4").at_scale(time=20, data=9)
    verdict = cannon("", "-n 60 -r 4", machine)
    assert "COMPUTED: matrices of 60 x 60" in output_of(verdict)
    assert "MODELLED: matrices of 180 x 180 (data scale 9, time scale 20)" in output_of(verdict)
    seconds = value_of(verdict, "MODELLED TIME")
    assert value_of(verdict, "ELAPSED TIME") == pytest.approx(20 * seconds, rel=1e-3, abs=2e-5)
    rate = 4 * 180 * 180 * 359 / seconds * 1e-9
    assert value_of(verdict, "MODELLED GFLOPS PER NODE") == pytest.approx(rate, rel=1e-3)


def test_without_emulation_nothing_changes(cannon: Multiplication) -> None:
    verdict = cannon("", "-n 60 -r 1 -scale 100")
    assert verdict.outcome_class == "ok"
    assert "MODELLED" not in output_of(verdict)
