"""What one run of a program gave."""

import signal
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RankEnd:
    """The end of one rank of several, and everything it said.

    `stopped` means that mapc ended it: another rank had failed, or the run was over a limit. A
    launcher of a cluster keeps the ranks' ends to itself: then neither code nor signal is known.
    """

    exit_code: int | None
    signal: int | None
    stopped: bool
    output: str

    @property
    def ending(self) -> str:
        """How it ended, in a few words."""
        if self.stopped:
            return "ended by mapc"
        if self.signal is not None:
            return f"ended by {signal_name(self.signal)}"
        return "failed" if self.exit_code is None else f"exit code {self.exit_code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of one run and everything it said.

    `exit_code` is `None` when a signal ended the program; `signal` then names it. `output` is
    standard output and standard error, as they came, with `dropped_bytes` missing in the middle.

    A run of several ranks has their single ends in `ranks`; code and signal are then those of the
    rank that failed first, `failed_rank`. `output` has the lines of all of them.
    """

    command: tuple[str, ...]
    exit_code: int | None
    signal: int | None
    timed_out: bool
    memory_exceeded: bool
    interrupted: bool
    seconds: float
    output: str
    dropped_bytes: int
    max_rss: int  # bytes, of all its processes together
    ranks: tuple[RankEnd, ...] = ()
    failed_rank: int | None = None
    counters: tuple[dict[str, Any], ...] = ()  # of emulated GPUs, by rank, as the driver wrote them

    @property
    def ok(self) -> bool:
        """Whether the program ended by itself with exit code 0."""
        return self.exit_code == 0 and not (
            self.timed_out or self.memory_exceeded or self.interrupted
        )

    @property
    def labelled(self) -> str:
        """The output; of several ranks one after the other, with the rank before every line."""
        if not self.ranks:
            return self.output
        return "".join(
            f"{rank}: {line}\n"
            for rank, end in enumerate(self.ranks)
            for line in end.output.splitlines()
        )

    @property
    def ending(self) -> str:
        """How it ended, in a few words."""
        if self.interrupted:
            return "interrupted"
        if self.timed_out:
            return f"stopped after {self.seconds:.0f} s"
        if self.memory_exceeded:
            return f"stopped at {self.max_rss / 1e9:.1f} GB of memory"
        if self.signal is not None:
            return f"ended by {signal_name(self.signal)}"
        return f"exit code {self.exit_code}"


def signal_name(number: int) -> str:
    """Return a name such as SIGSEGV."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
