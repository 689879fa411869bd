"""`mapc fmt`: give policy files the house style."""

import os
import stat
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from mapc.cli.output import say, show
from mapc.paths import write_atomic
from mapc.text import Diagnostic, ExitCode, MapcError, Reporter, Severity
from mapc.text.codes import CANNOT_WRITE
from mapc.text.read import decode_source, read_bytes, read_stream

_STANDARD = "<stdin>"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """One text before and after."""

    name: str
    old: bytes
    new: bytes

    @property
    def changed(self) -> bool:
        """Whether formatting changes anything."""
        return self.old != self.new


def fmt(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="Policy files (.mapl); - formats stdin to stdout."),
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if a file would change.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Change nothing; print unified diffs on stdout.")
    ] = False,
) -> None:
    """Rewrite policies in the house style: spacing, line breaks, empty lines, comments in place.

    What a policy means never changes; comments and spellings stay.

    A file with syntax errors is left as it is and its errors are shown.

    Exit codes: 1 for syntax errors and for what --check finds, 2 for unreadable files.

    Example: mapc fmt apps/circuit/expert.mapl

    Example, in a test script: mapc fmt --check --diff policies/*.mapl
    """
    status = 0
    counts: Counter[str] = Counter()
    for file in files:
        try:
            text = _formatted(file)
            outcome = "with errors" if text is None else _finish(file, text, check, diff)
        except MapcError as error:
            show(error.diagnostics)
            outcome = "not done"
            status = max(status, error.exit_code)
        counts[outcome] += 1
        if outcome == "with errors" or (check and outcome == "to be changed"):
            status = max(status, ExitCode.POLICY)
    if any(str(file) != "-" for file in files):
        say(_summary(counts))
    if status:
        raise typer.Exit(status)


def _formatted(file: Path) -> _Text | None:
    """Return a file's text before and after, None when it has errors, which are shown."""
    from mapc.syntax.formatter import format_source

    name = _STANDARD if str(file) == "-" else str(file)
    old = read_stream(sys.stdin.buffer) if name == _STANDARD else read_bytes(file)
    report = Reporter()
    source = decode_source(name, old, report)
    new = None if report.has_errors else format_source(source, report)
    show(report.diagnostics)
    return None if new is None else _Text(name=name, old=old, new=new.encode())


def _finish(file: Path, text: _Text, check: bool, diff: bool) -> str:
    """Write or show the result for one file and return what came of it."""
    if diff:
        sys.stdout.buffer.write(_diff(text))
    if check or diff:
        if text.changed and not diff:
            say(f"{text.name}: would be changed")
        return "to be changed" if text.changed else "unchanged"
    if text.name == _STANDARD:
        sys.stdout.buffer.write(text.new)
        return "formatted"
    if not text.changed:
        return "unchanged"
    _rewrite(file, text.new)
    say(f"{file}: formatted")
    return "formatted"


def _rewrite(file: Path, content: bytes) -> None:
    """Replace what a file holds; links to it and its mode stay."""
    target = file.resolve()
    mode = stat.S_IMODE(target.stat().st_mode)
    try:
        if not os.access(target, os.W_OK):
            raise _unwritable(file)
        write_atomic(target, content)
    except MapcError as error:
        advice = "make the file and its folder writable, and see that there is space"
        raise MapcError(
            *(replace(diagnostic, help=advice) for diagnostic in error.diagnostics),
            exit_code=error.exit_code,
        ) from error
    target.chmod(mode)


def _unwritable(file: Path) -> MapcError:
    return MapcError(
        Diagnostic(
            code=CANNOT_WRITE,
            severity=Severity.ERROR,
            message=f"{file} cannot be written: it is read-only",
        )
    )


def _diff(text: _Text) -> bytes:
    """Return a unified diff, empty when nothing changes."""
    from difflib import diff_bytes, unified_diff

    name = os.fsencode(text.name)
    rows = diff_bytes(unified_diff, _lines(text.old), _lines(text.new), name, name)
    return b"".join(
        row if row.endswith(b"\n") else row + b"\n\\ No newline at end of file\n" for row in rows
    )


def _lines(data: bytes) -> list[bytes]:
    """Return lines with their ends; only a line feed ends one."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _summary(counts: Counter[str]) -> str:
    """Return a count such as `2 files formatted, 1 unchanged`."""
    rows: list[str] = []
    for outcome in ("formatted", "to be changed", "unchanged", "with errors", "not done"):
        if counts[outcome]:
            noun = ("" if rows else " file") + ("s" if counts[outcome] > 1 and not rows else "")
            rows.append(f"{counts[outcome]}{noun} {outcome}")
    return ", ".join(rows)
