"""`mapc fmt` as people and scripts use it: files, streams, exit codes."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BEFORE = "# why\nTask a,b CPU ;\n"
AFTER = "# why\nTask a, b CPU;\n"
BROKEN = "Task a CPU\nTask b CPU;\n"


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    path = tmp_path / "messy.mapl"
    path.write_text(BEFORE)
    return path


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "clean.mapl"
    path.write_text(AFTER)
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.mapl"
    path.write_text(BROKEN)
    return path


def piped(mapc: Any, text: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "mapc", "fmt", *arguments],
        input=text,
        capture_output=True,
        env={**mapc.environment, "LC_ALL": "C", "PYTHONUTF8": "0"},
        check=False,
    )


def test_rewrites_what_changes(mapc: Any, messy: Path, clean: Path) -> None:
    inode = clean.stat().st_ino
    done = mapc("fmt", "messy.mapl", "clean.mapl")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "messy.mapl: formatted\n1 file formatted, 1 unchanged\n"
    assert messy.read_text() == AFTER
    assert clean.stat().st_ino == inode
    assert sorted(p.name for p in messy.parent.glob("*.mapl*")) == ["clean.mapl", "messy.mapl"]


def test_errors_leave_the_file_and_the_others_go_on(mapc: Any, messy: Path, broken: Path) -> None:
    done = mapc("fmt", broken, messy)
    assert done.returncode == 1
    assert "error[MAP111]" in done.stderr
    assert done.stderr.endswith("1 file formatted, 1 with errors\n")
    assert broken.read_text() == BROKEN
    assert messy.read_text() == AFTER


def test_meaning_does_not_matter(mapc: Any, tmp_path: Path) -> None:
    path = tmp_path / "p.mapl"
    path.write_text("Task a GPUU;x=y;")
    done = mapc("fmt", path)
    assert (done.returncode, path.read_text()) == (0, "Task a GPUU;\nx = y;\n")
    assert "MAP2" not in done.stderr


def test_check(mapc: Any, messy: Path, clean: Path) -> None:
    done = mapc("fmt", "--check", "messy.mapl", "clean.mapl")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "messy.mapl: would be changed\n1 file to be changed, 1 unchanged\n"
    assert messy.read_text() == BEFORE
    done = mapc("fmt", "--check", clean)
    assert (done.returncode, done.stderr) == (0, "1 file unchanged\n")


def test_diff(mapc: Any, messy: Path, clean: Path) -> None:
    done = mapc("fmt", "--diff", "messy.mapl", "clean.mapl")
    assert done.returncode == 0
    assert done.stdout == (
        "--- messy.mapl\n+++ messy.mapl\n@@ -1,2 +1,2 @@\n"
        " # why\n-Task a,b CPU ;\n+Task a, b CPU;\n"
    )
    assert messy.read_text() == BEFORE
    assert mapc("fmt", "--check", "--diff", messy).returncode == 1


def test_diff_can_be_applied(mapc: Any, tmp_path: Path) -> None:
    """Also where only the end of the last line changes."""
    path = tmp_path / "p.mapl"
    path.write_text("x = 1;\ny = 2;  # ü")
    done = mapc("fmt", "--diff", "p.mapl")
    assert done.stdout.endswith(
        " x = 1;\n-y = 2;  # ü\n\\ No newline at end of file\n+y = 2;  # ü\n"
    )


def test_stdin(mapc: Any) -> None:
    done = piped(mapc, "\ufeffTask  a CPU;\r\n# größer\r\n".encode(), "-")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == "Task a CPU;\n# größer\n".encode()


def test_stdin_with_errors(mapc: Any) -> None:
    done = piped(mapc, b"Task a;", "-")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"<stdin>:1:7" in done.stderr


def test_check_of_stdin(mapc: Any) -> None:
    done = piped(mapc, BEFORE.encode(), "--check", "-")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"<stdin>: would be changed\n"


def test_what_cannot_be_read(mapc: Any, messy: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    done = mapc("fmt", "missing.mapl", "folder", "messy.mapl")
    assert done.returncode == 2
    assert "cannot read missing.mapl: no such file or directory" in done.stderr
    assert "cannot read folder: is a directory" in done.stderr
    assert done.stderr.count("help:") == 2
    assert done.stderr.endswith("1 file formatted, 2 not done\n")
    assert messy.read_text() == AFTER


@pytest.mark.parametrize("data", [b"Task \xff CPU;\n", b"Task \0 CPU;\n"])
def test_bytes_that_are_no_text(mapc: Any, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "p.mapl"
    path.write_bytes(data)
    done = mapc("fmt", path)
    assert done.returncode == 1
    assert "error[MAP10" in done.stderr
    assert path.read_bytes() == data


def test_windows_files(mapc: Any, tmp_path: Path) -> None:
    path = tmp_path / "p.mapl"
    path.write_bytes(b"\xef\xbb\xbf" + AFTER.replace("\n", "\r\n").encode())
    assert mapc("fmt", "--check", path).returncode == 1
    assert mapc("fmt", path).returncode == 0
    assert path.read_bytes() == AFTER.encode()


def test_mode_and_links_stay(mapc: Any, messy: Path) -> None:
    messy.chmod(0o750)
    link = messy.with_name("link.mapl")
    link.symlink_to(messy.name)
    assert mapc("fmt", link).returncode == 0
    assert link.is_symlink()
    assert messy.read_text() == AFTER
    assert stat.S_IMODE(messy.stat().st_mode) == 0o750


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_files(mapc: Any, messy: Path) -> None:
    messy.chmod(0o444)
    done = mapc("fmt", messy)
    assert done.returncode == 3
    assert "cannot be written: it is read-only" in done.stderr
    assert "MAPC_CACHE" not in done.stderr
    assert messy.read_text() == BEFORE


def test_no_files(mapc: Any) -> None:
    assert mapc("fmt").returncode == 2
