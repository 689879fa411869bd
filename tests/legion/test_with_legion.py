"""The whole way on the real runtime: build an application and mappers, load, run, read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mapc.legion.app_build import BuiltApplication, build_application
from mapc.legion.app_file import read_application
from mapc.legion.compile import build_mapper
from mapc.legion.logs import Level, log_records, mapper_records
from mapc.legion.machines import find_machine
from mapc.legion.outcome import Outcome
from mapc.legion.run import run_application
from mapc.legion.runtime import LegionRuntime

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

PROGRAMS = Path(__file__).resolve().parent / "programs"
MAPPER = (PROGRAMS / "probe_mapper.cc").read_text()


@pytest.fixture(scope="module")
def tiny(legion: LegionRuntime) -> BuiltApplication:
    return build_application(read_application(PROGRAMS / "tiny" / "app.toml"), legion)


class Runner:
    """Runs tiny on the host."""

    def __init__(self, app: BuiltApplication, legion: LegionRuntime) -> None:
        self.app = app
        self.legion = legion

    def __call__(self, *args: str, **settings: object) -> Outcome:
        return run_application(self.app, self.legion, find_machine("host"), args=args, **settings)  # type: ignore[arg-type]


@pytest.fixture
def run(tiny: BuiltApplication, legion: LegionRuntime) -> Runner:
    return Runner(tiny, legion)


def test_the_runtime_that_is_installed(legion: LegionRuntime) -> None:
    assert legion.version.startswith("2")
    assert all(folder.is_dir() for folder in (*legion.include_dirs, *legion.ld_library_path))


def test_an_application_with_its_own_mapper(run: Runner) -> None:
    outcome = run()
    assert outcome.ok, outcome.output
    assert "SUCCESS" in outcome.output.splitlines()
    assert outcome.max_rss > 50_000_000
    assert all(r.level < Level.FATAL for r in log_records(outcome.output))


def test_a_mapper_is_built_loaded_and_asked(run: Runner) -> None:
    built = build_mapper(MAPPER, "probe", runtime=run.legion)
    assert built.ok, built.text
    assert built.library is not None
    assert built.library.name == "libprobe.so"
    outcome = run(mapper=built.library)
    assert outcome.ok, outcome.output
    records = mapper_records(outcome.output)
    assert {json.dumps(r) for r in records} >= {
        '{"task": "fill"}',
        '{"task": "sum"}',
    }


def test_the_same_mapper_without_a_precompiled_header(run: Runner) -> None:
    plain = build_mapper(MAPPER, "probe", runtime=run.legion, plain=True)
    again = build_mapper(MAPPER, "probe", runtime=run.legion, plain=True)
    assert plain.ok, plain.text
    assert again.cached
    assert run(mapper=plain.library).ok


def test_a_mapper_that_does_not_compile(legion: LegionRuntime) -> None:
    built = build_mapper(f"{MAPPER}\nint wrong = nothing;\n", "wrong", runtime=legion)
    assert not built.ok
    assert built.library is None
    line = MAPPER.count("\n") + 2
    assert f"wrong.cc:{line}:13: error: 'nothing' was not declared" in built.text


def test_a_mapper_that_does_not_link(legion: LegionRuntime) -> None:
    built = build_mapper(f"{MAPPER}\nint f(); int wrong = f();\n", "wrong", runtime=legion)
    assert not built.ok
    assert "undefined reference to `f()'" in built.text


def test_a_mapper_whose_decision_legion_rejects(run: Runner) -> None:
    source = MAPPER.replace("output.slices.push_back", "if (false) output.slices.push_back")
    built = build_mapper(source, "empty", runtime=run.legion)
    assert built.ok, built.text
    outcome = run(mapper=built.library, timeout=30)
    assert not outcome.ok
    errors = [r for r in log_records(outcome.output) if r.text.startswith("LEGION MAPPER EXC")]
    assert "slice_task" in errors[0].text
    assert "fill" in errors[0].text
    assert any("top_level" in line for line in errors[0].details)


def test_a_crash(run: Runner) -> None:
    outcome = run("-crash")
    assert outcome.ending == "ended by SIGSEGV"


def test_a_hang(run: Runner) -> None:
    outcome = run("-hang", timeout=3)
    assert outcome.timed_out
    assert outcome.seconds < 8


def test_too_much_memory(run: Runner) -> None:
    outcome = run("-hang", memory_limit=20_000_000, timeout=30)
    assert outcome.memory_exceeded


_BUILD = """
import sys
from pathlib import Path
from mapc.legion.compile import build_mapper
built = build_mapper(Path(sys.argv[1]).read_text() + sys.argv[2], "race")
assert built.ok, built.text
print(built.cached)
"""


def test_two_processes_build_one_mapper(legion: LegionRuntime, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _BUILD, str(PROGRAMS / "probe_mapper.cc"), f"// {tmp_path}\n"]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sorted(child.communicate()[0] for child in children) == ["False\n", "True\n"]
