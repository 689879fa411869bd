"""The stencil on modelled GPUs: what kernels and halos cost, to the microsecond and the byte."""

from typing import Any

import pytest

from mapc.graph.machine import Machine
from tests.apps.stencil.running import Grid, Stencil, figures_of, output_of, value_of

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

# 4 tiles for 4 GPUs, which stand for others: 12 times as long in x and 3 times in y.
GRID = Grid(nx=404, ny=1004, ntx=2, nty=2)
ALONG_X, ALONG_Y = 12, 3
TX, TY = 200 * ALONG_X, 500 * ALONG_Y  # points of a modelled tile
RADIUS = 2
HALOS_IN_ZERO_COPY = "Region * xm, xp, ym, yp GPU ZCMEM;\n"


def run(stencil: Stencil, policy: str, machine: Machine) -> dict[str, Any]:
    """Run it and return the counters, with the modelled time."""
    verdict = stencil(policy, GRID.arguments("-scale-x", str(ALONG_X)), machine)
    assert verdict.outcome_class == "ok", output_of(verdict)
    seconds = value_of(verdict, "MODELLED TIME")
    return {**verdict.counters, "seconds": seconds}


@pytest.fixture(scope="module")
def machine(stencil: Stencil) -> Machine:
    return stencil.modelled(data_scale=ALONG_X * ALONG_Y)


def kernel_us(machine: Machine, *, far: bool) -> float:
    """Return the microseconds of all kernels, launches included; halos near or far."""
    figures = figures_of(machine)
    gpu = figures.gpu
    halo_gbs = gpu.far.gbs if far else gpu.near.gbs / 2  # near, both sides of a copy add up

    def us(bytes_near: float, flops: float = 0) -> float:
        return max(bytes_near / gpu.near.gbs, flops / gpu.fp64_gflops) / 1000

    def strip_us(points: float) -> float:
        return 8 * points / halo_gbs / 1000

    points = TX * TY
    sweep, increment = us(24 * points, 16 * points), us(16 * points, points)
    received = 2 * strip_us(RADIUS * max(TX, TY))  # a neighbour along x, and one along y
    sent = 2 * strip_us(2 * RADIUS * TY) + 2 * strip_us(2 * RADIUS * TX)
    launches = 1 + 2 + 1 + 4
    step = sweep + increment + received + sent + launches * figures.launch_us
    stamps = 2 * figures.launch_us
    return GRID.tiles * (GRID.iterations * step + stamps)


@pytest.mark.parametrize("far", [False, True], ids=["framebuffer", "zero-copy"])
def test_kernels_cost_what_they_should(stencil: Stencil, machine: Machine, far: bool) -> None:
    ran = run(stencil, stencil.policy("expert") + HALOS_IN_ZERO_COPY * far, machine)
    assert ran["kernels"] == GRID.tiles * (GRID.iterations * 8 + 2)
    assert ran["kernel_us"] == pytest.approx(kernel_us(machine, far=far), rel=1e-6)


def test_halos_are_all_that_gpus_exchange(stencil: Stencil, machine: Machine) -> None:
    """Each strip once a step, but for the last one, which nobody receives."""
    ran = run(stencil, stencil.policy("expert"), machine)
    scale, times = ALONG_X * ALONG_Y, GRID.iterations - 1
    columns, rows = RADIUS * 500 * 8 * scale * times, RADIUS * 200 * 8 * scale * times
    along_x = ("gpu0.to_gpu1", "gpu1.to_gpu0", "gpu2.to_gpu3", "gpu3.to_gpu2")
    along_y = ("gpu0.to_gpu2", "gpu2.to_gpu0", "gpu1.to_gpu3", "gpu3.to_gpu1")
    across = {way: n for way, n in ran["bytes"].items() if ".to_gpu" in way}
    assert across == dict.fromkeys(along_x, columns) | dict.fromkeys(along_y, rows)


def test_naive_uses_one_gpu(stencil: Stencil, machine: Machine) -> None:
    ran = run(stencil, stencil.policy("naive"), machine)
    assert ran["kernel_us"] == pytest.approx(kernel_us(machine, far=True), rel=1e-6)
    assert {way for way in ran["bytes"] if ".to_gpu" in way} == set()
    assert {way for way, us in ran["busy_us"].items() if us and way.endswith(".sm")} == {"gpu0.sm"}


def test_cpus_are_modelled_too(stencil: Stencil, machine: Machine) -> None:
    """A reduced problem must not make CPUs look fast: 40 bytes a point and step, on 4 of them."""
    policy = "Task * CPU;\nRegion * * CPU SYSMEM;\n"
    ran = run(stencil, policy, machine)
    assert ran["kernels"] == 0
    least = 40 * TX * TY * GRID.steps / figures_of(machine).cpu.near.gbs * 1e-9
    assert 0.99 * least < ran["seconds"] < 2 * least


def test_both_problems_are_printed(stencil: Stencil) -> None:
    """Without -scale-x both sides grow alike."""
    grid = Grid(nx=104, ny=54, ntx=2, nty=1)
    verdict = stencil("", grid.arguments(), stencil.modelled(data_scale=9, time_scale=20))
    output = output_of(verdict)
    assert "COMPUTED: 100 x 50 points in 2 x 1 tiles" in output
    assert "MODELLED: 300 x 150 points in 2 x 1 tiles (data scale 9, time scale 20)" in output
    seconds = value_of(verdict, "MODELLED TIME")
    assert value_of(verdict, "ELAPSED TIME") == pytest.approx(20 * seconds, rel=1e-3, abs=2e-5)
    assert value_of(verdict, "POINTS/S") == pytest.approx(
        grid.steps * 5000 / value_of(verdict, "ELAPSED TIME"), rel=1e-3
    )


def test_without_emulation_nothing_changes(stencil: Stencil) -> None:
    verdict = stencil("", GRID.arguments("-scale", "100", "-scale-x", "5"), stencil.host)
    assert verdict.outcome_class == "ok"
    assert "MODELLED" not in output_of(verdict)
