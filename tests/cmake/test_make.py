"""Without CMake: the sample's Makefile, and a vendored pair compiled with nothing but Legion."""

import shlex
import shutil
from pathlib import Path

import pytest

from tests.cmake.conftest import OPTIONS, assert_mapped, mapc, run

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]


def test_makefile(sample: Path) -> None:
    done = run("make", "run", folder=sample)
    assert done.returncode == 0, done.stdout
    assert_mapped(done.stdout, "ring")
    library = sample / "libring_mapper.so"
    first = library.stat().st_mtime_ns

    assert "Nothing to be done" in run("make", "all", folder=sample).stdout
    (sample / "ring.mapl").touch()
    assert "mapc build" in run("make", "all", folder=sample).stdout
    assert "Nothing to be done" in run("make", "all", folder=sample).stdout
    assert library.stat().st_mtime_ns == first, "an unchanged library is not written again"

    text = (sample / "ring.mapl").read_text()
    (sample / "ring.mapl").write_text(text.replace("CPU;", "CPPU;"))
    done = run("make", "all", folder=sample)
    assert done.returncode != 0
    assert " --> ring.mapl:2:8" in done.stdout


def test_a_vendored_pair_needs_legion_only(sample: Path) -> None:
    """In any folder, without a warning; the program asks for the mapper itself."""
    folder = sample / "generated code"
    mapc("build", sample / "ring.mapl", "-o", folder / "ring_mapper.cc", "--vendor")
    assert sorted(path.name for path in folder.iterdir()) == ["mapc_support.h", "ring_mapper.cc"]
    compiler = [
        shutil.which("g++") or "c++",
        "-std=c++17",
        *shlex.split(mapc("legion", "cxxflags")),
    ]
    strict = ("-Wall", "-Wextra", "-Werror")
    for source, *options in (
        (folder / "ring_mapper.cc", *strict),
        (sample / "ring.cc", "-DRING_REGISTERS", *strict),
    ):
        done = run(*compiler, *options, "-c", source, folder=sample)
        assert (done.returncode, done.stdout) == (0, "")
    libraries = shlex.split(mapc("legion", "ldflags"))
    done = run(*compiler, "ring.o", "ring_mapper.o", "-o", "program", *libraries, folder=sample)
    assert done.returncode == 0, done.stdout
    mapped = run("env", "-i", "./program", *OPTIONS, folder=sample)
    assert mapped.returncode == 0, mapped.stdout
    assert_mapped(mapped.stdout, "ring")
