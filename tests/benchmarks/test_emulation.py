"""Claims: modelled time is what passes, on four emulated GPUs at time scale 10; memories matter.

Ten kernels of 2 ms on each GPU, in turn on a GPU and side by side on the four. Five repetitions:
the median is within 5 % of what the model says, and they are within 2 % of each other. Others on
the machine make times longer, never shorter, so a set that was disturbed is measured again, three
times at most; all sets are printed.
"""

import json
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from mapc.legion.emulator import driver_folder
from mapc.legion.runtime import find_runtime
from tests.conftest import Mapc
from tests.emulator.conftest import Emulated

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
KERNELS, MODELLED_US, LAUNCH_US = 10, 2000, 5
ARGUMENTS = "-ll:gpu 4 -ll:fsize 512 -ll:zsize 64 -kernels 1"
SETTINGS = "gpus=4;time_scale=10"
OPTIONS = ("--machine", "p100x4", "--preset", "emulated")


def test_kernels_of_four_gpus(tmp_path: Path, tell: Callable[[str], None]) -> None:
    emulated = Emulated(
        legion=find_runtime(), driver=driver_folder() / "libcuda.so.1", folder=tmp_path
    )
    expected = KERNELS * (MODELLED_US + LAUNCH_US)
    for _ in range(3):
        times = []
        while len(times) < 5:
            times += emulated.succeeds("timing", ARGUMENTS, SETTINGS).numbers("kernels")
        times = times[:5]
        middle, spread = median(times), (max(times) - min(times)) / median(times)
        tell(
            f"4 emulated GPUs, {KERNELS} kernels of 2 ms each, timing {ARGUMENTS}, {SETTINGS}:"
            f" measured {middle:.0f} us, modelled {expected} us, ratio {middle / expected:.3f};"
            f" 5 repetitions within {spread:.1%}"
        )
        assert min(times) > 0.999 * expected, "faster than modelled"
        if middle < 1.05 * expected and spread < 0.02:
            return
    pytest.fail(f"the last of three sets: {times} us for {expected} us")


def test_framebuffer_against_zero_copy(
    mapc: Mapc, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """The circuit on p100x4: shared and ghost nodes behind the bus, and in framebuffer.

    Published: 1.34. The price of a scattered access is calibrated to that, so what is seen here is
    that runs follow the model, and that the counters tell why.
    """
    expert = (ROOT / "apps/circuit/expert.mapl").read_text()
    bus = "Region * rp_shared, rp_ghost GPU ZCMEM;\n"
    assert bus in expert
    policies = {"zero-copy": expert, "framebuffer": expert.replace(bus, "")}
    times: dict[str, list[float]] = {name: [] for name in policies}
    counters = {}
    for _ in range(3):
        for name, text in policies.items():
            file = tmp_path / f"{name}.mapl"
            file.write_text(text)
            done = mapc("run", "circuit", "--mapping", file, "--format", "json", *OPTIONS)
            assert done.returncode == 0, done.stderr
            answer = json.loads(done.stdout)
            assert (answer["class"], answer["modelled"]) == ("ok", True)
            times[name].append(answer["score"])
            counters[name] = answer["counters"]
    middle = {name: median(found) for name, found in times.items()}
    ratio = middle["zero-copy"] / middle["framebuffer"]
    for name, found in times.items():
        links = sum(v for k, v in counters[name]["bytes"].items() if k.endswith(("h2d", "d2h")))
        tell(
            f"mapc run circuit {' '.join(OPTIONS)} --mapping {name}.mapl: {middle[name]:.4f} s"
            f" modelled ({min(found):.4f}..{max(found):.4f}), kernels"
            f" {counters[name]['kernel_us'] / 1e6:.4f} s on 4 GPUs, {links / 1e6:.0f} MB on buses"
        )
    kernels = counters["zero-copy"]["kernel_us"] / counters["framebuffer"]["kernel_us"]
    tell(f"zero-copy over framebuffer: {ratio:.3f}; of kernels alone {kernels:.3f}")
    assert 1.05 < ratio < 1.5
    # Kernels are what differs: most of the gap is theirs.
    assert abs(kernels - ratio) < 0.1
