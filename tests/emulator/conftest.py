"""Fixtures that build the emulated driver and run programs on it, with every Legion there is."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from mapc.graph.machine import Machine
from mapc.legion.build_cache import Recipe, build, digest_of
from mapc.legion.install import installed
from mapc.legion.launch import LaunchSpec, launch
from mapc.legion.launchers import LOCAL
from mapc.legion.pins import read_pins
from mapc.legion.ranks import run_ranks
from mapc.legion.runtime import LegionRuntime, find_runtime, wheel_runtime
from mapc.legion.toolchain import find_toolchain
from mapc.policy.kinds import ProcKind
from mapc.resources import resource

HERE = Path(__file__).resolve().parent
EMULATOR = resource("backends", "emulator")
STRICT = ("-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror")
FLAGS = "-cuda:contextsync 0 -lg:no_auto_tracing -logfile stderr"
VERSIONS = sorted(read_pins(resource("backends", "legion", "runtime.toml"))[0])


def compiled(output: str, *arguments: object, inputs: tuple[str, ...] = ()) -> Path:
    """Compile and link without a single warning; the result is kept until something changes."""
    toolchain = find_toolchain()
    entry = build(
        Recipe(
            command=(*toolchain.command, *STRICT),
            output=output,
            tail=tuple(map(str, arguments)),
            inputs=(toolchain.identity, *inputs),
        )
    )
    assert entry.ok, entry.text
    assert entry.text.strip() == ""
    return entry.output


def sources_digest() -> str:
    """Return a hash over everything that the driver is made of."""
    return digest_of([*EMULATOR.glob("*.cc"), *EMULATOR.glob("*.h")])


@pytest.fixture(scope="session")
def driver() -> Path:
    """Return the emulated `libcuda.so.1`."""
    options = (
        "-fPIC",
        "-fvisibility=hidden",
        "-shared",
        "-Wl,-soname,libcuda.so.1",
        "-Wl,--no-undefined",
    )
    sources = sorted(EMULATOR.glob("*.cc"))
    return compiled("libcuda.so.1", *options, *sources, inputs=(sources_digest(),))


@pytest.fixture(scope="session")
def unit(driver: Path) -> "Unit":
    """Return a way to run the tests that do without Legion's libraries."""
    return Unit(driver)


@dataclass(frozen=True)
class Unit:
    """Compiles one of `unit/*.cc` with the driver, and runs it."""

    driver: Path

    def __call__(self, name: str, *options: str | Path, settings: str = "gpus=1") -> str:
        source = HERE / "unit" / f"{name}.cc"
        inputs = (sources_digest(), digest_of([source]))
        include = f"-I{EMULATOR}"
        program = compiled(name, include, source, self.driver, *options, inputs=inputs)
        done = subprocess.run(
            [str(program)],
            env={"LD_LIBRARY_PATH": str(self.driver.parent), "MAPC_EMU_CONFIG": settings},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How a program ended on emulated GPUs, what it printed, what the driver counted."""

    code: int | None
    output: str
    counters: Mapping[str, Any]

    def numbers(self, word: str) -> list[float]:
        """Return the numbers of all lines that begin with `word`."""
        return [float(x.split()[1]) for x in self.output.splitlines() if x.startswith(f"{word} ")]


@dataclass(frozen=True, kw_only=True)
class Emulated:
    """Runs the programs of these tests on one Legion with the emulated driver."""

    legion: LegionRuntime
    driver: Path
    folder: Path

    def program(self, name: str) -> Path:
        source = HERE / "programs" / f"{name}.cc"
        shared = HERE.parent / "backends" / "programs"
        return compiled(
            name,
            f"-I{shared}",
            *self.legion.compile_flags,
            source,
            *self.legion.link_flags,
            "-ldl",
            inputs=(self.legion.identity, digest_of([source, shared / "program.h"])),
        )

    @cached_property
    def reductions(self) -> Path:
        """The library that lets reductions go into framebuffer."""
        source = EMULATOR / "shim" / "reductions.cc"
        options = (
            "-fPIC",
            "-fvisibility=hidden",
            "-shared",
            *self.legion.compile_flags,
            source,
            "-ldl",
        )
        inputs = (self.legion.identity, digest_of([source]))
        return compiled("libmapc_reductions.so", *options, inputs=inputs)

    def __call__(
        self, name: str, arguments: str, settings: str, *, shim: bool = False, timeout: float = 120
    ) -> Ran:
        """Run a program as one process."""
        spec = self._spec(name, f"-ll:networks none {arguments}", settings, timeout)
        if shim:
            spec = replace(
                spec, environment={**spec.environment, "LD_PRELOAD": str(self.reductions)}
            )
        outcome = launch(spec)
        return Ran(code=outcome.exit_code, output=outcome.output, counters=self._counted(0))

    def ranks(self, name: str, arguments: str, settings: str, *, ranks: int) -> list[Ran]:
        """Run a program as several processes, each with GPUs of its own."""
        spec = self._spec(name, f"-ll:networks ucx {arguments}", settings, 120)
        machine = Machine(name="emulated", nodes=ranks, procs=((ProcKind.CPU, 1),))
        outcome = run_ranks(spec, self.legion, machine, LOCAL)
        assert outcome.exit_code == 0, outcome.output
        return [
            Ran(code=0, output=end.output, counters=self._counted(rank))
            for rank, end in enumerate(outcome.ranks)
        ]

    def _spec(self, name: str, arguments: str, settings: str, timeout: float) -> LaunchSpec:
        for old in self.folder.glob("counters*.json"):
            old.unlink()
        path = (self.driver.parent, *self.legion.ld_library_path)
        return LaunchSpec(
            command=(str(self.program(name)), *FLAGS.split(), *arguments.split()),
            environment={
                "LD_LIBRARY_PATH": ":".join(map(str, path)),
                "MAPC_EMU_CONFIG": settings,
                "MAPC_EMU_STATS": str(self.folder / "counters%.json"),
            },
            timeout=timeout,
        )

    def _counted(self, rank: int) -> dict[str, Any]:
        """Return what the driver counted; nothing where the program did not end well."""
        counters = self.folder / f"counters{rank}.json"
        found: dict[str, Any] = json.loads(counters.read_text()) if counters.is_file() else {}
        return found

    def succeeds(self, name: str, arguments: str, settings: str, *, shim: bool = False) -> Ran:
        """Run to a good end, with every driver function that was needed."""
        ran = self(name, arguments, settings, shim=shim)
        assert ran.code == 0, ran.output
        assert ran.counters["unsupported"] == [], ran.output
        return ran


def runtime_of(version: str) -> LegionRuntime:
    """Return one of the wheels if it is installed, else the one that set-up installs."""
    pin = read_pins(resource("backends", "legion", "runtime.toml"))[0][version]
    chosen = find_runtime()
    folder = installed(pin)
    if chosen.release == version:
        return chosen
    if folder is None:
        pytest.skip(
            f"the wheel {version} is not installed: MAPC_LEGION_VERSION={version} make check"
        )
    return wheel_runtime(pin, folder)


@pytest.fixture(scope="session")
def emulated(driver: Path, tmp_path_factory: pytest.TempPathFactory) -> Emulated:
    """Return the programs on the Legion that set-up installs."""
    return Emulated(
        legion=find_runtime(), driver=driver, folder=tmp_path_factory.mktemp("emulated")
    )


@pytest.fixture(scope="session", params=VERSIONS)
def each(
    request: pytest.FixtureRequest, driver: Path, tmp_path_factory: pytest.TempPathFactory
) -> Emulated:
    """Return the programs on every supported Legion that is installed."""
    folder = tmp_path_factory.mktemp("each")
    return Emulated(legion=runtime_of(request.param), driver=driver, folder=folder)
