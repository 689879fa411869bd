"""Which Legion is used: `Legion_ROOT` and what makes it unusable."""

import shlex
from pathlib import Path

import pytest

from mapc.legion import runtime as runtimes
from mapc.legion.run import run_environment
from mapc.legion.runtime import known_runtime, own_runtime
from mapc.text import MapcError

DEFINES = '#define LEGION_VERSION "legion-25.09.0"\n#define LEGION_MAX_DIM 3\n'


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give a folder that looks like an installed Legion: one network, no CUDA."""
    for name in ("include/mappers", "lib"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "include" / "legion.h").touch()
    (tmp_path / "include" / "legion_defines.h").write_text(DEFINES)
    (tmp_path / "include" / "realm_defines.h").write_text(
        "#define REALM_USE_GASNETEX\n/* #undef REALM_USE_CUDA */\n"
    )
    for name in ("liblegion.so", "librealm.so"):
        (tmp_path / "lib" / name).touch()
    return tmp_path


def test_an_own_legion(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("Legion_ROOT", str(own))
    found = known_runtime()
    assert found is not None
    assert (found.origin, found.version, found.release) == ("Legion_ROOT", "25.09.0", "")
    assert found.libraries == ("legion", "realm")
    assert found.include_dirs == (own / "include", own / "include" / "mappers")
    assert found.has_network
    assert not found.needs_cuda
    assert f"-Wl,-rpath,{own / 'lib'}" in found.link_flags
    assert runtimes.find_runtime() == found


def test_an_own_legion_with_cuda(own: Path) -> None:
    defines = own / "include" / "realm_defines.h"
    defines.write_text("#define REALM_USE_CUDA\n")
    assert own_runtime(own).needs_cuda
    defines.write_text("#define REALM_USE_CUDA\n#define REALM_CUDA_DYNAMIC_LOAD\n")
    assert not own_runtime(own).needs_cuda


def test_an_unpacked_wheel(tmp_path: Path) -> None:
    (tmp_path / "include/legate/deps").mkdir(parents=True)
    (tmp_path / "include/legate/deps/legion.h").touch()
    (tmp_path / "lib64").mkdir()
    for name in ("liblegion-legate.so", "librealm-legate.so"):
        (tmp_path / "lib64" / name).touch()
    found = own_runtime(tmp_path)
    assert found.libraries == ("legion-legate", "realm-legate")
    assert found.version == "unknown"


@pytest.mark.parametrize(
    ("removed", "why"),
    [
        ("include/legion.h", "there is no `include/legion.h`"),
        ("lib/liblegion.so", "there is no shared library `lib/liblegion.so`"),
        ("lib/librealm.so", "`librealm.so` is missing beside `liblegion.so`"),
    ],
)
def test_an_unusable_legion(
    removed: str, why: str, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own / removed).unlink()
    monkeypatch.setenv("Legion_ROOT", str(own))
    with pytest.raises(MapcError) as caught:
        runtimes.find_runtime()
    (told,) = caught.value.diagnostics
    assert told.code.id == "MAP704"
    assert told.message.startswith(f"`Legion_ROOT` is {own}, but {why}")
    assert "CMAKE_INSTALL_PREFIX" in told.help


def test_another_build_is_another_identity(own: Path) -> None:
    before = own_runtime(own).identity
    (own / "lib" / "liblegion.so").write_text("rebuilt")
    assert own_runtime(own).identity != before


@pytest.mark.usefixtures("fresh_toolchain")
def test_without_a_compiler_nothing_is_fetched(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.delenv("Legion_ROOT", raising=False)
    with pytest.raises(MapcError) as caught:
        runtimes.find_runtime(pytest.fail)
    assert caught.value.diagnostics[0].code.id == "MAP701"
    assert not cache.exists()


def test_the_environment_of_a_run(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/mine")
    monkeypatch.setenv("LD_PRELOAD", "/my.so")
    found = own_runtime(own)
    assert run_environment(found, None) == {"LD_LIBRARY_PATH": f"{own}/lib:/mine"}
    assert run_environment(found, Path("/m.so"))["LD_PRELOAD"] == "/m.so:/my.so"
    assert "/my.so" not in shlex.join(found.link_flags)
