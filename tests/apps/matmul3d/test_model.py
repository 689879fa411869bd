"""The three-dimensional multiplications on modelled GPUs: costs, traffic and who owns what."""

import pytest

from mapc.graph.machine import Machine
from mapc.legion.machines import find_machine
from mapc.tune.evaluate import Verdict
from tests.apps.matmul.running import Multiplication, figures_of, output_of

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

# Each side of a tile stands for 40 times as much.
N, SCALE, REPETITIONS = 100, 1600, 3
ARGUMENTS = f"-n {N} -r {REPETITIONS - 1} -warm 1"
MODELLED_N = N * 40
BYTES = 8 * MODELLED_N**2  # of a matrix


@pytest.fixture(scope="module")
def machine() -> Machine:
    return find_machine("p100x4").at_scale(time=2, data=SCALE)


def between_gpus(verdict: Verdict) -> int:
    return sum(n for way, n in verdict.counters["bytes"].items() if ".to_gpu" in way)


def multiply(
    name: str, machine: Machine, policy: str = "expert", *, arguments: str = ARGUMENTS
) -> Verdict:
    multiplication = Multiplication(name)
    verdict = multiplication(multiplication.policy(policy), arguments, machine)
    assert verdict.outcome_class == "ok", output_of(verdict)
    return verdict


@pytest.mark.parametrize(
    ("name", "leaves", "tiles", "moved"),
    [
        # 2 x 2 x 2: all sums of a tile of A are on one GPU; one of two tiles of B and of C is not.
        pytest.param("johnson", 8, 12, 4 * 2 / 4, id="johnson"),
        # 1 x 2 x 2: half of B has two users, as have both halves of A; C is where it is used.
        pytest.param("cosma", 4, 8, 2 * 1 / 2 + 2 * 1 / 2, id="cosma"),
        # 2 x 2 x 1: a second piece of B and of C in each of two steps.
        pytest.param("solomonik", 8, 12, 4 * 2 / 4, id="solomonik"),
    ],
)
def test_kernels_and_copies_are_those_of_the_algorithm(
    name: str, leaves: int, tiles: int, moved: float, machine: Machine
) -> None:
    """Every product takes its share of 2 n^3, each tile is written once, and so much moves."""
    verdict, figures = multiply(name, machine), figures_of(machine)
    kernels = leaves * REPETITIONS + tiles
    assert verdict.counters["kernels"] == kernels
    products = REPETITIONS * 2 * MODELLED_N**3 / figures.gpu.fp64_gflops / 1000  # us
    fills = 3 * BYTES / figures.gpu.near.gbs / 1000
    expected = products + fills + kernels * figures.launch_us
    assert verdict.counters["kernel_us"] == pytest.approx(expected, rel=1e-6)
    assert between_gpus(verdict) == moved * BYTES * REPETITIONS


def owners(verdict: Verdict) -> dict[str, dict[str, list[int]]]:
    """Return where each tile of A, B and C is placed, by the task that does it."""
    return {
        record["task"]: record["places"] for record in verdict.records if record["event"] == "index"
    }


def test_owners_that_use_their_tiles(machine: Machine) -> None:
    """As much moves as with the expert's owners, but each GPU has a tile of each to begin with."""
    verdict = multiply("johnson", machine, "colocated")
    assert between_gpus(verdict) == 2 * BYTES * REPETITIONS
    placed = owners(verdict)
    for task in ("task_1", "task_2", "task_3"):
        assert sorted(placed[task].values()) == [[0, gpu] for gpu in range(4)]


def test_owners_of_the_expert(machine: Machine) -> None:
    """Points of the faces x + 4 y + 16 z, on four GPUs: the first has all of C."""
    placed = owners(multiply("johnson", machine, arguments=f"{ARGUMENTS} -g 4"))
    assert placed["task_2"] == {f"[{i},0,{k}]": [0, i] for i in range(4) for k in range(4)}
    assert set(map(tuple, placed["task_3"].values())) == {(0, 0)}


def test_layers_are_added(machine: Machine) -> None:
    """With two layers task_5 reduces, so it has an instance of A, and the pieces have their own."""
    verdict = multiply("solomonik", machine, arguments=f"{ARGUMENTS} -procs 8")
    memories = {
        (record["task"], record["requirement"]): record["memory"]
        for record in verdict.records
        if record["event"] == "region"
    }
    assert memories["task_5", 0] == "FBMEM"
    assert memories["task_5", 1] == memories["task_5", 2] == "VIRTUAL"
    assert {memories["task_4", operand] for operand in range(3)} == {"FBMEM"}
