"""The cache folder, atomic writes, locks, and what is said when the disk refuses."""

import errno
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from mapc import paths
from mapc.text import MapcError


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"MAPC_CACHE": "/a/b"}, "/a/b"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/mapc"),
        ({"HOME": "/home/u"}, "/home/u/.cache/mapc"),
    ],
)
def test_cache_location(
    settings: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MAPC_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert str(paths.cache_location()) == expected


def test_a_relative_cache_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAPC_CACHE", "here")
    assert paths.cache_dir() == tmp_path / "here"
    assert (tmp_path / "here").is_dir()


def test_write_atomic_replaces_and_leaves_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "file"
    paths.write_atomic(file, "one")
    paths.write_atomic(file, b"two")
    assert file.read_text() == "two"
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("number", "code", "sentence"),
    [
        (errno.ENOSPC, "MAP703", "no space left to write"),
        (errno.EDQUOT, "MAP703", "no space left to write"),
        (errno.EACCES, "MAP707", "cannot be written: Permission denied"),
        (errno.EROFS, "MAP707", "cannot be written: Read-only file system"),
    ],
)
def test_refusals_are_one_sentence(
    number: int, code: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("old")

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(MapcError) as caught:
        paths.write_atomic(file, "new")
    (told,) = caught.value.diagnostics
    assert told.code.id == code
    assert sentence in told.message
    assert "MAPC_CACHE" in told.help
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_other_errors_are_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), paths.writing(tmp_path):
        (tmp_path / "none").read_text()


def test_a_file_where_the_cache_should_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MAPC_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(MapcError) as caught:
        paths.cache_dir()
    assert caught.value.diagnostics[0].code.id == "MAP707"


def test_an_unwritable_cache() -> None:
    """A child without rights, in a folder that everybody reaches: tests may run as root."""
    program = (
        "import os, sys\n"
        "from mapc.paths import cache_dir\n"
        "from mapc.text import MapcError\n"
        "if os.getuid() == 0:\n"
        "    os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "os.environ['MAPC_CACHE'] = sys.argv[1]\n"
        "try:\n"
        "    cache_dir()\n"
        "except MapcError as error:\n"
        "    print(error.diagnostics[0].render())\n"
    )
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", program, str(Path(name) / "mapc")],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.startswith("error[MAP707]:"), done.stderr
    assert "Permission denied" in done.stdout


def test_new_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "made"
    with pytest.raises(FileNotFoundError), paths.new_folder(target) as fresh:
        (fresh / "missing" / "part").write_text("x")
    assert list(tmp_path.iterdir()) == []
    with paths.new_folder(target) as fresh:
        (fresh / "part").write_text("x")
    assert (target / "part").read_text() == "x"


def test_what_killed_processes_left_is_swept(tmp_path: Path) -> None:
    old, young = tmp_path / ".made.old", tmp_path / ".made.young"
    for folder in (old, young):
        folder.mkdir()
    os.utime(old, (0, 0))
    with paths.new_folder(tmp_path / "made"):
        assert not old.exists()
        assert young.exists()


def test_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError

    for name in ("MAPC_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(MapcError, match="there is no home folder for the cache"):
        paths.cache_location()


_HOLDER = """
import sys, time
from pathlib import Path
from mapc.paths import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def _hold(path: Path, seconds: float) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(path), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_locks_keep_processes_apart(tmp_path: Path) -> None:
    with _hold(tmp_path / "thing", 0.5):
        started = time.monotonic()
        with paths.locked(tmp_path / "thing"):
            assert time.monotonic() - started > 0.3


def test_a_killed_holder_frees_its_lock(tmp_path: Path) -> None:
    with _hold(tmp_path / "thing", 60) as holder:
        holder.kill()
        holder.wait()
        with paths.locked(tmp_path / "thing"):
            pass
