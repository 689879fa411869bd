"""Run one program to its end, within limits of time, memory and output.

Memory is watched, not limited by the kernel: `RLIMIT_AS` counts address space, of which Legion,
UCX and a CUDA driver reserve terabytes they never touch, and control groups need rights that
users of a cluster do not have. So a program can overshoot the limit for a quarter of a second.
"""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from mapc.legion import guard
from mapc.legion.capture import Capture
from mapc.legion.memory import resident_bytes
from mapc.legion.outcome import Outcome, RankEnd

_LOOK = 0.25  # seconds between looks at memory, clock and cancellation
_MOMENT = 0.05
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchSpec:
    """What to run and its limits; `environment` is added to mapc's own."""

    command: tuple[str, ...]
    folder: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None  # seconds of wall-clock time
    memory_limit: int | None = None  # bytes, of all its processes together
    output_limit: int = 16_000_000
    grace: float = 2.0  # seconds between asking a program to end and killing it


def launch(spec: LaunchSpec, cancel: threading.Event | None = None) -> Outcome:
    """Run a program and return how it ended; whatever happens, none of its processes survives.

    Setting `cancel` (from a signal handler or another thread) stops it and gives an outcome with
    `interrupted`. A `KeyboardInterrupt` stops it too and goes on to the caller.
    """
    return launch_ranks(spec, ({},), cancel)


def launch_ranks(
    spec: LaunchSpec,
    environments: Sequence[Mapping[str, str]],
    cancel: threading.Event | None = None,
) -> Outcome:
    """Run one process of a program with each of these additions to its environment.

    They are the ranks of one run: limits are for all of them together, and the first that fails
    ends the others, which would wait for it for ever.
    """
    lifeline, held = os.pipe()
    started = time.monotonic()
    try:
        processes = [_start(spec, {**spec.environment, **own}, lifeline) for own in environments]
    except BaseException:
        os.close(held)
        raise
    finally:
        os.close(lifeline)
    watch = _Watch(spec, processes, started, cancel)
    try:
        watch.follow()
    finally:
        _end(processes, spec.grace)
        os.close(held)
        codes = [_wait(process) for process in processes]
        watch.drain()
    return watch.outcome(codes, time.monotonic() - started)


def _start(
    spec: LaunchSpec, environment: Mapping[str, str], lifeline: int
) -> subprocess.Popen[bytes]:
    """Start the guard, which starts the program."""
    settings = json.dumps(dict(environment))
    return subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__, str(lifeline), settings, *spec.command],
        cwd=spec.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=(lifeline,),
        start_new_session=True,
    )


def _end(processes: Sequence[subprocess.Popen[bytes]], grace: float) -> None:
    """End what still runs, all at once, and what was left behind where a guard was killed."""
    left = [p for p in processes if p.poll() is None or p.returncode < 0]
    if left:
        with ThreadPoolExecutor(len(left)) as pool:
            list(pool.map(lambda process: guard.end(process.pid, grace), left))


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Return the guard's exit code; the guard of a program that cannot be killed is given up."""
    try:
        return process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


class _Watch:
    """Follows the processes of one run: reads what they say and looks at their limits."""

    def __init__(
        self,
        spec: LaunchSpec,
        processes: Sequence[subprocess.Popen[bytes]],
        started: float,
        cancel: threading.Event | None,
    ) -> None:
        self._spec = spec
        self._processes = processes
        self._started = started
        self._cancel = cancel
        self._capture = Capture(spec.output_limit)
        several = len(processes) > 1
        self._captures = [Capture(spec.output_limit) for _ in processes if several]
        self._selector = selectors.DefaultSelector()
        self._max_rss = 0
        self._next_look = started
        self._timed_out = self._memory_exceeded = self._interrupted = False
        self._ended: list[int] = []  # in the order in which they were seen to end
        for number, process in enumerate(processes):
            for stream in (process.stdout, process.stderr):
                assert stream is not None
                os.set_blocking(stream.fileno(), False)
                self._selector.register(stream, selectors.EVENT_READ, number)

    def follow(self) -> None:
        """Return when all processes have ended, one has failed, or all have to be ended."""
        while self._running() and not self._over_limits():
            if self._selector.get_map():
                for number in self._read(self._patience()):
                    self._await(number)
                continue
            # Streams may be closed by a program that goes on, or that is about to end.
            running = next(p for n, p in enumerate(self._processes) if n not in self._ended)
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(min(self._patience(), _LOOK))

    def drain(self) -> None:
        """Take what is still in the pipes; nobody holds their other ends any more."""
        deadline = time.monotonic() + 1.0
        while self._selector.get_map() and time.monotonic() < deadline:
            self._read(0.1)
        self._selector.close()
        for process in self._processes:
            for stream in (process.stdout, process.stderr):
                assert stream is not None
                stream.close()

    def outcome(self, codes: Sequence[int], seconds: float) -> Outcome:
        """Return the record of the finished run."""
        failed = next((n for n in self._ended if codes[n] != 0), None)
        deciding = codes[failed if failed is not None else 0]
        return Outcome(
            command=self._spec.command,
            exit_code=deciding if deciding >= 0 else None,
            signal=-deciding if deciding < 0 else None,
            timed_out=self._timed_out,
            memory_exceeded=self._memory_exceeded,
            interrupted=self._interrupted,
            seconds=seconds,
            output=self._capture.finish(),
            dropped_bytes=self._capture.dropped,
            max_rss=self._max_rss,
            ranks=tuple(self._rank(n, code) for n, code in enumerate(codes) if self._captures),
            failed_rank=failed if self._captures else None,
        )

    def _rank(self, number: int, code: int) -> RankEnd:
        return RankEnd(
            exit_code=code if code >= 0 else None,
            signal=-code if code < 0 else None,
            stopped=number not in self._ended,
            output=self._captures[number].finish(),
        )

    def _running(self) -> bool:
        """Return whether the run goes on: nobody failed, and somebody still runs."""
        for number, process in enumerate(self._processes):
            if number not in self._ended and process.poll() is not None:
                self._ended.append(number)
        return len(self._ended) < len(self._processes) and not any(
            self._processes[number].returncode for number in self._ended
        )

    def _over_limits(self) -> bool:
        """Look at clock, memory and cancellation, each look long enough after the last."""
        now = time.monotonic()
        timeout, memory = self._spec.timeout, self._spec.memory_limit
        self._timed_out = timeout is not None and now - self._started >= timeout
        if now >= self._next_look:
            # The first looks are close: a short run should be seen at its size too.
            self._next_look = now + min(_LOOK, max(0.02, (now - self._started) / 2))
            here = [m for process in self._processes for m in guard.members(process.pid)]
            self._max_rss = max(self._max_rss, resident_bytes(here))
            self._memory_exceeded = memory is not None and self._max_rss > memory
            self._interrupted = self._cancel is not None and self._cancel.is_set()
        return self._timed_out or self._memory_exceeded or self._interrupted

    def _patience(self) -> float:
        """Return how long nothing needs to be looked at."""
        until = self._next_look
        if self._spec.timeout is not None:
            until = min(until, self._started + self._spec.timeout)
        return max(0.0, until - time.monotonic())

    def _read(self, patience: float) -> list[int]:
        """Take what was said meanwhile; return the processes that closed a stream."""
        closed = []
        for key, _ in self._selector.select(patience):
            data = os.read(key.fd, _CHUNK)
            if data:
                self._capture.feed(key.fd, data)
                if self._captures:
                    self._captures[key.data].feed(key.fd, data)
            else:
                self._selector.unregister(key.fileobj)
                closed.append(key.data)
        return closed

    def _await(self, number: int) -> None:
        """Wait for the moment between a process's last stream and its end.

        So it is known which of several ended first: the others may fail because it did.
        """
        if self._captures:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._processes[number].wait(_MOMENT)
            self._running()
