"""`mapc run` on emulated machines: modelled times, exact counters, scales, and real failures."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mapc.guide.guide import guide_run
from mapc.guide.score import specs_of
from mapc.legion.app_build import build_application
from mapc.legion.app_file import read_application
from mapc.legion.compile import build_mapper
from mapc.legion.machines import find_machine
from mapc.legion.run import run_application
from mapc.legion.runtime import find_runtime
from tests.conftest import Mapc

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

HERE = Path(__file__).resolve().parent
SWEEP = HERE / "programs" / "sweep"
PROBE = HERE.parent / "legion" / "programs" / "probe_mapper.cc"
POLICY = "Task * GPU, CPU;\nRegion * * GPU FBMEM;\n"
SMALL = 'name = "small"\nbased_on = "p100x4"\n[memories.FBMEM]\nmegabytes = 64\n'

# A kernel of the default preset: a quarter of 40,000 values, 10^6 operations for each, at 0.85 of
# 9.3 TFLOP/s; and its launch.
KERNEL_US = 10_000 * 1e6 / (0.85 * 9.3e6) + 5
SWEEPS = 10


class Run:
    """Runs the sweeping program with a policy."""

    def __init__(self, mapc: Mapc) -> None:
        self.mapc = mapc

    def __call__(self, *arguments: str, policy: str = POLICY) -> dict[str, Any]:
        (self.mapc.folder / "p.mapl").write_text(policy)
        ended = self.mapc("run", SWEEP, "--mapping", "p.mapl", "--format", "json", *arguments)
        assert ended.stdout, ended.stderr
        found: dict[str, Any] = json.loads(ended.stdout)
        return found


@pytest.fixture
def run(mapc: Mapc) -> Run:
    return Run(mapc)


def codes(result: dict[str, Any]) -> list[str]:
    return [told["code"] for told in result["diagnostics"]]


def test_modelled_time_and_exact_counters(run: Run, tell: Callable[[str], None]) -> None:
    result = run("--machine", "p100x4")
    assert (result["class"], result["modelled"], result["machine"]) == ("ok", True, "p100x4")
    counters = result["counters"]
    assert counters["kernels"] == 4 * (SWEEPS + 3)
    assert counters["kernel_us"] == pytest.approx(4 * (SWEEPS + 3) * KERNEL_US, rel=1e-6)
    for gpu in range(4):
        assert counters["bytes"][f"gpu{gpu}.h2d"] == 10_000 * 8
        assert counters["busy_us"][f"gpu{gpu}.sm"] == pytest.approx((SWEEPS + 3) * KERNEL_US)
    assert counters["unsupported"] == []
    # Sweeps over one piece depend on each other: no run can be faster than the model.
    modelled = SWEEPS * KERNEL_US / 1e6
    assert result["score"] > 0.99 * modelled
    tell(f"emulated p100x4: 10 kernels in a row in {result['score'] / modelled:.3f} of their time")


def test_one_real_byte_stands_for_many(mapc: Mapc, tell: Callable[[str], None]) -> None:
    (mapc.folder / "p.mapl").write_text(POLICY)
    shown = ("run", SWEEP, "--mapping", "p.mapl", "--machine", "p100x4", "--preset", "reduced")
    ended = mapc(*shown)
    assert ended.returncode == 0, ended.stderr
    figure, computed, modelled = ended.stdout.splitlines()
    assert re.fullmatch(r"ok: [0-9.e-]+ s, modelled time \(p100x4, emulated\)", figure)
    assert computed == "computed: -n 40000 -sweeps 10 -flops 1000"
    assert modelled == (
        "modelled: 40,000,000 values (1000 bytes for each of its bytes);"
        " 10 real seconds are one modelled second"
    )
    tell(f"emulated, 1000 bytes for one: {figure}")


def test_the_data_scale_reaches_driver_and_application(run: Run) -> None:
    scales = ("--data-scale", "500", "--time-scale", "5")
    small = ("-n", "40000", "-sweeps", "2", "-flops", "10000")
    result = run("--machine", "p100x4", *scales, "--", *small)
    assert result["class"] == "ok", result["diagnostics"]
    assert result["counters"]["bytes"]["gpu0.h2d"] == 500 * 10_000 * 8
    kernel_us = 500 * 0.01 * (KERNEL_US - 5) + 5
    assert result["counters"]["kernel_us"] == pytest.approx(4 * (2 + 3) * kernel_us, rel=1e-6)
    assert result["problem"] == {
        "computed": " ".join(small),
        "modelled": "",
        "data_scale": 500,
        "time_scale": 5,
    }


def test_the_real_machine_when_asked_for(run: Run) -> None:
    result = run("--machine", "host", policy="")
    assert (result["class"], result["modelled"], result["machine"]) == ("ok", False, "host")
    assert "problem" not in result
    assert "kernels" not in result["counters"]


def test_work_that_takes_longer_than_modelled(run: Run) -> None:
    wrong = ("--", "-n", "8000000", "-sweeps", "2", "-flops", "1")
    result = run("--machine", "p100x4", "--time-scale", "1", *wrong)
    assert result["class"] == "ok"
    (told,) = [d for d in result["diagnostics"] if d["code"] == "MAP638"]
    assert told["severity"] == "warning"
    assert "--time-scale 2" in told["help"]


def test_a_framebuffer_that_is_too_small(run: Run) -> None:
    """400 KB stand for 762.9 MiB in a framebuffer of 64 MiB; Legion has a real one of 64 KB."""
    (run.mapc.folder / "small.toml").write_text(SMALL)
    large = ("--data-scale", "1000", "--", "-n", "400000", "-sweeps", "1", "-flops", "1")
    result = run("--machine", "small.toml", *large)
    assert (result["class"], result["score"]) == ("oom", None)
    told = result["diagnostics"][0]
    assert (told["code"], told["line"]) == ("MAP513", 2)
    assert "FBMEM is full: 762.9 MiB" in told["message"]
    assert "capacity 64 MiB on small, emulated" in told["message"]
    spilled = run("--machine", "small.toml", *large, policy=POLICY.replace("FBMEM", "FBMEM, ZCMEM"))
    assert spilled["class"] == "ok"


def test_a_task_on_a_gpu_for_which_it_has_no_variant() -> None:
    """A mapper that does not ask which variants there are; the policy's own mapper does."""
    runtime, machine = find_runtime(), find_machine("p100x4")
    source = PROBE.read_text().replace("local_cpus", "local_gpus")
    built = build_mapper(source, "probe", runtime=runtime)
    assert built.ok, built.text
    app = build_application(read_application(SWEEP / "app.toml"), runtime)
    outcome = run_application(app, runtime, machine, mapper=built.library, timeout=30)
    assert not outcome.ok
    score, check = specs_of(app.app.file)
    feedback = guide_run(
        outcome, score=score, check=check, policy=None, machine=machine, records=(), mapper=False
    )
    assert feedback.outcome_class == "variant", outcome.output[-3000:]
    assert feedback.diagnostics[0].code.id == "MAP611"
    assert "fill" in feedback.diagnostics[0].message


TWO_NODES = """\
gpus = Machine(GPU);
def spread(Task t) { return gpus[t.ipoint[0] % 2, t.ipoint[0] / 2]; }
IndexTaskMap sweep, tally spread;
"""


def test_two_ranks_with_gpus_of_their_own(run: Run, tell: Callable[[str], None]) -> None:
    result = run("--machine", "p100x4-2n", policy=POLICY + TWO_NODES)
    assert (result["class"], result["ranks"]) == ("ok", 2), result["diagnostics"]
    busy = {name: us for name, us in result["counters"]["busy_us"].items() if name.endswith("sm")}
    each = pytest.approx((SWEEPS + 3) * KERNEL_US)
    assert busy == {f"rank{r}.gpu{g}.sm": each for r in range(2) for g in range(2)}
    tell(f"two emulated nodes: {result['score'] * 1e6 / (SWEEPS * KERNEL_US):.3f} of the model")


SLOW = 'name = "slow"\nbased_on = "p100x4-2n"\n[links]\nnetwork = { gbs = 0.002, us = 0 }\n'


HOME = """\
cpus = Machine(CPU);
def home(Task t) { return cpus[0, 0]; }
IndexTaskMap fill home;
"""


def test_copies_between_nodes_take_modelled_time(run: Run, tell: Callable[[str], None]) -> None:
    """The host of node 0 has the data; two pieces of 80 KB go to node 1, and back."""
    (run.mapc.folder / "slow.toml").write_text(SLOW)
    result = run("--machine", "slow.toml", policy=POLICY + TWO_NODES + HOME)
    assert result["class"] == "ok", result["diagnostics"]
    counters = result["counters"]
    for rank in (0, 1):
        assert counters["bytes"][f"rank{rank}.network"] >= 2 * 10_000 * 8
        one = counters["bytes"][f"rank{rank}.network"] / 1e9 / 0.002 * 1e6
        assert counters["busy_us"][f"rank{rank}.network"] == pytest.approx(one, rel=1e-6)
    # 80 ms there and 80 ms back, stretched 20 times.
    assert counters["seconds"] > 2 * 20 * 0.080
    tell(f"a network of 2 MB/s: {counters['bytes']['rank0.network']} bytes left node 0")
