"""A run of several ranks that fails says which rank, how, and why; and nothing is left behind."""

import os
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mapc.guide.feedback import Feedback
from mapc.guide.guide import guide_run
from mapc.guide.score import CheckSpec, ScoreSpec
from mapc.legion import rank_folders
from mapc.legion import ranks as ranks_module
from mapc.legion.guard import members
from tests.ranks.conftest import PROGRAM, Ran

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

LONG = "-steps 2000 -nap 5"  # longer than any test waits
MARK = "MAPC_TEST_MARK"


def processes(mark: str, rank: int | None = None) -> list[int]:
    """Return the processes of the program that carry a mark, of one rank or of all."""
    wanted = {f"{MARK}={mark}".encode()} | ({f"MAPC_RANK={rank}".encode()} if rank else set())
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            settings = set((folder / "environ").read_bytes().split(b"\0"))
        except OSError:
            continue
        if wanted <= settings:
            found.append(int(folder.name))
    return found


@pytest.fixture
def mark(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """Give a mark for the processes of one test, and see that nothing of it is left."""
    assert tmp_path.is_dir()  # made before the next lines move the place for temporary files
    own = uuid.uuid4().hex
    folder = Path(tempfile.mkdtemp(prefix="mapc-test-"))
    shared = Path(tempfile.mkdtemp(prefix="mapc-test-", dir=rank_folders.SHARED_MEMORY))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(rank_folders, "SHARED_MEMORY", shared)
    yield own
    assert processes(own) == []
    folder.rmdir()  # empty: the sockets are gone, and the folders that they were in
    shared.rmdir()  # and the memory that ranks shared


def explain(ran: Ran, *, ranks: int = 2, mapper: bool = True) -> Feedback:
    return guide_run(
        ran.outcome,
        score=ScoreSpec(),
        check=CheckSpec(success="^right "),
        policy=None,
        machine=None,
        records=ran.records,
        mapper=mapper,
        ranks=ranks,
    )


class Running:
    """A run in another thread, and when it was over."""

    def __init__(self, work: Callable[[], Ran]) -> None:
        self.ran: Ran | None = None
        self.ended = 0.0
        self._work = work
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        self.ran = self._work()
        self.ended = time.monotonic()

    def result(self) -> Ran:
        self._thread.join(120)
        assert self.ran is not None
        return self.ran


@pytest.mark.parametrize(("ranks", "victim"), [(2, 1), (4, 2)])
def test_a_killed_rank_ends_the_run(
    ranks: int,
    victim: int,
    mark: str,
    tmp_path: Path,
    run: Callable[..., Ran],
    tell: Callable[[str], None],
) -> None:
    running = Running(lambda: run("", f"{LONG} -touch {tmp_path}/on", ranks=ranks, **{MARK: mark}))
    deadline = time.monotonic() + 60
    while not (tmp_path / f"on.{victim}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    (process,) = processes(mark, victim)
    killed = time.monotonic()
    os.kill(process, signal.SIGKILL)
    ran = running.result()
    seconds = running.ended - killed
    assert seconds < 2
    outcome = ran.outcome
    assert (outcome.failed_rank, outcome.signal, outcome.exit_code) == (
        victim,
        signal.SIGKILL,
        None,
    )
    assert [end.stopped for end in outcome.ranks] == [rank != victim for rank in range(ranks)]
    first = explain(ran, ranks=ranks).diagnostics[0]
    assert first.code.id == "MAP640"
    assert first.message.startswith(f"rank {victim} of {ranks} ended by SIGKILL, and mapc ended")
    assert f"rank {victim} said: ran " in first.help
    tell(f"rank {victim} of {ranks} killed: the run was over after {seconds:.2f} s")


def test_a_rank_that_gives_up(
    mark: str, tmp_path: Path, run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 100)  # no socket has a path that long: another place is found
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    ran = run("", "-exit-on 1", **{MARK: mark})
    assert (ran.outcome.failed_rank, ran.outcome.exit_code) == (1, 3)
    assert ran.outcome.seconds < 30
    first = explain(ran).diagnostics[0]
    assert (first.code.id, first.severity.value) == ("MAP640", "error")
    assert first.message == "rank 1 of 2 failed: exit code 3, and mapc ended the other"
    assert "rank 1 said: node 1 has had enough" in first.help.splitlines()


def test_a_rank_that_aborts(mark: str, run: Callable[..., Ran]) -> None:
    ran = run("", "-fail-on 0", **{MARK: mark})
    assert (ran.outcome.failed_rank, ran.outcome.signal) == (0, signal.SIGABRT)
    feedback = explain(ran)
    assert feedback.outcome_class.value == "crash"
    assert [d.code.id for d in feedback.diagnostics] == ["MAP640", "MAP617"]


def test_a_rank_that_hangs(mark: str, run: Callable[..., Ran]) -> None:
    ran = run("", "-hang-on 1", timeout=5, **{MARK: mark})
    assert ran.outcome.timed_out
    assert 5 <= ran.outcome.seconds < 8
    assert ran.outcome.failed_rank is None
    assert explain(ran).diagnostics[0].code.id == "MAP618"


def test_ranks_that_need_too_much_memory(mark: str, run: Callable[..., Ran]) -> None:
    ran = run("", LONG, memory_limit=50_000_000, **{MARK: mark})
    assert ran.outcome.memory_exceeded
    assert ran.outcome.failed_rank is None
    assert all(end.stopped for end in ran.outcome.ranks)
    assert explain(ran).outcome_class.value == "oom"


def test_an_interrupted_run(mark: str, run: Callable[..., Ran]) -> None:
    cancel = threading.Event()
    timer = threading.Timer(1.5, cancel.set)
    timer.start()
    ran = run("", LONG, cancel=cancel, **{MARK: mark})
    timer.join()
    assert ran.outcome.interrupted
    assert ran.outcome.seconds < 10
    assert ran.outcome.ending == "interrupted"


def test_ranks_end_with_mapc(mark: str, mapc: Any, tmp_path: Path) -> None:
    """Killed without a chance to clean up, mapc leaves no process behind."""
    mapc.environment |= {MARK: mark, "TMPDIR": tempfile.gettempdir()}
    arguments = [*LONG.split(), "-touch", f"{tmp_path}/on"]
    running = mapc.start("run", PROGRAM.parent, "--ranks", "2", "--", *arguments)
    deadline = time.monotonic() + 60
    while not (tmp_path / "on.1").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(processes(mark)) > 2
    running.kill()
    running.wait(10)
    deadline = time.monotonic() + 10
    while processes(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes(mark) == []
    # An empty folder is all that a killed mapc can leave; it goes with a run of another day.
    for left in Path("/dev/shm").glob(f"mapc-ranks-{running.pid}-*"):
        assert list(left.iterdir()) == []
        two_days_ago = time.time() - 2 * 86_400
        os.utime(left, (two_days_ago, two_days_ago))
        rank_folders._sweep(left.parent)
        assert not left.exists()


def test_a_plugin_that_is_not_there(
    mark: str, run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranks_module, "bootstrap_plugin", lambda: Path("/nowhere/plugin.so"))
    ran = run("", **{MARK: mark})
    assert not ran.outcome.ok
    feedback = explain(ran)
    assert feedback.outcome_class.value == "load"
    assert "MAP632" in [d.code.id for d in feedback.diagnostics]
    assert "/nowhere/plugin.so" in ran.output


@pytest.mark.parametrize("text", ["", None], ids=["mapper", "no mapper"])
def test_ranks_that_run_alone_are_no_success(
    text: str | None, mark: str, run: Callable[..., Ran]
) -> None:
    """A bootstrap can fail silently: every process ends with exit code 0 and the right answer."""
    ran = run(text, network="none", **{MARK: mark})
    assert ran.outcome.ok
    assert ran.output.count("right sum") == 2
    feedback = explain(ran, mapper=text is not None)
    assert feedback.score is None
    assert [d.code.id for d in feedback.diagnostics] == ["MAP632"]
    assert "2 ranks were started, but each found 1" in feedback.diagnostics[0].message


def test_ranks_that_say_nothing_are_no_success(mark: str, run: Callable[..., Ran]) -> None:
    """A confirmation that is missing counts as none."""
    ran = run(None, **{MARK: mark})
    assert explain(ran, mapper=False).outcome_class.value == "ok"
    assert explain(ran, mapper=False, ranks=3).diagnostics[0].code.id == "MAP632"
    silent = guide_run(
        ran.outcome,
        score=ScoreSpec(),
        check=CheckSpec(),
        policy=None,
        machine=None,
        records=[{"event": "nothing"}],
        mapper=False,
        ranks=2,
    )
    assert "but none tells of others" in silent.diagnostics[0].message


def test_no_member_of_our_own_is_left() -> None:
    """Guards of finished runs are gone, not only their programs."""
    assert [p for p in members(os.getpid()) if b"guard.py" in _command(p)] == []


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
