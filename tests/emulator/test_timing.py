"""Modelled time against the clock, through Realm: chains of copies and kernels.

The machine that runs the tests is shared, so the least of several times count: others can make
things slower, but nothing makes them faster than modelled.
"""

from collections.abc import Callable
from statistics import median

import pytest

from tests.emulator.conftest import Emulated

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

MEMORY = "-ll:fsize 512 -ll:zsize 64"
TRIES = 4


def measured(
    emulated: Emulated, arguments: str, settings: str, word: str, expected: float, within: float
) -> list[float]:
    """Return modelled times, the least three of which are as expected and nearly the same."""
    times: list[float] = []
    for _ in range(TRIES):
        ran = emulated.succeeds("timing", f"{MEMORY} {arguments}", f"{settings};time_scale=10")
        times = sorted([*times, *ran.numbers(word)])
        assert times[0] > expected * 0.999, "faster than modelled"
        if times[2] < expected * (1 + within) and times[2] < times[0] * 1.02:
            return times[:3]
    pytest.fail(f"{times} for {expected}")


def test_host_device_copies_take_their_bandwidth(
    emulated: Emulated, tell: Callable[[str], None]
) -> None:
    found = {}
    for speed in (3000, 12000):
        expected = 4 * (10 + 16e6 / speed)
        settings = f"gpus=1;h2d_mbs={speed};d2h_mbs={speed}"
        arguments = "-ll:gpu 1 -copies 1 -n 4 -mb 16"
        found[speed] = median(measured(emulated, arguments, settings, "copies", expected, 0.05))
        tell(f"emulator: 4 copies at {speed} MB/s: {found[speed]:.0f} us, modelled {expected:.0f}")
    modelled = (10 + 16e6 / 3000) / (10 + 16e6 / 12000)
    assert found[3000] / found[12000] == pytest.approx(modelled, rel=0.1)


def test_peer_copies_take_their_bandwidth(emulated: Emulated) -> None:
    settings = "gpus=2;peer_mbs=10000"
    arguments = "-ll:gpu 2 -copies 1 -peer 1 -n 4 -mb 16"
    measured(emulated, arguments, settings, "copies", 4 * (10 + 16e6 / 10000), 0.05)


def test_kernels_of_four_gpus_run_side_by_side(
    emulated: Emulated, tell: Callable[[str], None]
) -> None:
    expected = 10 * 2005
    times = measured(emulated, "-ll:gpu 4 -kernels 1", "gpus=4", "kernels", expected, 0.05)
    tell(f"emulator: 10 kernels on each of 4 GPUs: {median(times):.0f} us, modelled {expected}")


def test_what_a_task_does_hides_in_its_kernel(emulated: Emulated) -> None:
    """Host code of 5 ms in a task whose kernel takes 20 ms, both real."""
    arguments = "-ll:gpu 1 -kernels 1 -body 5000"
    measured(emulated, arguments, "gpus=1", "kernels", 10 * 2005, 0.05)


def test_kernels_and_copies_in_turn(emulated: Emulated) -> None:
    expected = 5 * (2005 + 2 * (10 + 16e6 / 12000))
    measured(emulated, "-ll:gpu 1 -mixed 1", "gpus=1", "mixed", expected, 0.05)
