"""Fixtures that compile the support header: alone, and on the Legion that set-up installs."""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mapc.legion.runtime import LegionRuntime, find_runtime
from mapc.legion.toolchain import find_toolchain
from mapc.resources import resource

STRICT = ("-std=c++17", "-Wall", "-Wextra", "-Werror")


class Cxx:
    """A compiler for programs that do without Legion."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.include = resource("backends", "legion", "include")
        self._library: Path | None = None

    def __call__(self, source: Path, *options: str | Path, output: str = "") -> Path:
        """Compile and link one source without a single warning."""
        made = self.folder / (output or source.stem)
        command = [*find_toolchain().command, *STRICT, f"-I{self.include}", str(source)]
        done = subprocess.run(
            [*command, *map(str, options), "-o", str(made)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[:5000]
        assert done.stderr == ""
        return made

    def quickly(self, text: str, name: str) -> Path:
        """Compile generated text against definitions that are compiled once."""
        if self._library is None:
            source = self.folder / "language.cc"
            source.write_text('#include "mapc/language_impl.h"\n')
            self._library = self(source, "-DMAPC_PREBUILT", "-c", output="language.o")
        source = self.folder / f"{name}.cc"
        source.write_text(text)
        return self(source, "-DMAPC_PREBUILT", self._library)


@pytest.fixture(scope="session")
def cxx(tmp_path_factory: pytest.TempPathFactory) -> Cxx:
    """Return the compiler."""
    return Cxx(tmp_path_factory.mktemp("cxx"))


@pytest.fixture(scope="session")
def legion() -> LegionRuntime:
    """Return the Legion that set-up installs."""
    return find_runtime()


@pytest.fixture
def run() -> Callable[..., str]:
    """Run a program that must succeed and return what it prints."""

    def run_program(
        program: Path, text: str = "", *, arguments: Sequence[str] = (), **environment: str
    ) -> str:
        done = subprocess.run(
            [str(program), *arguments],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**os.environ, **environment},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run_program
