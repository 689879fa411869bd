"""Bad input costs little and ends in a diagnostic: never a traceback, never a hang."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from mapc.text.read import MOST_BYTES
from tests.bad_input.hostile import HEAVY, QUICK, Case
from tests.conftest import Mapc

MOST_SECONDS = 5.0
MOST_KILOBYTES = 500_000
GUARD_BYTES = 3 * 10**9
"""The address space of a process that goes wrong."""

# A process counts as large as the one that started it was, and pytest may be large: so a small one
# starts it, and measures.
MEASURE = f"""
import resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_AS, ({GUARD_BYTES}, {GUARD_BYTES}))
code = subprocess.call(sys.argv[2:])
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=file)
sys.exit(code if code >= 0 else 128 - code)
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it cost; the time is that of the processor."""

    code: int
    out: str
    err: str
    seconds: float
    kilobytes: int

    def codes(self) -> set[str]:
        return set(re.findall(r"MAP\d{3}", self.out + self.err))


def measured(mapc: Mapc, *arguments: str | Path) -> Ended:
    """Run a command, which must end in time, without a traceback."""
    out, err, cost = (mapc.folder / name for name in ("out", "err", "cost"))
    command = [sys.executable, "-m", "mapc", *map(str, arguments)]
    with out.open("wb") as out_file, err.open("wb") as err_file:
        process = subprocess.Popen(
            [sys.executable, "-S", "-c", MEASURE, cost, *command],
            cwd=mapc.folder,
            env=mapc.environment,
            stdin=subprocess.DEVNULL,
            stdout=out_file,
            stderr=err_file,
            start_new_session=True,
        )
        timer = threading.Timer(120, lambda: os.killpg(process.pid, signal.SIGKILL))
        timer.start()
        code = process.wait()
        timer.cancel()
    assert cost.exists(), f"it did not end by itself: {code}"
    seconds, kilobytes = cost.read_text().split()
    ended = Ended(
        code=code,
        out=out.read_text(encoding="utf-8"),
        err=err.read_text(encoding="utf-8"),
        seconds=float(seconds),
        kilobytes=int(kilobytes),
    )
    assert "Traceback" not in ended.err, ended.err[-2000:]
    assert ended.code in {0, 1, 2}, (ended.code, ended.err[-2000:])
    assert ended.seconds < MOST_SECONDS, ended.seconds
    assert ended.kilobytes < MOST_KILOBYTES, ended.kilobytes
    assert len(ended.out) + len(ended.err) < 10**6
    return ended


def check_case(mapc: Mapc, case: Case) -> None:
    text, code = case
    data = text()
    path = mapc.folder / "bad.mapl"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    ended = measured(mapc, "check", path)
    assert ended.code == 1
    assert code in ended.codes(), ended.err[:2000]


@pytest.mark.parametrize("name", QUICK)
def test_bad_input(mapc: Mapc, name: str) -> None:
    check_case(mapc, QUICK[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", HEAVY)
def test_heavy_input(mapc: Mapc, name: str) -> None:
    check_case(mapc, HEAVY[name])


# --- what is no file ---


def test_binary_file(mapc: Mapc) -> None:
    """The interpreter itself: too large, or not UTF-8."""
    ended = measured(mapc, "check", Path(sys.executable).resolve())
    assert ended.code == 1
    assert ended.codes() & {"MAP102", "MAP808"}


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
def test_endless_device(mapc: Mapc, device: str) -> None:
    ended = measured(mapc, "check", "--format", "json", device)
    assert ended.code == 1
    (found,) = json.loads(ended.out)["diagnostics"]
    assert found["code"] == "MAP808"
    assert str(MOST_BYTES) in found["message"]


def test_endless_standard_input(mapc: Mapc) -> None:
    with Path("/dev/zero").open("rb") as stream:
        result = subprocess.run(
            [sys.executable, "-m", "mapc", "check", "-"],
            stdin=stream,
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert result.returncode == 1
    assert b"MAP808" in result.stderr


def test_pipe_without_writer(mapc: Mapc) -> None:
    path = mapc.folder / "pipe"
    os.mkfifo(path)
    ended = measured(mapc, "check", path)
    assert ended.code == 2
    assert "MAP808" in ended.codes()


def test_pipe_with_writer(mapc: Mapc) -> None:
    path = mapc.folder / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("Task a GPUX;\n" * 10_000,))
    writer.start()
    ended = measured(mapc, "check", path)
    writer.join()
    assert ended.code == 1
    assert "MAP208" in ended.codes()


@pytest.mark.parametrize("name", [".", "nothing.mapl"])
def test_unreadable(mapc: Mapc, name: str) -> None:
    ended = measured(mapc, "check", name)
    assert ended.code == 2
    assert "MAP808" in ended.codes()


def test_name_that_is_no_text(mapc: Mapc) -> None:
    """A name that no encoding has can be printed."""
    path = Path(os.fsdecode(bytes(mapc.folder) + b"/\xff.mapl"))
    path.write_text("Task a GPU;\n")
    for encoding in ("utf-8", "ascii"):
        result = mapc("check", path, PYTHONIOENCODING=encoding)
        assert result.returncode == 0, result.stderr


# --- what is printed ---


def test_many_findings_are_counted(mapc: Mapc) -> None:
    path = mapc.folder / "many.mapl"
    path.write_text("".join(f"x{i} = yy{i};\n" for i in range(5000)))
    text = measured(mapc, "check", path)
    assert text.err.count("error[MAP201]") == 50
    assert "... and 9950 more\n" in text.err
    assert text.err.endswith("5000 errors, 5000 notes\n")
    found = json.loads(measured(mapc, "check", "--format", "json", path).out)
    errors = [d for d in found["diagnostics"] if d["severity"] == "error"]
    assert [d["line"] for d in errors] == list(range(1, 1001)), "the first stand"
    assert found["omitted"] == {"error": 4000, "note": 4000}


def test_errors_come_before_notes(mapc: Mapc) -> None:
    """Fifty notes do not hide the one error behind them."""
    path = mapc.folder / "notes.mapl"
    path.write_text("".join(f"x{i} = {i};\n" for i in range(100)) + "Task a GPUX;\n")
    assert "error[MAP208]" in measured(mapc, "check", path).err


# --- evaluation ---


@pytest.mark.parametrize(
    ("method", "count"), [("auto_split", 40), ("decompose", 60), ("greedy_split", 900_000)]
)
def test_splits_with_too_many_choices(mapc: Mapc, method: str, count: int) -> None:
    view = f"m.{method}(0, range({count}))"
    ended = place(mapc, f"{view}[*tuple(0 for i in range({count} + 1))]", nodes=524_288)
    assert ended.code == 1
    assert "MAP356" in ended.codes()


@pytest.mark.parametrize("nodes", [524_288, 720_720, 999_983])
@pytest.mark.parametrize("count", [2, 7, 17, 60])
def test_balance_split_needs_no_limit(mapc: Mapc, nodes: int, count: int) -> None:
    indices = ", ".join("0" * count)
    ended = place(mapc, f"m.merge(0, 1).balance_split(0, {count})[{indices}]", nodes, 720_720)
    assert ended.code == 0


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("m[*, *]", "MAP356"),
        ("m[0, 9223372036854775807 + t.ipoint[0]]", "MAP509"),
        ("m[f(1), 0]", "MAP355"),
        ("m[0, t.ipoint[0] * 9223372036854775807 + 9223372036854775807 + 1]", "MAP351"),
    ],
)
def test_launches_that_fail(mapc: Mapc, expression: str, code: str) -> None:
    ended = place(mapc, expression, nodes=10**6, procs=10**6)
    assert ended.code == 1
    assert code in ended.codes()


def test_huge_launch(mapc: Mapc) -> None:
    ended = place(mapc, "m[0, 0]", domain="1000000000,1000000000")
    assert ended.code == 2
    assert ended.codes() == {"MAP813"}


@pytest.mark.parametrize(
    "statement",
    ["x# = sum(range(4000000));", "x# = range(3000000);", 'print("{}", range(900000));'],
)
def test_many_statements_that_take_long(mapc: Mapc, statement: str) -> None:
    """Checking leaves them to later, which has a limit, too."""
    path = mapc.folder / "burn.mapl"
    path.write_text("".join(statement.replace("#", str(i)) + "\n" for i in range(1000)))
    assert measured(mapc, "check", path).code == 0
    ended = measured(mapc, "check", "--run-prints", path)
    assert ended.code == 1
    assert "MAP356" in ended.codes()


def place(mapc: Mapc, expression: str, nodes: int = 2, procs: int = 4, domain: str = "4") -> Ended:
    """Evaluate one placement."""
    path = mapc.folder / "place.mapl"
    path.write_text(
        "m = Machine(GPU);\n"
        "def f(int n) { return n < 0 ? 0 : f(n + 1); }\n"
        f"def e(Task t) {{ return {expression}; }}\nIndexTaskMap a e;\n"
    )
    options = ("--task", "a", "--nodes", str(nodes), "--procs", str(procs), "--domain", domain)
    return measured(mapc, "place", path, *options)
