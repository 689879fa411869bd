"""What one run of a program gave."""

import signal
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of one run and everything it said.

    `exit_code` is `None` when a signal ended the program; `signal` then names it. `output` is
    standard output and standard error, as they came, with `dropped_bytes` missing in the middle.
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

    @property
    def ok(self) -> bool:
        """Whether the program ended by itself with exit code 0."""
        return self.exit_code == 0 and not (
            self.timed_out or self.memory_exceeded or self.interrupted
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
            return f"ended by {_signal_name(self.signal)}"
        return f"exit code {self.exit_code}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
