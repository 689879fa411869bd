"""The one form in which a user is told anything: a diagnostic.

Compiler errors, broken tools, Legion's run-time messages and performance findings are all
diagnostics; printers decide how they look (terminal, JSON).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mapc.text.codes import Code
from mapc.text.source import Span

WIDEST = 200
"""The longest line that is quoted as a whole."""


class Severity(StrEnum):
    """How much a finding matters; errors prevent code generation and runs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A second place that a diagnostic is about, such as the first of two definitions."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding, with the text it is about.

    `message` is one line in lower case without a full stop; `help` is an action. A finding about
    something outside any source (a missing compiler) has no span.
    """

    code: Code
    severity: Severity
    message: str
    span: Span | None = None
    help: str = ""
    related: tuple[Related, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the command contract."""
        line, column = self.span.position() if self.span else (None, None)
        end_line, end_column = self.span.end_position() if self.span else (None, None)
        return {
            "code": self.code.id,
            "severity": self.severity.value,
            "message": self.message,
            "file": self.span.source.name if self.span else None,
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
            "help": self.help,
        }

    def render(self) -> str:
        """Return the plain-text form used on terminals and in golden files."""
        rows = [f"{self.severity.value}[{self.code.id}]: {self.message}"]
        gutter = " "
        if self.span is not None:
            gutter = " " * len(str(self.span.line))
            rows += _quote(self.span, gutter)
        for other in self.related:
            rows.append(f"{gutter} = note: {other.message} ({other.span})")
        if self.help:
            rows += [f"{gutter} = help: {line}" for line in self.help.splitlines()]
        return "\n".join(rows) + "\n"


def _quote(span: Span, gutter: str) -> list[str]:
    """Return the place, the source line and the carets under it."""
    line, column = span.position()
    text = span.source.line(line)
    # Of a line that no terminal shows at once, the part around the place is quoted.
    start = max(0, column - 1 - WIDEST // 2) if len(text) > WIDEST else 0
    # A control character would move the terminal's cursor, and a tab the carets: both become one
    # visible character, so that columns stay true.
    quoted = "".join(
        c if c.isprintable() else " " if c == "\t" else "·" for c in text[start : start + WIDEST]
    )
    before, after = "..." if start else "", "..." if start + WIDEST < len(text) else ""
    indent = len(before) + column - 1 - start
    carets = "^" * max(1, min(span.end - span.start, start + len(quoted) - column + 1))
    return [
        f"{gutter}--> {span}",
        f"{gutter} |",
        f"{line} | {before}{quoted}{after}",
        f"{gutter} | {' ' * indent}{carets}",
    ]
