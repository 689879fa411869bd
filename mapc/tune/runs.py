"""Where runs live: one folder each, named after what is tuned.

`$MAPC_RUNS`, else `.mapc/runs` below the working folder. A folder holds `journal.jsonl` (the truth)
and what can be made from it again: `best.mapl` and the report.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from mapc.text import Diagnostic, ExitCode, MapcError, Severity, codes
from mapc.text.nearest import did_you_mean
from mapc.tune.journal import Contents, read

JOURNAL = "journal.jsonl"
BEST = "best.mapl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the tuner."""

    name: str
    folder: Path

    @property
    def journal(self) -> Path:
        """The path of its journal."""
        return self.folder / JOURNAL

    @property
    def best(self) -> Path:
        """The path of its best policy."""
        return self.folder / BEST

    def contents(self) -> Contents:
        """Return what its journal holds."""
        return read(self.journal)


def runs_folder() -> Path:
    """Return the folder of all runs; it may not exist yet."""
    return Path(os.environ.get("MAPC_RUNS") or ".mapc/runs")


def all_runs() -> list[Run]:
    """Return every run, the one touched last first."""
    found = [
        Run(name=path.parent.name, folder=path.parent)
        for path in runs_folder().glob(f"*/{JOURNAL}")
    ]
    return sorted(found, key=lambda run: (-run.journal.stat().st_mtime, run.name))


def find_run(name: str | None) -> Run:
    """Return a run by name, the one touched last without a name; raises MapcError."""
    runs = all_runs()
    if name is None and runs:
        return runs[0]
    for run in runs:
        if run.name == name:
            return run
    wanted = f"there is no run `{name}`" if name else "there is no run yet"
    raise MapcError(
        Diagnostic(
            code=codes.NO_SUCH_RUN,
            severity=Severity.ERROR,
            message=f"{wanted} in {runs_folder()}",
            help=did_you_mean(name or "", [run.name for run in runs])
            or "start one with `mapc tune APP`",
        ),
        exit_code=ExitCode.USAGE,
    )


def numbered(stem: str) -> list[Run]:
    """Return the runs named `stem`, `stem-2`, `stem-3` ... in that order."""
    found: list[tuple[int, Run]] = []
    for run in all_runs():
        match = re.fullmatch(rf"{re.escape(stem)}(?:-(\d+))?", run.name)
        if match is not None:
            found.append((int(match[1] or 1), run))
    return [run for _, run in sorted(found, key=lambda item: item[0])]


def next_run(stem: str) -> Run:
    """Return a run that does not exist yet."""
    taken = {run.name for run in numbered(stem)}
    names = [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 2))]
    name = next(name for name in names if name not in taken)
    return Run(name=name, folder=runs_folder() / name)
