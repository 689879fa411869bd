"""The circuit on emulated GPUs: right answers, the costs they should have, a published effect."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mapc.legion.counters import overrun_seconds

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

HERE = Path(__file__).resolve().parent
EXPERT = (HERE.parents[1] / "apps/circuit/expert.mapl").read_text()
FRAMEBUFFER = (HERE / "circuit_all_framebuffer.mapl").read_text()
CPUS = "Task * CPU;\nRegion * * CPU SYSMEM;\nLayout * * * SOA C_order Exact;\n"

# As published: enough sweeps that the kernels are mostly arithmetic. Of the smoke preset.
LOOPS, PRUNE, SUPERPIECES, SCALE = 5, 3, 8, 2.5
PUBLISHED = ("-l", str(LOOPS), "-model-i", "10000")


def superpiece() -> dict[str, float]:
    """Return what a superpiece of the modelled smoke preset consists of."""
    wires, nodes = 2 * 4000 * SCALE, 2 * 1000 * SCALE
    leaving = 0.2 * (1 / 2 + 1 + 1) / 3  # one, two or three pieces away, of superpieces of two
    across = wires * (0.2 + 0.01 * 1.8)
    return {
        **{"wires": wires, "nodes": nodes, "across": across, "ghosts": wires * leaving},
        "private": 2 * wires - across,
    }


def kernel_us(figures: Any, *, sweeps: int, across_ns: float) -> float:
    """Return the microseconds of all kernels of a loop on one superpiece, launches included."""
    size = superpiece()
    speed, near_ns = figures.gpu, figures.gpu.near.access_ns
    scattered = size["private"] * near_ns + size["across"] * across_ns
    currents = (96 * sweeps + 15) * size["wires"] / speed.fp32_gflops  # ns
    charges = 26 * size["wires"] / speed.near.gbs
    # A quarter of a flop and 24 bytes a node; private and shared ones have a kernel each.
    voltages = 24 * size["nodes"] / speed.near.gbs
    ns = currents + charges + voltages + 2 * scattered
    return float(ns / 1000 + 4 * figures.launch_us)


@pytest.fixture(scope="module")
def expert(circuit: Callable[..., Any]) -> Any:
    return circuit(EXPERT, *PUBLISHED)


@pytest.fixture(scope="module")
def framebuffer(circuit: Callable[..., Any]) -> Any:
    return circuit(FRAMEBUFFER, *PUBLISHED)


@pytest.mark.parametrize("policy", ["expert", "framebuffer"])
def test_answers_are_right(
    policy: str, request: pytest.FixtureRequest, tell: Callable[[str], None]
) -> None:
    ran = request.getfixturevalue(policy)
    assert ran.succeeded, ran.output
    assert ran.counters["unsupported"] == []
    # Every loop, three tasks on every superpiece; update_voltages has two kernels, and two tasks
    # stamp once.
    loops = LOOPS + 2 * PRUNE
    assert ran.counters["kernels"] == SUPERPIECES * (4 * loops + 2)
    tell(
        f"circuit, {policy}: {ran.counters['kernels']} kernels and {ran.counters['copies']} copies"
        f" on 2 emulated GPUs; checked; {1000 * ran.number('MODELLED TIME'):.1f} ms modelled"
    )


def test_both_problems_are_printed(expert: Any) -> None:
    assert "COMPUTED: 64000 wires, 16000 nodes, 10 sweeps" in expert.output
    assert (
        "MODELLED: 160000 wires, 40000 nodes, 10000 sweeps (data scale 2.5, time scale 10)"
        in expert.output
    )
    seconds = expert.number("ELAPSED TIME")
    assert expert.number("MODELLED TIME") == pytest.approx(seconds / 10, rel=1e-3)
    flops = LOOPS * (160_000 * (96 * 10_000 + 4) + 4 * 40_000)
    assert expert.number("MODELLED GFLOPS") == pytest.approx(flops / seconds * 1e-8, rel=1e-3)


def test_kernels_are_charged_where_their_data_lie(
    expert: Any, framebuffer: Any, circuit: Any
) -> None:
    """To the microsecond: the same wires, once with a bus between them and some of the nodes."""
    figures = circuit.machine.emulation.figures
    launches = SUPERPIECES * (LOOPS + 2 * PRUNE)
    stamps = SUPERPIECES * 2 * figures.launch_us
    for ran, memory in ((expert, figures.gpu.far), (framebuffer, figures.gpu.near)):
        one = kernel_us(figures, sweeps=10_000, across_ns=memory.access_ns)
        # Shared nodes are few: that they are streamed from zero-copy memory is a rounding error.
        assert ran.counters["kernel_us"] == pytest.approx(launches * one + stamps, rel=2e-4)


def test_framebuffer_beats_zero_copy(
    expert: Any, framebuffer: Any, circuit: Any, tell: Callable[[str], None]
) -> None:
    """Published: 1.15 on this machine. Times of loaded machines are too long, so the best count."""
    slow, fast = expert.number("MODELLED TIME"), framebuffer.number("MODELLED TIME")
    slow = min(slow, circuit(EXPERT, *PUBLISHED).number("MODELLED TIME"))
    fast = min(fast, circuit(FRAMEBUFFER, *PUBLISHED).number("MODELLED TIME"))
    kernels = expert.counters["kernel_us"] / framebuffer.counters["kernel_us"]
    tell(f"circuit, zero-copy over framebuffer: {slow / fast:.3f} measured, {kernels:.3f} kernels")
    assert 1.05 < slow / fast < 1.5
    assert 1.10 < kernels < 1.20
    # The stamps see all kernels of the loops between them.
    window = kernel_us(circuit.machine.emulation.figures, sweeps=10_000, across_ns=0.04)
    assert fast > 0.99e-6 * window * LOOPS * SUPERPIECES / 2


def test_cpus_are_modelled_too(circuit: Any) -> None:
    """A reduced problem must not make CPUs look fast."""
    sweeps, loops = 100, 3
    ran = circuit(CPUS, "-l", str(loops), "-model-i", str(sweeps))
    assert ran.succeeded, ran.output
    assert ran.counters["kernels"] == 0
    size, speed = superpiece(), circuit.machine.emulation.figures.cpu
    scattered = 2 * size["wires"] * speed.near.access_ns
    currents = (96 * sweeps + 15) * size["wires"] / speed.fp32_gflops + scattered
    charges = 26 * size["wires"] / speed.near.gbs + scattered
    least = (currents + charges) * 1e-9 * loops * SUPERPIECES / 2
    assert 0.99 * least < ran.number("MODELLED TIME") < 1.5 * least


def test_too_little_time_to_compute_is_told(circuit: Any, expert: Any) -> None:
    """A hundred sweeps that stand for ten: no core keeps up with a GPU. mapc reads the line."""
    ran = circuit(EXPERT, "-l", "2", "-i", "100", "-model-i", "10")
    assert ran.succeeded, ran.output
    assert overrun_seconds((), ran.output) > 0.01
    assert "a larger time scale helps" in ran.output
    assert overrun_seconds((), expert.output) == 0


def test_without_emulation_nothing_changes(circuit: Any) -> None:
    """No variants that could not run, no modelled times, and flags for them have no effect."""
    ran = circuit(
        EXPERT, "-l", "2", "-scale", "100", "-model-i", "10000", machine=circuit.without_gpus
    )
    assert ran.succeeded, ran.output
    assert ran.counters == {}
    assert "MODELLED" not in ran.output
    assert "COMPUTED" not in ran.output
    assert re.search(r'"task":"calculate_new_currents",[^\n]*"variants":\["CPU"\]', ran.output)


def test_other_scales_than_the_machine_are_refused(circuit: Any) -> None:
    """Copies would be charged for one problem, kernels for another."""
    file = circuit.built.app.file
    run = file.run.model_copy(update={"scale_option": ""})
    deaf = circuit.built.app.model_copy(update={"file": file.model_copy(update={"run": run})})
    ran = circuit(EXPERT, "-l", "2", app=replace(circuit.built, app=deaf))
    assert ran.code == 2
    assert (
        "mapc: the program models 1 bytes for a real one, the emulated machine 2.5; give both the"
        " same data scale" in ran.output
    )
