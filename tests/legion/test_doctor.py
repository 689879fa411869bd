"""What the doctor finds, on this machine and on bare ones; and that it changes nothing."""

from pathlib import Path

import pytest

from mapc.legion import doctor
from mapc.legion.doctor import Finding, State, examine


def _by_name() -> dict[str, Finding]:
    return {finding.name: finding for finding in examine()}


def test_a_new_user(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("Legion_ROOT", raising=False)
    found = _by_name()
    assert found["Python"].state is State.OK
    assert found["Legion"].text == "not installed yet"
    assert found["Legion"].state is State.NOTE
    assert found["cache"].text.endswith(": empty")
    assert not cache.exists()


@pytest.mark.usefixtures("fresh_toolchain")
def test_a_machine_without_tools(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr(doctor.ctypes.util, "find_library", lambda _: None)
    found = _by_name()
    assert found["C++ compiler"].state is State.MISSING
    assert "apt install g++" in found["C++ compiler"].help
    assert found["make"].state is State.NOTE
    assert found["system libraries"].text == "libz, libatomic not found"
    assert "apt install zlib1g libatomic1" in found["system libraries"].help


def test_a_wrong_legion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("Legion_ROOT", str(tmp_path))
    found = _by_name()
    assert found["Legion"].state is found["several ranks"].state is State.MISSING
    assert "no `include/legion.h`" in found["Legion"].text


def test_a_damaged_legion(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("Legion_ROOT", raising=False)
    monkeypatch.setenv("MAPC_LEGION_VERSION", "26.1.0")
    (cache / "runtime" / "26.1.0").mkdir(parents=True)
    assert "is damaged: installed.json is missing" in _by_name()["Legion"].text


def test_sizes_by_part(cache: Path) -> None:
    (cache / "build" / "ab").mkdir(parents=True)
    (cache / "build" / "ab" / "file").write_bytes(b"x" * 3_000_000)
    assert "build 3 MB" in _by_name()["cache"].text


def test_everything_that_is_not_well_says_what_to_do(cache: Path) -> None:
    assert all(f.help for f in examine() if f.state is State.MISSING)
