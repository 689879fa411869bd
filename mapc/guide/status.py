"""How a run ended, and the one line that tells the rules so."""

import signal
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapc.legion.outcome import Outcome

TIMEOUT_EXIT = 124  # the convention of timeout(1)
_SHELL_SIGNAL = 128


class StatusKind(StrEnum):
    """The ways in which a process ends; `unknown` where a log does not say."""

    OK = "ok"
    EXIT = "exit"
    SIGNAL = "signal"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    INTERRUPTED = "interrupted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the run ended; `value` is the exit code or the number of the signal."""

    kind: StatusKind
    value: int = 0
    seconds: float | None = None

    def line(self) -> str:
        """Return the line that rules about the end of a run match."""
        words = f"mapc-status: {self.kind.value}"
        if self.kind is StatusKind.SIGNAL:
            words += f" {signal_name(self.value)}"
        elif self.kind is StatusKind.EXIT:
            words += f" {self.value}"
        return words + (f" after {self.seconds:.3g} s" if self.seconds is not None else "")


def of_exit(code: int, seconds: float | None = None) -> Status:
    """Return what an exit code of a shell says."""
    if code == 0:
        return Status(kind=StatusKind.OK, seconds=seconds)
    if code == TIMEOUT_EXIT:
        return Status(kind=StatusKind.TIMEOUT, seconds=seconds)
    number = -code if code < 0 else code - _SHELL_SIGNAL
    if _is_signal(number):
        return Status(kind=StatusKind.SIGNAL, value=number, seconds=seconds)
    return Status(kind=StatusKind.EXIT, value=code, seconds=seconds)


def of_outcome(outcome: "Outcome") -> Status:
    """Return how a run that mapc itself started ended."""
    seconds = outcome.seconds
    if outcome.interrupted:
        return Status(kind=StatusKind.INTERRUPTED, seconds=seconds)
    if outcome.timed_out:
        return Status(kind=StatusKind.TIMEOUT, seconds=seconds)
    if outcome.memory_exceeded:
        return Status(kind=StatusKind.MEMORY, seconds=seconds)
    if outcome.signal:
        return Status(kind=StatusKind.SIGNAL, value=outcome.signal, seconds=seconds)
    if outcome.exit_code is None:
        return Status(kind=StatusKind.UNKNOWN, seconds=seconds)
    if outcome.exit_code == TIMEOUT_EXIT:  # not stopped by us, so the program's own code
        return Status(kind=StatusKind.EXIT, value=TIMEOUT_EXIT, seconds=seconds)
    return of_exit(outcome.exit_code, seconds)


def worst(statuses: list[Status]) -> Status:
    """Return the status of a run of several ranks: a rank that died explains one that waited."""
    order = (
        StatusKind.MEMORY,
        StatusKind.SIGNAL,
        StatusKind.EXIT,
        StatusKind.TIMEOUT,
        StatusKind.INTERRUPTED,
        StatusKind.OK,
        StatusKind.UNKNOWN,
    )
    return min(statuses, key=lambda status: order.index(status.kind))


def signal_name(number: int) -> str:
    """Return a name such as SIGSEGV."""
    return signal.Signals(number).name if _is_signal(number) else f"signal {number}"


def _is_signal(number: int) -> bool:
    return number in {item.value for item in signal.Signals}
