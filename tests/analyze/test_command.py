"""`mapc analyze`: what it takes, what it prints, and what it says of what is wrong."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mapc.analyze.commands import command
from mapc.analyze.database import nearest_database, read_database
from mapc.analyze.result import Analysis
from mapc.cli.compiler_messages import diagnostics_of
from mapc.cli.sources import asked_for
from mapc.text import MapcError, Severity
from tests.conftest import Mapc

GOLDEN = Path(__file__).parent.parent / "golden" / "analyze"
FLAGS = ("-std=c++17",)
Golden = Callable[[Path, str], None]


@pytest.fixture
def waves(mapc: Mapc) -> Mapc:
    """A folder with a small program in it."""
    shutil.copy(GOLDEN / "waves.cc", mapc.folder)
    return mapc


# What is printed -------------------------------------------------------------------------------


@pytest.mark.needs_legion
def test_text_and_json(waves: Mapc, golden: Golden) -> None:
    text = waves("analyze", "waves.cc")
    assert (text.returncode, text.stderr) == (0, "")
    golden(GOLDEN / "waves.txt", text.stdout)
    # Also from elsewhere, and with other seeds of hashes, the same.
    found = waves("analyze", waves.folder, "--format", "json", PYTHONHASHSEED="7")
    assert (found.returncode, found.stderr) == (0, "")
    golden(GOLDEN / "waves.json", found.stdout)
    again = waves("analyze", "./waves.cc", "--format", "json", "--", "-Wall", PYTHONHASHSEED="8")
    assert again.stdout == found.stdout
    drawn = waves("analyze", "waves.cc", "--format", "dot")
    assert (drawn.returncode, drawn.stderr) == (0, "")
    assert drawn.stdout.startswith("digraph ")


@pytest.mark.needs_legion
def test_the_contract(waves: Mapc) -> None:
    found = json.loads(waves("analyze", "waves.cc", "--format", "json").stdout)
    assert {"tasks", "launches", "flows", "diagnostics"} <= set(found)
    task = next(one for one in found["tasks"] if one["name"] == "step")
    assert (task["id"], task["function"], task["origin"]) == (2, "step", "source")
    (variant,) = task["variants"]
    flags = {name: variant[name] for name in ("kind", "leaf", "inner", "idempotent", "replicable")}
    assert flags == {
        "kind": "CPU", "leaf": True, "inner": False, "idempotent": False, "replicable": False
    }  # fmt: skip
    launch = found["launches"][0]
    names = ("kind", "task", "in", "dim", "file", "line")
    assert [launch[name] for name in names] == ["index", "step", "main", 1, "waves.cc", 43]
    (requirement,) = launch["requirements"]
    names = ("index", "region", "partition", "privilege", "coherence", "redop", "fields")
    assert [requirement[name] for name in names] == [
        0, "string", "pieces", "READ_WRITE", "EXCLUSIVE", "", ["height", "speed"]
    ]  # fmt: skip


@pytest.mark.needs_legion
def test_sources_that_do_not_compile(mapc: Mapc) -> None:
    text = (GOLDEN / "waves.cc").read_text()
    text = text.replace('#include "legion.h"', '#include "missing.h"\n#include "legion.h"')
    text = text.replace("const int parts = 4;", "const int parts = 4; /* ä */ no_such;")
    (mapc.folder / "waves.cc").write_text(text, encoding="utf-8")
    done = mapc("analyze", "waves.cc")
    assert done.returncode == 0, "most of it was understood"
    assert "warning[MAP831]: 'missing.h' file not found\n --> waves.cc:3:10\n" in done.stderr
    assert "warning[MAP831]: use of undeclared identifier 'no_such'" in done.stderr
    assert " --> waves.cc:20:32\n" in done.stderr, "columns are characters, not bytes"
    assert "index launch:      by main, 4 points, in a loop   (waves.cc:44)" in done.stdout
    found = json.loads(mapc("analyze", "waves.cc", "--format", "json").stdout)
    assert [one["line"] for one in found["diagnostics"]] == [3, 20]
    assert {one["severity"] for one in found["diagnostics"]} == {"warning"}


def analyze(mapc: Mapc, *arguments: str | Path) -> tuple[int, str, str]:
    done = mapc("analyze", *arguments)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def plain(mapc: Mapc) -> Mapc:
    """A folder with a database, so that no Legion is needed."""
    (mapc.folder / "plain.cc").write_text("int x = ;\n")
    entry = {"directory": ".", "file": "plain.cc", "command": "g++ -c plain.cc"}
    (mapc.folder / "compile_commands.json").write_text(json.dumps([entry]))
    return mapc


def test_nothing_understood(plain: Mapc) -> None:
    code, out, err = analyze(plain, "plain.cc")
    assert (code, out) == (1, "")
    assert err.startswith("error[MAP831]: expected expression\n --> plain.cc:1:9\n")
    code, out, err = analyze(plain, ".", "--format", "json")
    assert (code, err) == (1, "")
    assert [one["code"] for one in json.loads(out)["diagnostics"]] == ["MAP831"]


def test_no_tasks(plain: Mapc) -> None:
    (plain.folder / "plain.cc").write_text("int x = 1;\n")
    assert analyze(plain, "plain.cc") == (
        0, "no task is registered or launched in these sources\n", ""
    )  # fmt: skip


def test_many_errors_are_not_all_shown() -> None:
    messages = tuple(
        {"severity": "error", "text": f"e{n}", "file": "", "line": 0, "column": 0}
        for n in range(30)
    )
    told = diagnostics_of(Analysis(messages=messages))
    assert len(told) == 21
    assert told[-1].message == "10 more errors of the compiler are not shown"
    assert {one.severity for one in told} == {Severity.ERROR}


def test_a_source_that_changed_since() -> None:
    """A place that is no more in the file is no place."""
    message = {"severity": "error", "text": "odd", "file": __file__, "line": 10**6, "column": 1}
    (told,) = diagnostics_of(Analysis(messages=(message,)))
    assert (told.span, told.message) == (None, f"{__file__}: odd")


def test_no_libclang(plain: Mapc, tmp_path: Path) -> None:
    (tmp_path / "libclang.so").write_text("no library")
    for name, told in (("gone.so", "which is no file"), ("libclang.so", "does not load")):
        done = plain("analyze", "plain.cc", MAPC_LIBCLANG=str(tmp_path / name))
        assert (done.returncode, done.stdout) == (3, "")
        assert "error[MAP830]: " in done.stderr
        assert told in done.stderr
        assert "Traceback" not in done.stderr


# What it takes ---------------------------------------------------------------------------------


ONE_SENTENCE: dict[str, tuple[list[str], str]] = {
    "no file": (["gone.cc"], "error[MAP832]: there is no source, folder or application `gone.cc`"),
    "a typo": (["circiut"], "did you mean the application `circuit`?"),
    "no sources": (["empty"], "error[MAP832]: there are no C++ sources in the folder empty"),
    "no database": (
        ["plain.cc", "--compile-commands", "gone.json"],
        "error[MAP808]: cannot read gone.json: no such file or directory",
    ),
    "a database without it": (
        ["empty", "--compile-commands", "compile_commands.json"],
        "error[MAP832]: compile_commands.json has no C++ source `empty`",
    ),
    "nothing": ([], "name sources, a folder or an application"),
    "a run of a source": (["plain.cc", "--run"], "--run needs one application"),
}


@pytest.mark.parametrize(("arguments", "told"), ONE_SENTENCE.values(), ids=ONE_SENTENCE)
def test_one_sentence_each(plain: Mapc, arguments: list[str], told: str) -> None:
    (plain.folder / "empty").mkdir()
    code, out, err = analyze(plain, *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_options_behind_the_bar(plain: Mapc) -> None:
    (plain.folder / "plain.cc").write_text("#ifndef VALUE\n#error none\n#endif\nint x = VALUE;\n")
    assert analyze(plain, "plain.cc")[0] == 1
    assert analyze(plain, "plain.cc", "--", "-DVALUE=3")[0] == 0
    assert analyze(plain, "plain.cc", "--", "-D", "VALUE=3", "-Wall")[0] == 0
    # The words behind it are never sources or options of mapc.
    assert analyze(plain, "plain.cc", "--", "-DVALUE=3", "other.cc", "--format", "json")[2] == ""


def test_flags_that_matter(tmp_path: Path) -> None:
    given = "-I inc -I/abs/../a -isystem sys -DA=1 -D B -U C -O3 -Wall -march=native -c -o x.o"
    made = command(Path("x.cc"), [*given.split(), "-std=gnu++20", "-include", "pre.h"], tmp_path)
    assert made.source == tmp_path / "x.cc"
    inc, sys = tmp_path / "inc", tmp_path / "sys"
    assert made.flags == (
        f"-I{inc}", "-I/a", f"-isystem{sys}", "-DA=1", "-DB", "-UC", "-includepre.h", "-std=gnu++20"
    )  # fmt: skip
    (tmp_path / "pre.h").touch()
    assert command(Path("x.cc"), ["-include", "pre.h"], tmp_path).flags == (
        f"-include{tmp_path / 'pre.h'}", *FLAGS
    )  # fmt: skip
    assert command(Path("x.cc"), ["-I"], tmp_path).flags == FLAGS


# Databases -------------------------------------------------------------------------------------


def write(file: Path, data: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


def test_both_forms_of_a_database(tmp_path: Path) -> None:
    entries = [
        {"directory": str(tmp_path / "build"), "file": "../a.cc",
         "command": 'g++ -I../include -DNAME=\\"x\\" -c ../a.cc'},
        {"directory": "build", "file": str(tmp_path / "b.cpp"),
         "arguments": ["clang++", "-Iinclude", "-std=c++20"]},
        {"directory": ".", "file": "b.cpp", "arguments": ["clang++", "-DAGAIN"]},
        {"directory": ".", "file": "c.f90", "command": "gfortran c.f90"},
        {"file": "d.cc"},
    ]  # fmt: skip
    found = read_database(write(tmp_path / "compile_commands.json", entries))
    assert [(one.source.name, one.flags) for one in found] == [
        ("a.cc", (f"-I{tmp_path / 'include'}", '-DNAME="x"', *FLAGS)),
        ("b.cpp", (f"-I{tmp_path / 'build' / 'include'}", "-std=c++20")),
        ("d.cc", FLAGS),
    ]
    assert all(one.source.parent == tmp_path for one in found)


BAD: dict[str, Any] = {
    "not JSON": b"[{",
    "not UTF-8": b"\xff\xfe[]",
    "deep": b"[" * 100_000,
    "an object": {"file": "a.cc"},
    "a number": [3],
    "no file": [{"directory": "."}],
    "a number for a file": [{"file": 3}],
    "a zero byte": [{"file": "a\0.cc"}],
    "numbers for words": [{"file": "a.cc", "arguments": ["g++", 3]}],
    "an open quote": [{"file": "a.cc", "command": "g++ 'a"}],
    "an object for words": [{"file": "a.cc", "command": {}}],
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_bad_databases(tmp_path: Path, data: Any) -> None:
    file = tmp_path / "compile_commands.json"
    file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    with pytest.raises(MapcError) as raised:
        read_database(file)
    (told,) = raised.value.diagnostics
    assert told.code.id == "MAP833"
    assert str(file) in told.message


def test_the_nearest_database(tmp_path: Path) -> None:
    source = tmp_path / "p" / "src" / "deep" / "a.cc"
    source.parent.mkdir(parents=True)
    outer = write(tmp_path / "compile_commands.json", [])
    assert nearest_database(source) == outer
    built = write(tmp_path / "p" / "build" / "compile_commands.json", [])
    assert nearest_database(source) == built


def test_databases_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.cc", "b.cc", "lib/c.cc"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    entries = [
        {"directory": ".", "file": name, "command": f"g++ -D{name[-4].upper()}"}
        for name in ("a.cc", "b.cc", "lib/c.cc")
    ]
    file = write(tmp_path / "compile_commands.json", entries)

    def flags(*names: str, database: Path | None = None) -> list[str]:
        asked = asked_for(names, ["-DMORE"], database)
        assert all(one.flags[1:] == (*FLAGS, "-DMORE") for one in asked.commands)
        return [one.flags[0] for one in asked.commands]

    assert flags(".") == ["-DA", "-DB", "-DC"]
    assert flags("b.cc", "lib/../b.cc") == ["-DB"], "each source once"
    assert flags("lib/c.cc", "a.cc") == ["-DC", "-DA"]
    other = file.rename(tmp_path / "other.json")
    assert flags(database=other) == ["-DA", "-DB", "-DC"]
    assert flags("lib", database=other) == ["-DC"]
    assert flags("a.cc", database=other) == ["-DA"]


# Applications ----------------------------------------------------------------------------------


@pytest.mark.needs_legion
def test_applications(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ours = asked_for(["circuit"], [], None)
    assert ours.application is not None
    assert "main.cc" in {one.source.name for one in ours.commands}
    names = {Path(flag[2:]).name for flag in ours.commands[0].flags if flag[:2] == "-I"}
    assert {"circuit", "common", "include"} <= names, "its own folders, and that of mapc/gpu.h"
    assert any(flag.startswith("-isystem") for flag in ours.commands[0].flags)
    folder = ours.application.folder
    assert asked_for([str(folder)], [], None) == ours
    assert asked_for([str(folder / "app.toml")], [], None) == ours
    # A single source of an application is read as the application is.
    (main,) = asked_for([os.path.relpath(folder / "main.cc")], [], None).commands
    assert main in ours.commands
    assert asked_for(["circuit", str(folder / "main.cc")], [], None).application is None


def test_an_application_that_builds_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app.toml").write_text(
        '[app]\nname = "own"\n[build]\ncommand = "make"\nbinary = "own"\n'
    )
    (tmp_path / "own.cc").touch()
    write(tmp_path / "build" / "compile_commands.json", [
        {"directory": "..", "file": "own.cc", "command": "g++ -DOWN"}
    ])  # fmt: skip
    (one,) = asked_for([str(tmp_path)], [], None).commands
    assert one.flags == ("-DOWN", *FLAGS)


@pytest.mark.slow
@pytest.mark.needs_legion
def test_a_run_adds_what_sources_do_not_say(mapc: Mapc) -> None:
    words = ("analyze", "circuit", "--format", "json")
    source = json.loads(mapc(*words).stdout)
    done = mapc(*words, "--run", "--preset", "smoke", "--machine", "host")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for launch in found["launches"]:
        assert launch["origin"] == "source"
        if launch["kind"] == "index":
            assert (launch["dim"], launch["domain_origin"]) == (1, "run")
            assert launch["seen"]["domains"] == [launch["domain"]]
        assert len(launch["seen"]["bytes"]) == len(launch["requirements"])
        assert launch["seen"]["origin"] == "run"
    assert all(task["seen"]["count"] >= 1 for task in found["tasks"])
    # Nothing else is different.
    for kind in ("tasks", "launches"):
        for one in (*found[kind], *source[kind]):
            for name in ("seen", "domain", "domain_origin"):
                one.pop(name, None)
    assert found == source
