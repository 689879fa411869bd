"""A small process between mapc and a program it runs, so that nothing is ever left behind.

Run as a script: `python -I -S guard.py LIFELINE SETTINGS PROGRAM ARGUMENT...`. The guard leads a
session of its own, starts the program in it, and ends everything in that session, including
processes whose parents are gone, when the program ends or when the lifeline, a pipe whose other
end only mapc holds, is closed. The kernel closes it whatever kills mapc.

`PR_SET_PDEATHSIG` alone would not do: it reaches one process, not the ranks and helpers that this
one starts, and it fires when the *thread* that started it ends. Only the standard library is
imported, and little of it: the guard starts in about 20 ms.
"""

import contextlib
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable

_GRACE = 2.0
_PATIENCE = 10.0
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def members(session: int) -> list[int]:
    """Return the live processes below a session's leader, or in its session.

    Usually these are the same. A process that opened a session of its own is found as a
    descendant; one whose parents are gone where the leader could not adopt it, by its session.
    """
    table = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - see below
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123 - pathlib starts slowly
                # The command in parentheses may hold anything, so only what follows is split.
                state, parent, _, leader = file.read().rpartition(b")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        table[int(name)] = (state, int(parent), int(leader))
    family = {process for process, (_, _, leader) in table.items() if leader == session}
    family.add(session)
    while True:
        found = {process for process, row in table.items() if row[1] in family} - family
        if not found:
            break
        family |= found
    return [p for p in family - {session} if p in table and table[p][0] not in b"ZX"]


def stop(session: int, number: int) -> bool:
    """Send a signal to every process of a session; return whether there was one."""
    found = members(session)
    for process in found:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, number)
    return bool(found)


def end(session: int, grace: float, reap: Callable[[], object] = lambda: None) -> None:
    """End a session: ask, wait, then kill until nobody is left.

    Gives up on what does not die of SIGKILL within some seconds, such as a process that waits for
    a file server.
    """
    deadline = time.monotonic() + grace
    stop(session, signal.SIGTERM)
    while members(session) and time.monotonic() < deadline:
        reap()
        time.sleep(0.01)
    deadline = time.monotonic() + _PATIENCE
    while stop(session, signal.SIGKILL) and time.monotonic() < deadline:
        reap()
        time.sleep(0.01)


def main(lifeline: int, settings: str, command: list[str]) -> int:
    """Run the command; end the way it ended."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core of Legion's is gigabytes
    _adopt_orphans()
    for number in _STOP_SIGNALS:
        signal.signal(number, lambda *_: None)
    os.set_inheritable(lifeline, False)
    environment = {**os.environ, **json.loads(settings)}
    # The signal's arrival is turned into a byte, so that one `select` waits for everything.
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    try:
        child = os.posix_spawnp(
            command[0],
            command,
            environment,
            setsigdef=[*_STOP_SIGNALS, signal.SIGPIPE, signal.SIGCHLD, signal.SIGXFSZ],
        )
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127 if isinstance(error, FileNotFoundError) else 126
    status = None
    while status is None:
        ready, _, _ = select.select([lifeline, wake], [], [])
        if wake in ready:
            os.read(wake, 4096)
            status = _reap().get(child)
        if status is None and lifeline in ready:
            break
    end(os.getpid(), 0.0 if status is not None else _GRACE, _reap)
    if status is None:
        return 1
    if os.WIFSIGNALED(status):
        ending = os.WTERMSIG(status)
        if ending in _STOP_SIGNALS:
            signal.signal(ending, signal.SIG_DFL)
        os.kill(os.getpid(), ending)
    return os.waitstatus_to_exitcode(status)


def _adopt_orphans() -> None:
    """Become the parent of descendants whose own parents end, where the kernel can do that."""
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _reap() -> dict[int, int]:
    """Collect finished children; return their wait statuses."""
    ended: dict[int, int] = {}
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if process == 0:
            return ended
        ended[process] = status


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
