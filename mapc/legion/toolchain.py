"""Find the C++ compiler: `$CXX`, else g++, else clang++."""

import functools
import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass

from mapc.legion.failures import failure
from mapc.text.codes import NO_COMPILER

_INSTALL = "install g++ (Debian, Ubuntu: `apt install g++`; Fedora: `dnf install gcc-c++`)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """A C++ compiler as it is called, and what tells it from every other."""

    command: tuple[str, ...]
    version: str  # first line of `--version`
    identity: str  # changes whenever the compiler does
    is_clang: bool


def find_toolchain() -> Toolchain:
    """Return the compiler to use; `MAP701` where there is none."""
    return _find(os.environ.get("CXX", ""), os.environ.get("PATH", ""))


@functools.cache
def _find(chosen: str, search: str) -> Toolchain:
    """Return the compiler for one setting of the environment."""
    if chosen:
        command = tuple(shlex.split(chosen))
        found = _probe(command, search) if command else None
        if found is None:
            raise failure(
                NO_COMPILER,
                f"`CXX` names {chosen}, which does not run",
                help=f"set `CXX` to a C++17 compiler or unset it; else {_INSTALL}",
            )
        return found
    for name in ("g++", "clang++", "c++"):
        if found := _probe((name,), search):
            return found
    raise failure(
        NO_COMPILER,
        "there is no C++ compiler: neither g++ nor clang++ is on the path",
        help=f"{_INSTALL}, or set `CXX` to one",
    )


def _probe(command: tuple[str, ...], search: str) -> Toolchain | None:
    """Return the toolchain behind a command, or `None` where it does not answer."""
    # The last word is the compiler where the first is a wrapper such as ccache.
    path = shutil.which(command[0], path=search)
    if path is None:
        return None
    try:
        answer = subprocess.run(
            [*command, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if answer.returncode != 0 or not answer.stdout.strip():
        return None
    version = answer.stdout.splitlines()[0].strip()
    real = os.path.realpath(path)
    status = os.stat(real)  # noqa: PTH116 - `real` is a plain string from the search
    return Toolchain(
        command=(path, *command[1:]),
        version=version,
        identity=f"{' '.join(command)} {real} {status.st_size} {status.st_mtime_ns} {version}",
        is_clang="clang" in version,
    )
