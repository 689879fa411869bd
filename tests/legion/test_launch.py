"""Running programs: how they end, what is kept of their output, and that nothing is left."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mapc.legion.launch import LaunchSpec, _Watch, launch
from mapc.legion.outcome import Outcome


def shell(script: str, **settings: object) -> Outcome:
    return launch(LaunchSpec(command=("sh", "-c", script), **settings))  # type: ignore[arg-type]


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def gone(process: int) -> bool:
    """Return whether a process ends soon."""
    deadline = time.monotonic() + 5
    while alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_a_program_that_ends_well() -> None:
    outcome = shell("echo out; echo err >&2")
    assert outcome.ok
    assert sorted(outcome.output.splitlines()) == ["err", "out"]
    assert (outcome.exit_code, outcome.signal, outcome.dropped_bytes) == (0, None, 0)
    assert outcome.ending == "exit code 0"


def test_exit_codes_and_signals() -> None:
    assert shell("exit 7").exit_code == 7
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL, signal.SIGTERM):
        outcome = shell(f"kill -{int(number)} $$")
        assert (outcome.exit_code, outcome.signal) == (None, number)
        assert outcome.ending == f"ended by {number.name}"
        assert not outcome.ok


def test_a_program_that_ends_between_two_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its streams are closed already, and only then is it seen to have ended."""
    process = subprocess.Popen(["true"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.wait()
    late = iter((None, None))
    monkeypatch.setattr(process, "poll", lambda: next(late, process.returncode))
    watch = _Watch(LaunchSpec(command=("true",)), [process], time.monotonic(), None)
    watch.follow()
    watch.drain()
    assert watch.outcome([0], 0.1).ok


def test_a_program_that_is_not_there() -> None:
    outcome = launch(LaunchSpec(command=("no-such-program",)))
    assert outcome.exit_code == 127
    assert outcome.output == "no-such-program: No such file or directory\n"


def test_environment_and_folder_reach_only_the_program(tmp_path: Path) -> None:
    outcome = shell("echo $MAPC_PROBE; pwd", environment={"MAPC_PROBE": "x"}, folder=tmp_path)
    assert outcome.output == f"x\n{tmp_path}\n"
    assert "MAPC_PROBE" not in os.environ


def test_streams_are_merged_by_lines() -> None:
    """A line of the log never lands inside a line of the program."""
    outcome = shell("printf 'ELAPSED '; echo log >&2; sleep 0.1; echo log >&2; echo 'TIME = 1'")
    assert outcome.output.splitlines().count("ELAPSED TIME = 1") == 1


def test_timeout() -> None:
    outcome = shell("echo begun; sleep 60", timeout=0.5)
    assert outcome.timed_out
    assert not outcome.ok
    assert outcome.output == "begun\n"
    assert 0.5 <= outcome.seconds < 3


def test_timeout_of_a_program_that_ignores_requests() -> None:
    outcome = shell("trap '' TERM INT HUP; while :; do sleep 0.1; done", timeout=0.3, grace=0.3)
    assert outcome.timed_out
    assert outcome.signal == signal.SIGKILL
    assert outcome.seconds < 4


def test_a_program_that_closes_its_output_is_still_timed() -> None:
    assert shell("exec >&- 2>&-; sleep 60", timeout=0.4).timed_out


def test_memory_limit(python: str) -> None:
    program = "import time; x = bytearray(400_000_000); time.sleep(60)"
    outcome = launch(
        LaunchSpec(command=(python, "-c", program), memory_limit=150_000_000, timeout=30)
    )
    assert outcome.memory_exceeded
    assert not outcome.timed_out
    assert outcome.max_rss > 150_000_000
    assert outcome.ending.startswith("stopped at 0.")


def test_memory_of_all_processes_counts(python: str) -> None:
    program = "import os, time; os.fork(); os.fork(); x = bytearray(60_000_000); time.sleep(60)"
    outcome = launch(
        LaunchSpec(command=(python, "-c", program), memory_limit=150_000_000, timeout=30)
    )
    assert outcome.memory_exceeded


def test_much_output_keeps_both_ends() -> None:
    outcome = shell("echo first; yes filler | head -n 200000; echo last", output_limit=10_000)
    assert outcome.output.startswith("first\n")
    assert outcome.output.endswith("filler\nlast\n")
    assert len(outcome.output) < 100_000
    assert outcome.dropped_bytes > 1_000_000
    assert f"{outcome.dropped_bytes} bytes left out" in outcome.output


def test_output_that_is_not_text() -> None:
    assert shell(r"printf 'a\377b\n'").output == "a\ufffdb\n"


def test_left_over_processes_are_ended() -> None:
    """In the background, in another session, without parents: all go with the program."""
    outcome = shell("sleep 300 & echo $!; setsid sleep 300 & echo $!; (sleep 300 & echo $!)")
    assert outcome.ok
    left = [int(line) for line in outcome.output.split()]
    assert len(left) == 3
    assert all(gone(process) for process in left)


def test_a_killed_guard_leaves_nothing() -> None:
    """Killed by the kernel for want of memory, say; its program holds the streams open."""
    outcome = shell("sleep 300 & echo $!; kill -9 $PPID; sleep 300", timeout=20)
    assert outcome.signal == signal.SIGKILL
    assert not outcome.timed_out
    assert gone(int(outcome.output.split()[0]))


def test_cancellation() -> None:
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    outcome = launch(LaunchSpec(command=("sleep", "60")), cancel)
    assert outcome.interrupted
    assert outcome.ending == "interrupted"
    assert outcome.seconds < 3


_PARENT = """
import sys
from mapc.legion.launch import LaunchSpec, _Watch, launch
script = "echo $$ > $0; sleep 300 & echo $! >> $0; wait"
launch(LaunchSpec(command=("sh", "-c", script, sys.argv[1])))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_mapc(number: signal.Signals, tmp_path: Path) -> None:
    report = tmp_path / "processes"
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(report)], stderr=subprocess.DEVNULL
    ) as parent:
        deadline = time.monotonic() + 10
        while not report.exists() or len(report.read_text().split()) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        parent.send_signal(number)
        parent.wait(10)
    left = [int(line) for line in report.read_text().split()]
    assert all(gone(process) for process in left)


def test_other_children_of_mapc_are_left_alone() -> None:
    """Ending one program must not collect the exit code of another."""
    with subprocess.Popen(["sh", "-c", "sleep 0.2; exit 5"]) as other:
        shell("trap '' TERM; sleep 60; sleep 60", timeout=0.5, grace=0.3)
        assert other.wait() == 5


def test_many_at_once() -> None:
    outcomes: list[Outcome] = []
    threads = [
        threading.Thread(target=lambda n=n: outcomes.append(shell(f"exit {n}"))) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(o.exit_code for o in outcomes if o.exit_code is not None) == list(range(8))
