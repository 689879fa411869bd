"""Backtraces through the generated mapper lead back to the policy.

`frames/` holds what gdb and Realm printed about real runs of the circuit with `fails.mapl`: stopped
at the division by zero in one of its functions, and with a trap put into the generated code.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mapc.cli.source_maps import source_map_of
from mapc.codegen.generate import generate
from mapc.guide import guide_log
from mapc.guide.frames import MOST_SHOWN, Frame, frames_in
from mapc.guide.sourcemap import SourceMap
from mapc.policy.load import load_policy
from mapc.policy.model import Policy
from mapc.text import Diagnostic, Reporter, Source
from mapc.text.printer import as_text

FOLDER = Path(__file__).parent / "frames"
LOGS = sorted(FOLDER.glob("*.txt"))
FAILS = FOLDER / "fails.mapl"


def policy_of(text: str, name: str = "fails.mapl") -> Policy:
    policy = load_policy(Source(name, text), Reporter())
    assert policy is not None
    return policy


@pytest.fixture
def policy() -> Policy:
    return policy_of(FAILS.read_text())


def frames_of(
    text: str, policy: Policy | None, source_map: SourceMap | None = None
) -> list[Diagnostic]:
    """Return what `mapc guide --mapping` tells about frames."""
    if source_map is None and policy is not None:
        source_map = source_map_of(policy)
    found = guide_log(text, policy, source_map=source_map).diagnostics
    return [d for d in found if d.code.id in ("MAP636", "MAP637")]


def lines(found: list[Diagnostic]) -> list[int | None]:
    return [d.span.line if d.span else None for d in found]


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_recorded_backtraces(
    log: Path, policy: Policy, golden: Callable[[Path, str], None]
) -> None:
    found = frames_of(log.read_text(encoding="utf-8"), policy)
    golden(log.with_suffix(".err"), as_text(found))
    assert lines(found)[:2] == [6, 10]


def test_what_a_frame_is() -> None:
    """Frames of gdb and of Realm, with lines and without, broken by a terminal, of threads."""
    text = """\
Thread 12 (Thread 0x7f87ca642000 (LWP 3478) "circuit"):
#0  0x00007ffff20a90a1 in __cxa_throw () from /lib/libstdc++.so.6
#3  0x00007ffff7fbc4ab in mapc::(anonymous namespace)::fails_program::block (this=0x5,
    t=...) at /build/fails_mapper.cc:64
#4  fails_program () at fails_mapper.cc:33
#5  0x1 in mapc::(anonymous namespace)::fails_program::spread(mapc::Int) const () from lib.so
#6  operator() (i=..., __closure=<optimized out>) at fails_mapper.cc:20
stack trace: 2 frames
0x00007f99502e53f2 in call_entry at /build/fails_mapper.cc:46:47
(inlined)          in block at /build/fails_mapper.cc:64:27
0x00007f995025918d at /build/libmapc_support.so
  [3] = lib.so(_ZNK4mapc12_GLOBAL__N_113fails_program5blockENS_8TaskViewE+0x12) [0x7f]
"""
    assert list(frames_in(text)) == [
        Frame(number=0, function="__cxa_throw", thread=12),
        Frame(number=3, function="block", generated=True, thread=12,
              file="/build/fails_mapper.cc", line=64),
        Frame(number=4, function="fails_program", thread=12, file="fails_mapper.cc", line=33),
        Frame(number=5, function="spread", generated=True, thread=12),
        Frame(number=6, function="operator", thread=12, file="fails_mapper.cc", line=20),
        Frame(number=0, function="call_entry", file="/build/fails_mapper.cc", line=46),
        Frame(number=1, function="block", file="/build/fails_mapper.cc", line=64),
        Frame(number=2, function=""),
        Frame(number=3, function="block", generated=True),
    ]  # fmt: skip


def test_without_lines_the_function_is_shown(policy: Policy) -> None:
    text = (
        "#3  0x1 in mapc::(anonymous namespace)::fails_program::block(mapc::TaskView) const () "
        "from libfails_mapper.so\n#4  0x2 in block () from libother.so\n"
    )
    (found,) = frames_of(text, policy)
    assert found.span is not None
    assert (found.span.line, found.span.text) == (9, "block")


def test_the_statements_outside_of_functions(policy: Policy) -> None:
    at = next(line for line, source in generate(policy, name="x").lines if source == 3)
    (found,) = frames_of(f"#2  fails_program () at fails_mapper.cc:{at}\n", policy)
    assert found.span is not None
    assert found.span.text == "cpus = Machine(CPU);"
    assert "outside of functions" in found.message


def test_an_application_s_own_mapper_is_not_ours(policy: Policy) -> None:
    own = "#1  0x1 in CircuitMapper::select_task_options (this=0x1) at circuit_mapper.cc:64\n"
    assert frames_of(own, policy) == []
    other = "#1  0x1 in block () at other.cc:64\n"
    assert frames_of(other, policy) == []
    named = SourceMap(file="other.cc", policy="fails.mapl", digest=policy.digest, pairs=((64, 10),))
    assert lines(frames_of(other, policy, named)) == [10]


def test_a_policy_that_has_changed_shows_no_wrong_lines(policy: Policy) -> None:
    text = "".join(log.read_text(encoding="utf-8") for log in LOGS)
    changed = policy_of("# a new first line\n" + FAILS.read_text())
    (found,) = frames_of(text, changed)
    assert (found.code.id, found.span) == ("MAP637", None)
    made_before = source_map_of(policy, "fails_mapper.cc")
    (found,) = frames_of("#4  block () at fails_mapper.cc:64\n", changed, made_before)
    assert found.code.id == "MAP637"


def test_without_the_policy_the_map_names_the_line(policy: Policy) -> None:
    known = source_map_of(policy, "fails_mapper.cc")
    (found,) = frames_of("#4  block () at fails_mapper.cc:64\n", None, known)
    assert found.message == "frame #4 (fails_mapper.cc:64) is in `block`, at fails.mapl:10"


def test_a_deep_recursion_is_told_in_part(policy: Policy) -> None:
    text = "".join(f"#{n}  spread () at fails_mapper.cc:56\n" for n in range(900))
    assert len(frames_of(text, policy)) == MOST_SHOWN


# --- the commands ---------------------------------------------------------------------------------


def test_a_source_map_file_serves_the_guide(mapc: Any, tmp_path: Path) -> None:
    """The C++ file may be called anything, and `mapc guide` needs no `--mapping` to name lines."""
    (tmp_path / "p.mapl").write_text(FAILS.read_text())
    arguments = ("p.mapl", "-o", "out.cc", "--source-map", "out.map.json")
    assert mapc("build", *arguments).returncode == 0
    text = (tmp_path / "out.cc").read_text().splitlines()
    at = next(n for n, line in enumerate(text, 1) if line.endswith("// p.mapl:10"))
    (tmp_path / "bt.log").write_text(f"#4  block () at /elsewhere/out.cc:{at}\n")
    done = mapc("guide", "bt.log", "--source-map", "out.map.json")
    assert "is in `block`, at p.mapl:10" in done.stderr
    done = mapc("guide", "bt.log", "--source-map", "out.map.json", "--mapping", "p.mapl")
    assert "p.mapl:10:5" in done.stderr
    assert "lin = spread(t.ipoint[0], t.ispace);\n   |     ^^^" in done.stderr


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"pairs": [[1]]}', '{"pairs": [["a", 1]], "file": "", "policy": ""}', "[" * 9],
)
def test_what_is_no_source_map_is_told(mapc: Any, tmp_path: Path, text: str) -> None:
    (tmp_path / "log").write_text("#4  block () at out.cc:1\n")
    (tmp_path / "map.json").write_text(text)
    done = mapc("guide", "log", "--source-map", "map.json")
    assert done.returncode == 2
    assert "error[MAP637]" in done.stderr
    assert "--source-map FILE.map.json" in done.stderr


def test_only_c_plus_plus_has_a_source_map(mapc: Any, tmp_path: Path) -> None:
    done = mapc("build", FAILS, "--emit", "ast", "--source-map", "x.json")
    assert done.returncode == 2
    assert not (tmp_path / "x.json").exists()


# --- real runs ------------------------------------------------------------------------------------

TRAP = ("    return i * cpus.volume()", "    __builtin_trap(); return i * cpus.volume()")


def circuit(policy: Policy, change: tuple[str, str] = ("", "")) -> tuple[list[str], dict[str, str]]:
    """Return command and environment of a small circuit with the mapper of a policy."""
    from mapc.legion.app_build import build_application
    from mapc.legion.app_file import find_application
    from mapc.legion.compile import build_mapper
    from mapc.legion.probe import host_machine
    from mapc.legion.run import command_line, run_environment
    from mapc.legion.runtime import find_runtime

    text = generate(policy, name="fails").text
    assert change[0] in text
    runtime = find_runtime()
    built = build_mapper(text.replace(*change, 1), "fails_mapper", runtime=runtime)
    assert built.library is not None, built.text
    app = build_application(find_application("circuit"), runtime)
    small = ("-npp", "20", "-wpp", "40", "-l", "1", "-i", "1", "-p", "4")
    command = command_line(app, runtime, host_machine(), small)
    return list(command), run_environment(runtime, built.library)


@pytest.mark.slow
@pytest.mark.needs_legion
@pytest.mark.skipif(shutil.which("gdb") is None, reason="gdb is not installed")
def test_gdb_stops_in_a_placement_function(policy: Policy) -> None:
    command, environment = circuit(policy)
    preload = environment.pop("LD_PRELOAD")
    script = [
        "set debuginfod enabled off", "set breakpoint pending on",
        f"set environment LD_PRELOAD {preload}", "catch throw mapc::EvaluationError", "run",
        "bt", "thread apply all bt", "kill",
    ]  # fmt: skip
    options = [word for line in script for word in ("-ex", line)]
    done = subprocess.run(
        ["gdb", "-nx", "-batch", *options, "--args", *command],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    log = done.stdout + done.stderr
    if "ptrace: Operation not permitted" in log or "Cannot create process" in log:
        pytest.skip("gdb may not start processes here")
    found = frames_of(log, policy)
    assert lines(found) == [6, 10, 6, 10], log[-3000:]
    assert ["of thread" in one.message for one in found] == [False, False, True, True]


@pytest.mark.slow
@pytest.mark.needs_legion
def test_realm_prints_frames_of_a_placement_function(policy: Policy) -> None:
    """A crash inside of the generated code, and an error that the mapper reports itself."""
    seen = {}
    for name, change in (("trap", TRAP), ("error", ("", ""))):
        command, environment = circuit(policy, change)
        done = subprocess.run(
            command,
            env={**os.environ, **environment, "REALM_BACKTRACE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode < 0
        seen[name] = done.stdout + done.stderr
    assert lines(frames_of(seen["trap"], policy)) == [6, 10], seen["trap"][-3000:]
    # The mapper catches the error of a function, so that the stack at the end is its own; its
    # record says where the function failed, and that is shown with a caret.
    (found,) = guide_log(seen["error"], policy, source_map=source_map_of(policy)).diagnostics
    assert (found.code.id, found.span and found.span.position()) == ("MAP350", (6, 5))
