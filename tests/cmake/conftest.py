"""The sample program, in a folder of its own, and the tools that build it."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parent / "ring"
# CMake, Ninja and mapc are beside the Python that runs the tests.
TOOLS = str(Path(sys.executable).parent)
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if k not in ("Legion_ROOT", "LD_LIBRARY_PATH")},
    "PATH": f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}",
    "NO_COLOR": "1",
}
OPTIONS = ("-ll:cpu", "2", "-ll:networks", "none", "-logfile", "stderr")


def run(*command: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a tool and return what it said, errors among the rest."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**ENVIRONMENT, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


def mapc(*arguments: str | Path) -> str:
    """Return what a command of mapc prints."""
    command = [sys.executable, "-m", "mapc", *map(str, arguments)]
    return subprocess.run(
        command, env=ENVIRONMENT, capture_output=True, text=True, check=True
    ).stdout.strip()


@dataclass(frozen=True)
class Build:
    """A source folder and a build folder."""

    cmake: str
    generator: str
    source: Path
    folder: Path

    def configure(self, *options: str) -> subprocess.CompletedProcess[str]:
        return run(
            *(self.cmake, "-S", self.source, "-B", self.folder, "-G", self.generator),
            f"-Dmapc_DIR={mapc('cmake-dir')}",
            *options,
            folder=self.source,
        )

    def build(self, *options: str) -> subprocess.CompletedProcess[str]:
        return run(self.cmake, "--build", self.folder, *options, folder=self.source)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Return a copy of the sample program."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "ring"))


def assert_mapped(output: str, name: str) -> None:
    """The mapper was loaded and asked, and says by which lines it decided."""
    assert f'"event":"loaded","mapper":"{name}_mapper","policy":"ring.mapl"' in output
    for record in (
        '{"event":"task","task":"top_level","line":2,',
        '{"event":"index","task":"fill","function":"dealt","kind":"CPU"',
        '"layout":"AOS C_order","line":3',
    ):
        assert record in output, output
    assert "the program's own mapper" not in output
    assert "sum 64\n" in output
