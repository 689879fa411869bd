"""Installing the runtime: from a small wheel of our own, and all the ways it can fail."""

import hashlib
import multiprocessing
import platform
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mapc.legion import fetch as fetching
from mapc.legion import install as installing
from mapc.legion.install import damage, install, installed
from mapc.legion.pins import Pin, Wheel, chosen_pin, read_pins
from mapc.resources import resource
from mapc.text import MapcError

LIBRARY = b"library" * 20_000
METADATA = b"Metadata-Version: 2.1\nName: mapc-probe\nVersion: 1.0\n"
WHEEL = b"Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_28_x86_64\n"


@pytest.fixture
def pin(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Pin:
    """Give a pin whose only wheel lies in a folder where pip looks, and nothing else is asked."""
    links = tmp_path / "links"
    links.mkdir()
    path = links / "mapc_probe-1.0-cp311-cp311-manylinux_2_28_x86_64.whl"
    files = {
        "probe/include/legion.h": b"// legion",
        "probe/lib64/libx.so": LIBRARY,
        "probe/lib64/libx.so.1": LIBRARY,
        "probe/core.py": b"raise SystemExit",
        "mapc_probe-1.0.dist-info/METADATA": METADATA,
        "mapc_probe-1.0.dist-info/WHEEL": WHEEL,
        "mapc_probe-1.0.dist-info/RECORD": b"",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    wheel = Wheel(
        project="mapc-probe",
        version="1.0",
        file=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        python="3.11",
        abi="cp311",
        platform="manylinux_2_28_x86_64",
        keep=("probe/include/*", "probe/lib64/*"),
        skip=(),
    )
    return Pin(
        version="1.0",
        megabytes=1,
        include=("probe/include",),
        library=("probe/lib64",),
        libraries=("x",),
        wheels=(wheel,),
    )


def _no_network(pin: Pin, _folder: Path) -> tuple[Path, ...]:
    raise fetching._explain(pin.wheels[0], "connection broken by NewConnectionError")


def test_only_what_is_wanted_is_unpacked(pin: Pin, cache: Path) -> None:
    said: list[str] = []
    folder = install(pin, said.append)
    assert folder == cache / "runtime" / "1.0" == installed(pin)
    names = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert names == {
        "installed.json",
        "probe/include/legion.h",
        "probe/lib64/libx.so",
        "probe/lib64/libx.so.1",
    }
    assert (folder / "probe/lib64/libx.so.1").is_symlink()
    assert (folder / "probe/lib64/libx.so.1").read_bytes() == LIBRARY
    assert len(said) == 2


def test_the_second_time_nothing_is_fetched(pin: Pin, monkeypatch: pytest.MonkeyPatch) -> None:
    install(pin, lambda _: None)
    monkeypatch.setattr(installing, "fetch", _no_network)
    assert install(pin, pytest.fail) == installed(pin)


def _install_in_child(pin: Pin, report: "multiprocessing.Queue[list[str]]") -> None:
    said: list[str] = []
    install(pin, said.append)
    report.put(said)


def test_two_processes_install_once(pin: Pin) -> None:
    context = multiprocessing.get_context("spawn")
    report: multiprocessing.Queue[list[str]] = context.Queue()
    children = [context.Process(target=_install_in_child, args=(pin, report)) for _ in range(2)]
    for child in children:
        child.start()
    said = sorted(len(report.get(timeout=120)) for _ in children)
    for child in children:
        child.join()
    assert said == [0, 2]
    assert installed(pin) is not None


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda f: (f / "probe/lib64/libx.so").unlink(), "libx.so is missing"),
        (lambda f: (f / "probe/include/legion.h").write_text("/"), "has 1 bytes instead of 9"),
        (lambda f: (f / "installed.json").write_text("{"), "installed.json is missing or unread"),
        (lambda f: (f / "installed.json").unlink(), "installed.json is missing or unread"),
        (lambda f: shutil.rmtree(f / "probe"), "is missing"),
    ],
)
def test_damage_is_seen_and_mended(harm: Callable[[Path], None], reason: str, pin: Pin) -> None:
    folder = install(pin, lambda _: None)
    harm(folder)
    assert reason in (damage(pin, folder) or "")
    assert installed(pin) is None
    said: list[str] = []
    install(pin, said.append)
    assert reason in said[0]
    assert installed(pin) == folder


def test_damage_without_network_says_both(pin: Pin, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = install(pin, lambda _: None)
    (folder / "probe/lib64/libx.so").unlink()
    monkeypatch.setattr(installing, "fetch", _no_network)
    with pytest.raises(MapcError) as caught:
        install(pin, lambda _: None)
    assert [d.code.id for d in caught.value.diagnostics] == ["MAP708", "MAP702"]
    assert folder.exists()


def test_other_pins_are_another_installation(pin: Pin) -> None:
    folder = install(pin, lambda _: None)
    other = replace(pin, megabytes=2)
    assert damage(other, folder) == "it was made from other wheels"


def test_a_wheel_with_other_content_is_refused(pin: Pin, cache: Path) -> None:
    wrong = replace(pin, wheels=(replace(pin.wheels[0], sha256="0" * 64),))
    with pytest.raises(MapcError) as caught:
        install(wrong, lambda _: None)
    (told,) = caught.value.diagnostics
    assert told.code.id == "MAP702"
    assert "not the pinned one" in told.message
    assert [p.name for p in (cache / "runtime").iterdir()] == ["1.0.lock"]


def test_our_own_hash_check(pin: Pin, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("other")
    with pytest.raises(MapcError, match="not the pinned one"):
        fetching._checked(tmp_path / "file", pin.wheels[0])


def test_a_version_the_index_lacks(pin: Pin) -> None:
    wrong = replace(pin, wheels=(replace(pin.wheels[0], version="9.9"),))
    with pytest.raises(MapcError, match=r"does not have mapc-probe 9\.9") as caught:
        install(wrong, lambda _: None)
    assert caught.value.diagnostics[0].code.id == "MAP702"


def test_no_network(cache: Path, pin: Pin, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that refuses connections: one sentence, soon, and nothing left behind."""
    for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(MapcError) as caught:
        install(pin, lambda _: None)
    (told,) = caught.value.diagnostics
    assert told.code.id == "MAP702"
    assert told.message == (
        "the Legion runtime cannot be fetched: the package index does not answer"
    )
    assert "Legion_ROOT" in told.help
    assert [p.name for p in (cache / "runtime").iterdir()] == ["1.0.lock"]


def test_no_pip(pin: Pin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MapcError, match="there is no pip") as caught:
        install(pin, lambda _: None)
    assert "ensurepip" in caught.value.diagnostics[0].help


def test_no_room(pin: Pin) -> None:
    with pytest.raises(MapcError) as caught:
        install(replace(pin, megabytes=10**9), lambda _: None)
    (told,) = caught.value.diagnostics
    assert told.code.id == "MAP703"
    assert "MB free" in told.message


def test_another_platform(pin: Pin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(MapcError, match="no ready-made Legion runtime for linux on aarch64"):
        install(pin, lambda _: None)


def test_the_pins_that_ship() -> None:
    pins, default = read_pins(resource("backends", "legion", "runtime.toml"))
    assert default in pins
    for pin in pins.values():
        for wheel in pin.wheels:
            assert len(wheel.sha256) == 64
            assert wheel.file.endswith(f"{wheel.platform}.whl")
            assert f"-{wheel.version}-" in wheel.file


def test_the_version_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPC_LEGION_VERSION", "26.6.1")
    assert chosen_pin().version == "26.6.1"
    monkeypatch.setenv("MAPC_LEGION_VERSION", "1.2")
    with pytest.raises(MapcError, match=r"asks for 1\.2, which mapc does not know") as caught:
        chosen_pin()
    assert "26.1.0" in caught.value.diagnostics[0].help
