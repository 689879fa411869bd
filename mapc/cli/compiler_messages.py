"""What the compiler said of sources that it did not understand, as diagnostics."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapc.text import Diagnostic, Severity, Source, Span
from mapc.text.codes import NOT_COMPILED

if TYPE_CHECKING:
    from mapc.analyze.result import Analysis

_MOST = 20
_HEADERS = "legion.h", "mappers/default_mapper.h", "realm.h"


def diagnostics_of(found: "Analysis") -> tuple[Diagnostic, ...]:
    """Return the messages of an analysis: errors only if nothing at all was understood."""
    understood = found.tasks or found.launches
    severity = Severity.WARNING if understood else Severity.ERROR
    told = [_diagnostic(message, severity) for message in found.messages[:_MOST]]
    if (more := len(found.messages) - _MOST) > 0:
        told.append(
            Diagnostic(
                code=NOT_COMPILED,
                severity=severity,
                message=f"{more} more errors of the compiler are not shown",
                help="correct the first ones; others often follow from them",
            )
        )
    return tuple(told)


def _diagnostic(message: dict[str, Any], severity: Severity) -> Diagnostic:
    text = str(message["text"])
    span = _span(str(message["file"]), int(message["line"]), int(message["column"]))
    if span is None and message["file"]:
        text = f"{message['file']}: {text}"
    return Diagnostic(
        code=NOT_COMPILED, severity=severity, message=text, span=span, help=_advice(text)
    )


def _advice(text: str) -> str:
    """Return what to do; most often an include folder is missing."""
    if not text.endswith("file not found"):
        return ""
    if any(f"'{name}'" in text for name in _HEADERS):
        return "run `mapc doctor` to see which Legion is used"
    return "give the folder of this header: `mapc analyze ... -- -IFOLDER`"


def _span(file: str, line: int, column: int) -> Span | None:
    """Return a place in a file as it is now; None if it has no such place."""
    source = _source(file)
    if source is None or not 1 <= line <= len(source.line_starts):
        return None
    # The compiler counts bytes.
    before = source.line(line).encode()[: max(column - 1, 0)].decode(errors="ignore")
    start = source.line_starts[line - 1] + len(before)
    return Span(source, start, min(start + 1, len(source.text)))


@cache
def _source(file: str) -> Source | None:
    try:
        return Source(file, Path(file).read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None
