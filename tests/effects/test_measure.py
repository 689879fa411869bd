"""One small experiment really runs: right sides get figures and counters, wrong ones a class."""

from collections.abc import Callable

import pytest

from mapc.legion.runtime import find_runtime
from tests.effects.experiments import Experiment, Side, Variation
from tests.effects.measure import command, measure, policy_file

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

SMALL = Experiment(
    name="small",
    app="circuit",
    preset="smoke",
    arguments=["-l", "3", "-prune", "1"],
    base=Side(name="expert", says="expert"),
    variations=[
        Variation(
            name="framebuffer",
            says="framebuffer",
            drop=["Region * rp_shared, rp_ghost GPU ZCMEM;"],
            expect="faster",
        ),
        Variation(
            name="impossible",
            says="no GPU reaches it",
            replace={"Region * rp_shared, rp_ghost GPU ZCMEM;": "Region * * GPU SYSMEM;"},
            expect="check",
        ),
        Variation(name="default", says="default mapper", file="", time_scale=20.0, expect="same"),
    ],
)


def test_a_small_experiment(tell: Callable[[str], None]) -> None:
    said: list[str] = []
    result = measure(SMALL, find_runtime(), rounds=2, say=said.append)
    expert, framebuffer = result.sides["expert"], result.sides["framebuffer"]
    assert expert.classes == framebuffer.classes == ["ok", "ok"]
    assert len(expert.figures) == 2
    # Zero-copy accesses cost; how much does not depend on how busy this machine is.
    assert expert.kernel_us > 2 * framebuffer.kernel_us > 0
    assert framebuffer.copied > 0
    assert result.sides["impossible"].classes == ["check", "check"]
    assert result.sides["impossible"].median is None
    assert result.holds("expert", SMALL.variations[1])
    assert (result.unit, result.better, result.key) == ("s", "lower", SMALL.key())
    names = [line.split(": ")[0].rpartition(" ")[2] for line in said]
    first = ["expert", "framebuffer", "impossible", "default"]
    assert names == [*first, *reversed(first)]
    ratio = expert.kernel_us / framebuffer.kernel_us
    tell(f"a small experiment on {SMALL.machine}: kernels take {ratio:.1f} times as long")


def test_commands_repeat_a_side() -> None:
    words = command(SMALL, SMALL.variations[2])
    assert words.startswith("mapc run circuit --machine p100x4 --preset smoke --time-scale 20 -- ")
    assert words.endswith("-l 3 -i 10 -prune 1")
    assert "--mapping .mapc/effects/small/framebuffer.mapl" in command(SMALL, SMALL.variations[0])
    file = policy_file(SMALL, SMALL.variations[0])
    assert file is not None
    assert "GPU ZCMEM" not in file.read_text()
