"""Fixtures that run the circuit on a machine with two emulated GPUs."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from mapc.codegen import generate
from mapc.graph.figures import Access, Emulation, Figures, Link, Speed
from mapc.graph.machine import Machine, Memory
from mapc.legion.app_build import BuiltApplication, build_application
from mapc.legion.app_file import find_preset, read_application
from mapc.legion.compile import build_mapper
from mapc.legion.counters import summed
from mapc.legion.run import run_application
from mapc.legion.runtime import LegionRuntime, find_runtime
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.load import load_policy
from mapc.text import Reporter, Source

ROOT = Path(__file__).resolve().parents[2]

# Two GPUs of the node on which zero-copy memory was measured against framebuffer, with what the
# circuit's kernels reached there. The far access is what those two measurements differ by.
FIGURES = Figures(
    cores=2,
    cpu=Speed(
        fp32_gflops=20,
        fp64_gflops=10,
        near=Access(gbs=6, access_ns=5),
        far=Access(gbs=6, access_ns=5),
    ),
    gpu=Speed(
        fp32_gflops=9200,
        fp64_gflops=4600,
        near=Access(gbs=790, access_ns=0.04),
        far=Access(gbs=60, access_ns=35),
    ),
    launch_us=5,
    h2d=Link(gbs=68, us=10),
    d2h=Link(gbs=68, us=10),
    peer=Link(gbs=68, us=9),
)
MACHINE = Machine(
    name="two-gpus",
    procs=((ProcKind.CPU, 2), (ProcKind.GPU, 2)),
    memories=(
        Memory(kind=MemKind.SYSMEM, count=1, megabytes=1024),
        Memory(kind=MemKind.FBMEM, count=2, megabytes=256),
        Memory(kind=MemKind.ZCMEM, count=1, megabytes=256),
    ),
    emulation=Emulation(figures=FIGURES, time_scale=10, data_scale=2.5),
)
WITHOUT_GPUS = Machine(
    name="no-gpus",
    procs=((ProcKind.CPU, 2),),
    memories=(Memory(kind=MemKind.SYSMEM, count=1, megabytes=256),),
)


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one run of an application printed, and what the driver counted."""

    code: int | None
    output: str
    counters: dict[str, Any]

    @property
    def succeeded(self) -> bool:
        """Whether it ended well and its own check found nothing wrong."""
        return self.code == 0 and "SUCCESS" in self.output.splitlines()

    def number(self, name: str) -> float:
        """Return the value of a line `name = value`."""
        found = re.search(rf"^{name} = +([0-9.e+-]+)", self.output, re.MULTILINE)
        assert found, f"no `{name}` in:\n{self.output}"
        return float(found[1])


class Circuit:
    """The circuit, with variants for GPUs."""

    machine = MACHINE
    without_gpus = WITHOUT_GPUS

    def __init__(self, runtime: LegionRuntime) -> None:
        self.runtime = runtime

    @cached_property
    def built(self) -> BuiltApplication:
        """Build it when it is first run."""
        return build_application(read_application(ROOT / "apps/circuit/app.toml"), self.runtime)

    def __call__(
        self,
        policy: str,
        *arguments: str,
        machine: Machine = MACHINE,
        app: BuiltApplication | None = None,
    ) -> Ran:
        """Run the smoke preset under a policy, of the application or of one built otherwise."""
        outcome = run_application(
            app or self.built,
            self.runtime,
            machine,
            mapper=self._mapper(policy),
            args=(*find_preset(self.built.app, "smoke").args, *arguments),
        )
        counters = summed(outcome.counters)
        return Ran(code=outcome.exit_code, output=outcome.output, counters=counters)

    def _mapper(self, text: str) -> Path:
        report = Reporter()
        policy = load_policy(Source("test.mapl", text), report)
        assert policy is not None, "".join(d.render() for d in report.diagnostics)
        built = build_mapper(generate(policy, name="test").text, "test", runtime=self.runtime)
        assert built.library is not None, built.text
        return built.library


@pytest.fixture(scope="session")
def legion() -> LegionRuntime:
    """Return the Legion that set-up installs."""
    return find_runtime()


@pytest.fixture(scope="session")
def circuit(legion: LegionRuntime) -> Circuit:
    """Return a way to run the circuit."""
    return Circuit(legion)
