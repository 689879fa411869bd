"""The libraries that runs preload are clean C and C++."""

import subprocess
from pathlib import Path

import pytest

from mapc.legion.rank_parts import FLAGS
from mapc.legion.runtime import find_runtime
from mapc.legion.toolchain import find_toolchain
from mapc.resources import resource

STRICT = ("-Wall", "-Wextra", "-Werror")
PARTS = [
    resource("backends", "emulator", "network", "network.c"),
    resource("backends", "emulator", "shim", "locks.cc"),
]


@pytest.mark.slow
@pytest.mark.needs_legion
@pytest.mark.parametrize("source", PARTS, ids=lambda path: path.name)
def test_strict(source: Path, tmp_path: Path) -> None:
    flags = FLAGS
    if source.suffix == ".cc":
        flags = ("-std=c++17", "-O2", "-fPIC", "-shared", *find_runtime().compile_flags)
    command = [
        *find_toolchain().command,
        *flags,
        *STRICT,
        str(source),
        "-o",
        str(tmp_path / "x.so"),
    ]
    done = subprocess.run([*command, "-ldl"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
