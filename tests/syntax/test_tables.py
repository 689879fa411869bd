"""The cache of parser tables: a convenience that must never be in the way."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from mapc.syntax.parse import parse
from mapc.text import Reporter, Source
assert parse(Source("a", "Task a CPU;"), Reporter()) is not None
"""


def start(folder: Path) -> "subprocess.Popen[bytes]":
    """Start a process that parses with this cache folder."""
    environment = {"MAPC_CACHE": str(folder), "PATH": ""}
    return subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment)


def test_two_processes_share_one_cache(tmp_path: Path) -> None:
    processes = [start(tmp_path) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    (tables,) = tmp_path.iterdir()
    assert tables.name.startswith("grammar-")
    before = tables.stat().st_mtime_ns
    assert start(tmp_path).wait() == 0
    assert tables.stat().st_mtime_ns == before


@pytest.mark.parametrize("damage", [b"", b"not a pickle"])
def test_damaged_tables_are_made_again(tmp_path: Path, damage: bytes) -> None:
    assert start(tmp_path).wait() == 0
    (tables,) = tmp_path.iterdir()
    tables.write_bytes(damage)
    assert start(tmp_path).wait() == 0
    assert len(tables.read_bytes()) > 10_000


def test_a_cache_folder_that_cannot_be_made(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    assert start(blocker / "cache").wait() == 0
