"""The cache of the analysis: it answers at once, and never with what is no longer true."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapc.analyze import analysis, fingerprint, reading, units
from mapc.analyze.analysis import analyse, as_kept, as_seen_from
from mapc.analyze.commands import Command, command
from mapc.analyze.ir import Unit
from mapc.analyze.reader import analysis_from_json
from mapc.analyze.result import Analysis, RequirementFacts

# The little of Legion that registers a task: its real header takes a second to parse.
LEGION = """\
namespace Legion {
struct TaskVariantRegistrar {
  TaskVariantRegistrar(unsigned task_id, const char *variant_name);
};
class Runtime {
public:
  template <void (*TASK)()>
  static void preregister_task_variant(TaskVariantRegistrar &registrar, const char *task_name);
};
}
"""
MAIN = """\
#include "legion.h"
#include "ids.h"
void work() {}
void reading();
int main() {
  Legion::TaskVariantRegistrar registrar(WORK, "work");
  Legion::Runtime::preregister_task_variant<work>(registrar, "work");
  return 0;
}
"""


class Folder:
    """An application of two sources and a header, with a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "system").mkdir()
        self.write("system/legion.h", LEGION)
        self.write("ids.h", "#pragma once\nenum { WORK = 7 };\n")
        self.write("main.cc", MAIN)
        self.write("other.cc", '#include "ids.h"\nint other() { return WORK; }\n')

    def write(self, name: str, text: str) -> None:
        """Write a file; its date is of the past, as that of files usually is."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1_000_000_000, 1_000_000_000))

    def commands(self, *flags: str) -> list[Command]:
        names = ("main.cc", "other.cc")
        return [
            command(self.folder / n, ["-isystem", "system", *flags], self.folder) for n in names
        ]

    def ids(self, *flags: str) -> list[int | None]:
        return [task.id for task in analyse(self.commands(*flags)).tasks]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setenv("MAPC_CACHE", str(tmp_path / "cache"))
    return Folder(tmp_path)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the sources that were read, and not taken from the cache."""
    names: list[str] = []
    real = reading._read_all

    def noting(commands: Any, numbers: Any) -> Iterator[Any]:
        names.extend(commands[number].source.name for number in numbers)
        yield from real(commands, numbers)

    monkeypatch.setattr(reading, "_read_all", noting)
    return names


def test_a_second_analysis_reads_nothing(folder: Folder, read: list[str], monkeypatch: Any) -> None:
    first = analyse(folder.commands())
    assert [task.id for task in first.tasks] == [7]
    assert read == ["main.cc", "other.cc"]
    monkeypatch.setattr(analysis, "_new", lambda *_: pytest.fail("analysed again"))
    assert analyse(folder.commands()) == first


def test_what_changed_is_read_again(folder: Folder, read: list[str]) -> None:
    assert folder.ids() == [7]
    del read[:]
    folder.write("other.cc", "int other() { return 1; }\n")
    assert folder.ids() == [7]
    assert read == ["other.cc"]
    del read[:]
    folder.write("ids.h", "#pragma once\nenum { WORK = 8 };\n")
    assert folder.ids() == [8]
    assert read == ["main.cc"], "other.cc includes the header no more"
    # A system header counts by size and date.
    del read[:]
    folder.write("system/legion.h", f"{LEGION}\n")
    assert folder.ids() == [8]
    assert read == ["main.cc"]
    # The same contents with another date are the same.
    del read[:]
    os.utime(folder.folder / "ids.h", (1_100_000_000, 1_100_000_000))
    assert (folder.ids(), read) == ([8], [])


def test_options_that_matter(folder: Folder, read: list[str]) -> None:
    folder.write("ids.h", "#pragma once\n#ifndef ID\n#define ID 7\n#endif\nenum { WORK = ID };\n")
    assert folder.ids() == [7]
    assert folder.ids("-DID=9") == [9]
    assert folder.ids("-D", "ID=10") == [10]
    del read[:]
    assert folder.ids("-Wall", "-O3", "-march=native") == [7]
    assert read == []


def test_another_analyser_analyses_again(
    folder: Folder, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.ids()
    del read[:]
    monkeypatch.setattr(analysis, "analyser", lambda: "another")
    folder.ids()
    assert read == [], "units are as they were"
    monkeypatch.setattr(analysis, "analyser", lambda: "a third")
    monkeypatch.setattr(reading, "reader", lambda: "another")
    folder.ids()
    assert read == ["main.cc", "other.cc"]


def test_a_header_that_comes_later(folder: Folder) -> None:
    (folder.folder / "ids.h").unlink()
    found = analyse(folder.commands())
    assert {one["text"] for one in found.messages if "file" in one["text"]} == {
        "'ids.h' file not found"
    }
    folder.write("ids.h", "#pragma once\nenum { WORK = 5 };\n")
    assert folder.ids() == [5]


def test_a_file_written_while_it_is_read(folder: Folder, read: list[str]) -> None:
    path = folder.folder / "ids.h"
    path.write_text("#pragma once\nenum { WORK = 7 };\n")
    os.utime(path, (4_000_000_000, 4_000_000_000))
    folder.ids()
    del read[:]
    folder.ids()
    assert read == ["main.cc", "other.cc"], "nobody knows which contents were read"


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda data: data[: len(data) // 2],
    "a flipped bit": lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
    "something else": lambda _: b'{"files": {}, "result": {"tasks": []}}',
    "no mark": lambda data: data[64:],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_entries_are_made_anew(
    folder: Folder, read: list[str], damage: Callable[[bytes], bytes]
) -> None:
    first = analyse(folder.commands())
    entries = sorted((folder.folder / "cache" / "analyze").iterdir())
    assert [path.suffix for path in entries].count(".unit") == 2
    assert len(entries) == 3
    for path in entries:
        path.write_bytes(damage(path.read_bytes()))
    del read[:]
    assert analyse(folder.commands()) == first
    assert read == ["main.cc", "other.cc"]
    del read[:]
    assert analyse(folder.commands()) == first
    assert read == []


def test_a_cache_that_cannot_be_written(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("file", "")
    monkeypatch.setenv("MAPC_CACHE", str(folder.folder / "file" / "cache"))
    assert folder.ids() == [7]


def test_a_source_on_which_libclang_crashes(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = units.read_unit

    def crashing(source: Path, flags: Any) -> Unit:
        if source.name == "other.cc":
            os.kill(os.getpid(), signal.SIGKILL)
        return real(source, flags)

    monkeypatch.setattr(units, "read_unit", crashing)
    found = analyse(folder.commands())
    assert [task.id for task in found.tasks] == [7]
    assert [one["text"] for one in found.messages] == ["libclang crashes on this source"]
    monkeypatch.setattr(units, "read_unit", real)
    assert analyse(folder.commands()).messages == ()


@pytest.mark.parametrize("terms", [500, 3_000])
def test_deep_expressions(folder: Folder, read: list[str], terms: int) -> None:
    """In what is followed, and in a file that is only read; the second time as the first."""
    deep = f"{'1 + ' * terms}1"
    folder.write("other.cc", f"int other() {{ return {deep}; }}\n")
    folder.write("main.cc", MAIN.replace("return 0", f"return {deep}"))
    for _ in range(2):
        found = analyse(folder.commands())
        assert [task.id for task in found.tasks] == [7]
        assert (found.complete, found.messages) == (True, ())
    assert read == ["main.cc", "other.cc"]


def test_deeper_than_libclang_reads(folder: Folder) -> None:
    """Whatever becomes of such a source, the others are understood."""
    folder.write("other.cc", f"int other() {{ return {'1 + ' * 50_000}1; }}\n")
    assert folder.ids() == [7]


def test_old_entries_are_removed(folder: Folder) -> None:
    folder.ids()
    old = folder.folder / "cache" / "analyze" / "old.unit"
    old.write_bytes(b"")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    folder.ids("-DNEW")
    assert not old.exists()


def test_the_reader_is_all_that_reads() -> None:
    """The hash of units covers whatever makes them, and does not change with the interpreter."""
    folder = Path(fingerprint.__file__).parent
    hashed: list[Path] = []
    real, fingerprint._hash = fingerprint._hash, lambda files: hashed.extend(files) or ""
    try:
        fingerprint.reader.__wrapped__()
    finally:
        fingerprint._hash = real
    names = {path.stem for path in hashed}
    assert {"clang", "units", "lower", "spelling", "ir"} <= names
    assert not names & {"interp", "follow", "build", "result"}
    assert names < {path.stem for path in folder.glob("*.py")}


# JSON ------------------------------------------------------------------------------------------


def _records(kind: Any) -> st.SearchStrategy[Any]:
    """Return values of a record with every field filled, also those that have defaults."""
    if kind is RequirementFacts:
        leaf = st.builds(kind, **_fields(kind, alternatives=st.just(())))
        return st.builds(kind, **_fields(kind, alternatives=st.lists(leaf, max_size=2).map(tuple)))
    return st.builds(kind, **_fields(kind))


def _fields(kind: Any, **given: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    from typing import get_type_hints

    hints = get_type_hints(kind)
    names = [one.name for one in fields(kind)]
    return {name: given[name] if name in given else _value(hints[name]) for name in names}


def _value(hint: Any) -> st.SearchStrategy[Any]:
    from types import NoneType
    from typing import get_args, get_origin

    if hint in (str, int, bool):
        return st.from_type(hint)
    if hint is float:
        return st.floats(allow_nan=False)
    if hint is NoneType:
        return st.none()
    if get_origin(hint) is dict:
        return st.fixed_dictionaries({"text": st.text(), "file": st.text(), "line": st.integers()})
    if get_origin(hint) is tuple:
        return st.lists(_value(get_args(hint)[0]), max_size=2).map(tuple)
    if get_args(hint):
        return st.one_of(*map(_value, get_args(hint)))
    return _records(hint)


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@settings(max_examples=25, suppress_health_check=SLOW)
@given(_records(Analysis))
def test_json_and_back(found: Analysis) -> None:
    import json

    assert analysis_from_json(json.loads(json.dumps(as_kept(found)))) == found


@settings(max_examples=25, suppress_health_check=SLOW)
@given(_records(Analysis))
def test_names_of_files_are_shortened(found: Analysis) -> None:
    """Seen from a folder in which nothing lies, an analysis is what it is."""
    assert as_seen_from(found, Path("/there/is/no/such/folder")) == found


BAD: list[Any] = [
    [],
    {"tasks": 3},
    {"tasks": [{"name": "t"}]},
    {"tasks": [{"name": 1, "id": 1, "function": ""}]},
    {"tasks": [{"name": "t", "id": "1", "function": ""}]},
    {"tasks": [{"name": "t", "id": True, "function": ""}]},
    {"launches": [{"kind": "index", "task": "t", "in": "u", "colour": "red"}]},
    {"launches": [4]},
    {"complete": None},
]


@pytest.mark.parametrize("data", BAD, ids=str)
def test_json_that_is_no_analysis(data: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        analysis_from_json(data)
