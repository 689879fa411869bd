"""The CMake package: the sample program is configured, built and run by both generators."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.legion.runtime import find_runtime
from tests.cmake.conftest import OPTIONS, SAMPLE, TOOLS, Build, assert_mapped, run

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

OURS = str(Path(TOOLS) / "cmake")


def touch(path: Path) -> None:
    """Make a file newer than everything else, also where times have a coarse grain."""
    later = time.time() + 1
    os.utime(path, (later, later))
    time.sleep(1.1)


def test_build_and_run(sample: Path, tell: Callable[[str], None]) -> None:
    """Both variants with the Legion that mapc installs, started without any environment."""
    build = Build(OURS, "Ninja", sample, sample / "build")
    done = build.configure()
    assert done.returncode == 0, done.stdout
    done = build.build()
    assert done.returncode == 0, done.stdout
    alone = run("env", "-i", build.folder / "plain", *OPTIONS, folder=sample)
    assert alone.stdout.count("the program's own mapper maps") == 3, alone.stdout
    for program, name, preload in (("ring", "ring", ()), ("plain", "loaded", ("loaded",))):
        libraries = [f"LD_PRELOAD={build.folder}/lib{name}_mapper.so" for name in preload]
        mapped = run("env", "-i", *libraries, build.folder / program, *OPTIONS, folder=sample)
        assert mapped.returncode == 0, mapped.stdout
        assert_mapped(mapped.stdout, name)
    tested = run("ctest", folder=build.folder)
    assert tested.returncode == 0, tested.stdout
    assert tested.stdout.count("Passed") == 2
    _follows_the_policy(build)
    tell("CMake, Ninja: 2 variants built and run, policy touched, changed and broken")


def test_build_and_run_with_an_own_legion(tmp_path: Path, tell: Callable[[str], None]) -> None:
    """With `Legion_ROOT`, Makefiles, the system's CMake, and a space in every path."""
    sample = Path(shutil.copytree(SAMPLE, tmp_path / "a program"))
    cmake = shutil.which("cmake") or OURS
    build = Build(cmake, "Unix Makefiles", sample, tmp_path / "its build")
    legion = find_runtime().library_dirs[0].parent
    done = build.configure(f"-DLegion_ROOT={legion}")
    assert done.returncode == 0, done.stdout
    assert f"{legion}/lib" in done.stdout
    done = build.build("--target", "ring", "--parallel", "2")
    assert done.returncode == 0, done.stdout
    mapped = run("env", "-i", build.folder / "ring", *OPTIONS, folder=sample)
    assert_mapped(mapped.stdout, "ring")
    _follows_the_policy(build)
    version = run(cmake, "--version", folder=sample).stdout.splitlines()[0]
    tell(f"CMake, Makefiles ({version}): built and run with Legion_ROOT")


def _follows_the_policy(build: Build) -> None:
    """Nothing is compiled for a touched policy, the mapper alone for another, errors are shown."""
    policy = build.source / "ring.mapl"
    program = build.folder / "ring"
    first = program.stat().st_mtime_ns

    done = build.build("--target", "ring")
    assert "Generating" not in done.stdout, done.stdout
    touch(policy)
    done = build.build("--target", "ring")
    assert "Generating ring_mapper.cc from ring.mapl" in done.stdout, done.stdout
    assert "Building" not in done.stdout, done.stdout
    done = build.build("--target", "ring")
    assert "Generating" not in done.stdout, done.stdout
    assert program.stat().st_mtime_ns == first

    text = policy.read_text()
    policy.write_text(text.replace("CPU;", "CPPU;"))
    touch(policy)
    done = build.build("--target", "ring")
    assert done.returncode != 0
    assert f"error[MAP208]: unknown processor kind `CPPU`\n --> {policy}:2:8" in done.stdout
    assert program.stat().st_mtime_ns == first

    policy.write_text(text.replace("AOS", "SOA"))
    touch(policy)
    done = build.build("--target", "ring")
    assert done.returncode == 0, done.stdout
    assert "ring_mapper.cc.o" in done.stdout
    assert "ring.cc.o" not in done.stdout
    mapped = run("env", "-i", program, *OPTIONS, folder=build.source)
    assert '"layout":"SOA C_order","line":3' in mapped.stdout, mapped.stdout
