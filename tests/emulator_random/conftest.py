"""Fixtures that run random Realm programs: on emulated GPUs, or without any."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mapc.legion.build_cache import digest_of
from mapc.legion.cuda import standin_folder
from mapc.legion.emulator import driver_folder
from mapc.legion.runtime import LegionRuntime, find_runtime
from mapc.legion.toolchain import find_toolchain
from tests.emulator.conftest import VERSIONS, Emulated, Ran, compiled, runtime_of

PROGRAMS = Path(__file__).resolve().parent / "programs"
MEMORIES = "-ll:cpu 1 -ll:csize 256 -ll:rsize 64"
FRAMEBUFFERS = "-ll:fsize 64 -ll:zsize 64"


@dataclass(frozen=True, kw_only=True)
class Scrambled:
    """What a run of random programs compared, and what it did in which memories."""

    ran: Ran

    @property
    def counted(self) -> dict[str, int]:
        """`elements`, `wrong`, `programs` and `operations`."""
        (line,) = re.findall(r"^elements .*$", self.ran.output, re.MULTILINE)
        words = line.split()
        return dict(zip(words[::2], map(int, words[1::2]), strict=True))

    @property
    def did(self) -> Counter[tuple[str, str, str]]:
        """How many operations of each kind went from one kind of memory to another."""
        rows = re.findall(r"^did (\w+) (\S+) (\w+) (\d+)$", self.ran.output, re.MULTILINE)
        return Counter({(act, source, sink): int(times) for act, source, sink, times in rows})

    def __str__(self) -> str:
        return " ".join(f"{name} {number}" for name, number in self.counted.items())


class Machine(Emulated):
    """A machine with one Legion, emulated GPUs or none, and programs that nobody wrote."""

    def program(self, name: str) -> Path:
        inputs = (self.legion.identity, digest_of(PROGRAMS.iterdir()))
        source = PROGRAMS / f"{name}.cc"
        # -O1 halves the time of the compiler, which takes longer than the programs.
        flags = ("-O1", *self.legion.compile_flags, source, *self.legion.link_flags)
        return compiled(name, *flags, inputs=inputs)

    def scramble(
        self, arguments: str, settings: str = "gpus=0", *, gpus: int = 0, shim: bool = False
    ) -> Scrambled:
        """Run random programs to their end, whether or not they go well."""
        framebuffers = f"-ll:gpu {gpus} {FRAMEBUFFERS}" if gpus else ""
        arguments = f"{MEMORIES} {framebuffers} {arguments}"
        ran = self("scramble", arguments, settings, shim=shim)
        assert ran.code in {0, 1}, ran.output[-5000:]
        return Scrambled(ran=ran)

    def succeeds_on_gpus(self, arguments: str, *, gpus: int, settings: str = "") -> Scrambled:
        """Run random programs, reductions into framebuffer too, of which none goes wrong."""
        done = self.scramble(
            f"-sums {arguments}", f"gpus={gpus};fb_mb=64;{settings}", gpus=gpus, shim=True
        )
        assert done.counted["wrong"] == 0, done.ran.output[:5000]
        assert done.ran.code == 0
        assert done.ran.counters["unsupported"] == []
        return done


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Return the Legion that set-up installs, with emulated GPUs."""
    return _machine(find_runtime(), tmp_path_factory)


@pytest.fixture(scope="session", params=VERSIONS)
def each(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Return every supported Legion that is installed, with emulated GPUs."""
    return _machine(runtime_of(request.param), tmp_path_factory)


@pytest.fixture(scope="session")
def cpus(machine: Machine) -> Machine:
    """Return the same Legion without any GPU."""
    return replace(machine, driver=standin_folder(find_toolchain()) / "libcuda.so.1")


def _machine(legion: LegionRuntime, folders: pytest.TempPathFactory) -> Machine:
    driver = driver_folder() / "libcuda.so.1"
    return Machine(legion=legion, driver=driver, folder=folders.mktemp("scramble"))
