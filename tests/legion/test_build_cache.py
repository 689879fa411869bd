"""The cache of compiler runs, with a shell script in the place of the compiler."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mapc.legion.build_cache import Entry, Recipe, build, entry_folder, prune
from mapc.text import MapcError

# Writes its source to the output; says so, and counts its runs.
_COMPILER = """#!/bin/sh
echo run >> "{runs}"
sleep "${{DELAY:-0}}"
case "$(cat "$1")" in
  bad) echo "$1:1:1: error: bad source" >&2; exit 1 ;;
  full) echo "ld: cannot write: No space left on device" >&2; exit 1 ;;
  killed) echo "c++: fatal error: Killed signal terminated program cc1plus" >&2; exit 1 ;;
  silent) exit 0 ;;
esac
echo "warning: none"
cp "$1" "$3"
"""


class Compiler:
    """A compiler that counts how often it runs."""

    def __init__(self, folder: Path) -> None:
        self.runs_file = folder / "runs"
        self.path = folder / "compiler"
        self.path.write_text(_COMPILER.format(runs=self.runs_file))
        self.path.chmod(0o755)

    def recipe(self, source: str, **more: object) -> Recipe:
        return Recipe(
            command=(str(self.path),), source_name="a.cc", source=source, output="a.o", **more
        )  # type: ignore[arg-type]

    @property
    def runs(self) -> int:
        return len(self.runs_file.read_text().split()) if self.runs_file.exists() else 0


@pytest.fixture
def compiler(cache: Path, tmp_path: Path) -> Compiler:
    return Compiler(tmp_path)


def test_the_same_inputs_are_compiled_once(compiler: Compiler) -> None:
    first = build(compiler.recipe("good"))
    second = build(compiler.recipe("good"))
    assert first.ok
    assert first.output.read_text() == second.output.read_text() == "good"
    assert (first.cached, second.cached, compiler.runs) == (False, True, 1)
    assert first.text == second.text == "warning: none\n"
    assert first.seconds == second.seconds


def test_every_input_counts(compiler: Compiler) -> None:
    base = compiler.recipe("good")
    others = [
        compiler.recipe("good "),
        compiler.recipe("good", tail=("-lx",)),
        compiler.recipe("good", inputs=("header",)),
        Recipe(command=(*base.command, "-O"), source_name="a.cc", source="good", output="a.o"),
        Recipe(command=base.command, source_name="b.cc", source="good", output="a.o"),
    ]
    assert len({recipe.key for recipe in (base, *others)}) == 6


def test_failures_are_remembered(compiler: Compiler) -> None:
    first, second = build(compiler.recipe("bad")), build(compiler.recipe("bad"))
    assert not first.ok
    assert first.text == second.text
    assert first.first_error == "a.cc:1:1: error: bad source"
    assert (second.cached, compiler.runs) == (True, 1)


def test_a_compiler_that_makes_nothing_failed(compiler: Compiler) -> None:
    assert not build(compiler.recipe("silent")).ok


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [("full", "MAP703", "no space left"), ("killed", "MAP701", "ended before it was done")],
)
def test_passing_failures_are_not_remembered(
    source: str, code: str, words: str, compiler: Compiler
) -> None:
    for _ in range(2):
        with pytest.raises(MapcError, match=words) as caught:
            build(compiler.recipe(source))
        assert caught.value.diagnostics[0].code.id == code
    assert compiler.runs == 2
    assert not entry_folder(compiler.recipe(source).key).exists()


def test_a_compiler_that_vanished(cache: Path) -> None:
    with pytest.raises(MapcError) as caught:
        build(Recipe(command=("no-such-compiler",), source_name="a", source="", output="b"))
    assert caught.value.diagnostics[0].code.id == "MAP701"


@pytest.mark.parametrize("harm", ["cut", "remove", "result"])
def test_broken_entries_are_made_again(harm: str, compiler: Compiler) -> None:
    entry = build(compiler.recipe("good"))
    match harm:
        case "cut":
            entry.output.write_text("go")
        case "remove":
            entry.output.unlink()
        case "result":
            (entry.folder / "result.json").write_text('{"ok": tr')
    again = build(compiler.recipe("good"))
    assert again.output.read_text() == "good"
    assert compiler.runs == 2


def test_threads_build_once(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELAY", "0.2")
    entries: list[Entry] = []
    threads = [
        threading.Thread(target=lambda: entries.append(build(compiler.recipe("good"))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert compiler.runs == 1
    assert sorted(entry.cached for entry in entries) == [False, True, True, True]


def test_processes_build_once(compiler: Compiler) -> None:
    program = (
        "import sys\n"
        "from mapc.legion.build_cache import Recipe, build\n"
        "recipe = Recipe(command=(sys.argv[1],), source_name='a.cc', source='good', output='a.o')\n"
        "print(build(recipe).cached)\n"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(compiler.path)],
            env={**os.environ, "DELAY": "0.3"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert sorted(child.communicate()[0] for child in children) == ["False\n", "True\n"]
    assert compiler.runs == 1


def test_pruning_removes_what_was_used_longest_ago(compiler: Compiler) -> None:
    entries = [build(compiler.recipe("x" * 600_000 + str(n))) for n in range(4)]
    for age, entry in enumerate(entries):
        used = time.time() - 3600 * (age + 1)
        os.utime(entry.folder / "result.json", (used, used))
    build(compiler.recipe("x" * 600_000 + "3"))  # the oldest is used again
    assert prune(3) > 2_000_000
    assert [entry.folder.exists() for entry in entries] == [True, False, False, True]


def test_pruning_spares_what_is_in_use(compiler: Compiler) -> None:
    entry = build(compiler.recipe("good"))
    assert prune(0) == 0
    assert entry.folder.exists()


def test_the_entry_says_how_it_was_made(compiler: Compiler) -> None:
    entry = build(compiler.recipe("good"))
    kept = json.loads((entry.folder / "result.json").read_text())
    assert kept["command"] == [str(compiler.path), "a.cc", "-o", "a.o"]
