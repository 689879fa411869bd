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
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mapc.legion import guard
from mapc.legion.capture import Capture
from mapc.legion.memory import resident_bytes
from mapc.legion.outcome import Outcome

_LOOK = 0.25  # seconds between looks at memory, clock and cancellation
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
    lifeline, held = os.pipe()
    started = time.monotonic()
    try:
        process = _start(spec, lifeline)
    except BaseException:
        os.close(held)
        raise
    finally:
        os.close(lifeline)
    watch = _Watch(spec, process, started, cancel)
    try:
        watch.follow()
    finally:
        _end(process, spec.grace)
        os.close(held)
        code = _wait(process)
        watch.drain()
    return watch.outcome(code, time.monotonic() - started)


def _start(spec: LaunchSpec, lifeline: int) -> subprocess.Popen[bytes]:
    """Start the guard, which starts the program."""
    settings = json.dumps(dict(spec.environment))
    return subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__, str(lifeline), settings, *spec.command],
        cwd=spec.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=(lifeline,),
        start_new_session=True,
    )


def _end(process: subprocess.Popen[bytes], grace: float) -> None:
    """End the program if it still runs, and what it left behind if the guard was killed."""
    if process.poll() is None or process.returncode < 0:
        guard.end(process.pid, grace)


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Return the guard's exit code; the guard of a program that cannot be killed is given up."""
    try:
        return process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


class _Watch:
    """Follows one running program: reads what it says and looks at its limits."""

    def __init__(
        self,
        spec: LaunchSpec,
        process: subprocess.Popen[bytes],
        started: float,
        cancel: threading.Event | None,
    ) -> None:
        self._spec = spec
        self._process = process
        self._started = started
        self._cancel = cancel
        self._capture = Capture(spec.output_limit)
        self._selector = selectors.DefaultSelector()
        self._max_rss = 0
        self._next_look = started
        self._timed_out = self._memory_exceeded = self._interrupted = False
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)
            self._selector.register(stream, selectors.EVENT_READ)

    def follow(self) -> None:
        """Return when the program has ended or has to be ended."""
        running = True
        while running and self._selector.get_map() and not self._over_limits():
            self._read(self._patience())
            running = self._process.poll() is None  # somebody else may hold the streams open
        # Both streams may be closed by a program that goes on.
        while self._process.poll() is None and not self._over_limits():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(self._patience())

    def drain(self) -> None:
        """Take what is still in the pipes; nobody holds their other ends any more."""
        deadline = time.monotonic() + 1.0
        while self._selector.get_map() and time.monotonic() < deadline:
            self._read(0.1)
        self._selector.close()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()

    def outcome(self, code: int, seconds: float) -> Outcome:
        """Return the record of the finished run."""
        return Outcome(
            command=self._spec.command,
            exit_code=code if code >= 0 else None,
            signal=-code if code < 0 else None,
            timed_out=self._timed_out,
            memory_exceeded=self._memory_exceeded,
            interrupted=self._interrupted,
            seconds=seconds,
            output=self._capture.finish(),
            dropped_bytes=self._capture.dropped,
            max_rss=self._max_rss,
        )

    def _over_limits(self) -> bool:
        """Look at clock, memory and cancellation, each look long enough after the last."""
        now = time.monotonic()
        timeout, memory = self._spec.timeout, self._spec.memory_limit
        self._timed_out = timeout is not None and now - self._started >= timeout
        if now >= self._next_look:
            self._next_look = now + _LOOK
            self._max_rss = max(self._max_rss, resident_bytes(guard.members(self._process.pid)))
            self._memory_exceeded = memory is not None and self._max_rss > memory
            self._interrupted = self._cancel is not None and self._cancel.is_set()
        return self._timed_out or self._memory_exceeded or self._interrupted

    def _patience(self) -> float:
        """Return how long nothing needs to be looked at."""
        until = self._next_look
        if self._spec.timeout is not None:
            until = min(until, self._started + self._spec.timeout)
        return max(0.0, until - time.monotonic())

    def _read(self, patience: float) -> None:
        for key, _ in self._selector.select(patience):
            data = os.read(key.fd, _CHUNK)
            if data:
                self._capture.feed(key.fd, data)
            else:
                self._selector.unregister(key.fileobj)
