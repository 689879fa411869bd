"""The journal of a run: append-only JSON lines, the only truth about what was paid for.

One line is written with one `write` and synced before the next trial starts, so a tuner that is
killed loses at most the trial that is running. A torn last line is cut off when the journal is
opened again. A lock that dies with its process keeps two tuners out of one run.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mapc.text import Diagnostic, ExitCode, MapcError, Severity, codes
from mapc.tune.trial import Measurement, Trial

VERSION = 1
_TRIAL = TypeAdapter(Trial)
_MEASUREMENT = TypeAdapter(Measurement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a journal holds; `observation` are the mapper's records of the first look."""

    header: dict[str, Any]
    trials: tuple[Trial, ...]
    measurements: tuple[Measurement, ...]
    observation: tuple[dict[str, Any], ...] = ()


class Journal:
    """One run's journal, open for appending and locked."""

    def __init__(self, path: Path, descriptor: int, contents: Contents) -> None:
        self.path = path
        self.contents = contents
        self._descriptor = descriptor

    @classmethod
    def open(cls, path: Path, header: dict[str, Any]) -> "Journal":
        """Return the journal at `path`, made with `header` where there is none.

        Raises MapcError when another tuner has it open, when it was started with other settings
        or when it is damaged anywhere but in its last line.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise _error(
                codes.CANNOT_WRITE,
                f"cannot write {path}: {error.strerror}",
                "set `MAPC_RUNS` to a folder that can be written",
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise _error(
                codes.RUN_MISMATCH,
                f"another tuner is working on {path.parent.name}",
                "wait for it, or start a separate run with --fresh",
            ) from None
        _cut_torn_line(descriptor, path)
        first = {"version": VERSION, **header}
        journal = cls(path, descriptor, Contents(header=first, trials=(), measurements=()))
        if path.stat().st_size == 0:
            journal._append({"type": "run", **first})
            return journal
        journal.contents = read(path)
        _check_same(path, journal.contents.header, header)
        return journal

    def add_trial(self, trial: Trial) -> None:
        """Write one finished trial."""
        self._append({"type": "trial", **asdict(trial)})
        self.contents = replace(self.contents, trials=(*self.contents.trials, trial))

    def add_measurement(self, measurement: Measurement) -> None:
        """Write one run of the closing comparison."""
        self._append({"type": "measurement", **asdict(measurement)})
        done = (*self.contents.measurements, measurement)
        self.contents = replace(self.contents, measurements=done)

    def add_observation(self, records: tuple[dict[str, Any], ...]) -> None:
        """Write what the first look at the application showed."""
        self._append({"type": "observation", "records": list(records)})
        self.contents = replace(self.contents, observation=records)

    def close(self) -> None:
        """Release the journal for others."""
        os.close(self._descriptor)

    def _append(self, record: dict[str, Any]) -> None:
        line = json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n"
        data = line.encode()
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
            os.fsync(self._descriptor)
        except OSError as error:
            raise _error(
                codes.CANNOT_WRITE,
                f"cannot write {self.path}: {error.strerror}",
                "free some space; everything written so far is kept",
            ) from error


def read(path: Path) -> Contents:
    """Return what a journal holds; raises MapcError when it is unreadable or damaged."""
    header: dict[str, Any] = {}
    trials: list[Trial] = []
    measurements: list[Measurement] = []
    observation: tuple[dict[str, Any], ...] = ()
    for number, record in _records(path):
        kind = record.pop("type", None)
        try:
            match kind:
                case "run":
                    header = record
                case "trial":
                    trials.append(_TRIAL.validate_python(record))
                case "measurement":
                    measurements.append(_MEASUREMENT.validate_python(record))
                case "observation":
                    observation = tuple(record["records"])
                case _:
                    raise _damaged(path, number)
        except (ValidationError, KeyError) as error:
            raise _damaged(path, number) from error
    return Contents(
        header=header,
        trials=tuple(trials),
        measurements=tuple(measurements),
        observation=observation,
    )


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    except OSError as error:
        raise _error(
            codes.NO_SUCH_RUN, f"cannot read {path}: {error.strerror}", "see `mapc runs list`"
        ) from error
    for number, line in enumerate(lines, start=1):
        if number == len(lines) and not line.endswith("\n"):
            return
        try:
            record = json.loads(line)
        except ValueError:
            raise _damaged(path, number) from None
        if not isinstance(record, dict):
            raise _damaged(path, number)
        yield number, record


def _cut_torn_line(descriptor: int, path: Path) -> None:
    """Drop what a killed tuner left of its last line."""
    data = path.read_bytes()
    if data and not data.endswith(b"\n"):
        os.ftruncate(descriptor, data.rfind(b"\n") + 1)


def is_same_run(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Return whether a run with header `old` goes on under the settings `new`.

    A tuner killed before its first line was whole leaves no header: such a run is anybody's.
    """
    return not old or not _differing(old, new)


def _differing(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return sorted(key for key in new if old.get(key) != new[key])


def _check_same(path: Path, old: dict[str, Any], new: dict[str, Any]) -> None:
    differing = _differing(old, new)
    if differing:
        raise _error(
            codes.RUN_MISMATCH,
            f"{path.parent.name} was started with another {', '.join(differing)}",
            "start a new run with --fresh",
        )


def _damaged(path: Path, number: int) -> MapcError:
    return _error(
        codes.BAD_JOURNAL,
        f"line {number} of {path} is not a journal record",
        "remove that line to keep the rest, or start a new run with --fresh",
    )


def _error(code: codes.Code, message: str, help_text: str) -> MapcError:
    return MapcError(
        Diagnostic(code=code, severity=Severity.ERROR, message=message, help=help_text),
        exit_code=ExitCode.TOOL,
    )
