"""Legion on emulated GPUs: the machine it sees, programs whose data goes through framebuffer."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.emulator.conftest import Emulated

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

BIG = "-ll:gpu 4 -ll:fsize 16384 -ll:zsize 1024"
SMALL = "-ll:gpu 2 -ll:fsize 256 -ll:zsize 64"


def test_machine_and_data_in_framebuffer(each: Emulated, tell: Callable[[str], None]) -> None:
    ran = each.succeeds("gpu", BIG, "gpus=4")
    lines = Counter(ran.output.splitlines())
    assert lines["memory FBMEM 16384 MB"] == 4
    assert lines["memory ZCMEM 1024 MB"] == 1
    assert lines["gpu affinities FBMEM 4 ZCMEM 1"] == 4
    assert lines["write in FBMEM"] == 4
    assert lines["check in SYSMEM"] == 1
    assert lines["wrong 0 of 1000000"] == 1
    (resident,) = ran.numbers("resident")
    assert resident < 2000
    moved = sum(ran.counters["resources"][f"gpu{gpu}.d2h"]["bytes"] for gpu in range(4))
    assert moved == 8_000_000
    tell(
        f"emulator on {each.legion.release}: 4 x 16 GB take {resident:.0f} MB;"
        " 1000000 elements, 0 wrong"
    )


@pytest.mark.parametrize("builtin", [0, 1])
def test_reductions_within_framebuffer(each: Emulated, builtin: int) -> None:
    """Legion's own operators have GPU functions in the wheel, which nothing here could run."""
    arguments = f"{SMALL} -rounds 3 -check gpu -builtin {builtin}"
    ran = each.succeeds("gpu", arguments, "gpus=2", shim=True)
    lines = Counter(ran.output.splitlines())
    assert lines["add in FBMEM"] == 3
    assert lines["check in FBMEM"] == 1
    assert lines["wrong 0 of 1000000"] == 1


def test_reductions_need_the_shim(emulated: Emulated) -> None:
    """If Realm learns to do without, the shim has had its day."""
    ran = emulated("gpu", f"{SMALL} -rounds 1 -check gpu", "gpus=2")
    assert ran.code != 0
    assert "no path found" in ran.output


def test_gpus_out_of_reach_of_each_other(emulated: Emulated) -> None:
    """Realm takes its zero-copy buffers for those of GPU 0, and asserts when others reduce them."""
    arguments = f"{SMALL} -ll:ib_zsize 0 -rounds 2 -check gpu"
    ran = emulated.succeeds("gpu", arguments, "gpus=2;peer=0", shim=True)
    assert ran.output.splitlines().count("gpu affinities FBMEM 1 ZCMEM 1") == 2
    assert "wrong 0 of 1000000" in ran.output
    resources = ran.counters["resources"]
    assert resources["gpu0.to_gpu1"]["bytes"] == resources["gpu1.to_gpu0"]["bytes"] == 0
    assert resources["gpu0.d2h"]["bytes"] + resources["gpu1.d2h"]["bytes"] > 0


def test_data_scale_is_charged(emulated: Emulated) -> None:
    ran = emulated.succeeds("gpu", SMALL, "gpus=2;data_scale=100;d2h_mbs=10000;d2h_us=20")
    links = [ran.counters["resources"][f"gpu{gpu}.d2h"] for gpu in (0, 1)]
    assert sum(link["bytes"] for link in links) == 800_000_000
    operations = sum(link["operations"] for link in links)
    assert sum(link["busy_us"] for link in links) == pytest.approx(80_000 + 20 * operations)


def test_a_dropped_copy_shows(emulated: Emulated) -> None:
    """The faults that tests of tests ask for really reach the data."""
    ran = emulated.succeeds("gpu", BIG, "gpus=4;drop=4;seed=2")
    assert ran.counters["dropped"] == 1
    assert "wrong 250000 of 1000000" in ran.output


def test_two_ranks_of_two_gpus(emulated: Emulated, tell: Callable[[str], None]) -> None:
    """No GPU can open what another process has: the data goes through the host."""
    if not emulated.legion.has_ucx:
        pytest.skip("this Legion was built without UCX")
    ranks = emulated.ranks("gpu", SMALL, "gpus=2", ranks=2)
    assert [rank.output.count("write in FBMEM") for rank in ranks] == [2, 2]
    assert all("wrong 0 of 1000000" in rank.output for rank in ranks)
    moved = [
        rank.counters["resources"][f"gpu{gpu}.d2h"]["bytes"] for rank in ranks for gpu in (0, 1)
    ]
    assert moved == [2_000_000] * 4
    tell("emulator on 2 ranks x 2 GPUs over UCX: 1000000 elements, 0 wrong")


def test_framebuffer_is_as_large_as_configured(emulated: Emulated) -> None:
    ran = emulated("gpu", "-ll:gpu 1 -ll:fsize 1024", "gpus=1;fb_mb=512")
    assert ran.code != 0
    assert "Failed to allocate GPU memory" in ran.output or "nsufficient" in ran.output
