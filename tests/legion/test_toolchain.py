"""Finding the compiler, and the sentences where there is none."""

import sys
from pathlib import Path

import pytest

from mapc.legion.toolchain import find_toolchain
from mapc.text import MapcError

pytestmark = pytest.mark.usefixtures("fresh_toolchain")


def _fake(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder that is the whole search path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    return tmp_path


def test_no_compiler(programs: Path) -> None:
    with pytest.raises(MapcError) as caught:
        find_toolchain()
    assert caught.value.exit_code == 3
    assert caught.value.diagnostics[0].render() == (
        "error[MAP701]: there is no C++ compiler: neither g++ nor clang++ is on the path\n"
        "  = help: install g++ (Debian, Ubuntu: `apt install g++`; Fedora: `dnf install gcc-c++`),"
        " or set `CXX` to one\n"
    )


def test_gcc_before_clang(programs: Path) -> None:
    _fake(programs, "clang++", "echo clang version 18")
    assert find_toolchain().is_clang
    _fake(programs, "g++", "echo 'g++ (Debian) 12.2'")
    # The answer is remembered while the environment stays as it is.
    assert find_toolchain().is_clang


def test_gcc(programs: Path) -> None:
    _fake(programs, "clang++", "echo clang version 18")
    _fake(programs, "g++", "echo 'g++ (Debian) 12.2'; echo more")
    found = find_toolchain()
    assert (found.version, found.is_clang) == ("g++ (Debian) 12.2", False)
    assert found.command == (str(programs / "g++"),)


def test_the_chosen_one_with_a_wrapper(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake(programs, "wrap", 'echo "$@ version"')
    monkeypatch.setenv("CXX", "wrap g++ -m64")
    found = find_toolchain()
    assert found.command == (str(programs / "wrap"), "g++", "-m64")
    assert found.version == "g++ -m64 --version version"


@pytest.mark.parametrize("script", ["exit 1", "true"])
def test_a_chosen_one_that_does_not_run(
    script: str, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fake(programs, "broken", script)
    monkeypatch.setenv("CXX", "broken")
    with pytest.raises(MapcError, match="`CXX` names broken, which does not run"):
        find_toolchain()


def test_a_new_compiler_is_another_identity(programs: Path) -> None:
    _fake(programs, "g++", "echo g++ 12")
    old = find_toolchain()
    _fake(programs, "g++", "echo g++ 12 # same version, other build")
    sys.modules["mapc.legion.toolchain"]._find.cache_clear()
    assert find_toolchain().version == old.version
    assert find_toolchain().identity != old.identity
