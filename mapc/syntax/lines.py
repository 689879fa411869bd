"""The lines of formatted text, and their characters."""

from collections.abc import Sequence
from dataclasses import dataclass

_BEHIND = 2
"""Blanks between code and the comment behind it."""


@dataclass(slots=True, kw_only=True)
class Line:
    """One line of formatted text; changes until all around it is known."""

    indent: int
    text: str
    comment: str = ""
    """The comment behind the text."""
    blank_before: bool = False

    @property
    def width(self) -> int:
        """The width without the comment."""
        return self.indent + len(self.text)


def render(lines: Sequence[Line]) -> str:
    """Return the text of lines, with the comments behind neighbouring ones aligned."""
    parts = []
    start = 0
    while start < len(lines):
        end = _run_end(lines, start)
        column = max(line.width for line in lines[start:end]) + _BEHIND
        for line in lines[start:end]:
            text = " " * line.indent + line.text
            if line.comment:
                text = text.ljust(column) + line.comment
            parts.append("\n" * line.blank_before + text + "\n")
        start = end
    return "".join(parts)


def _run_end(lines: Sequence[Line], start: int) -> int:
    """Return the line behind those whose comments are aligned with that of line `start`."""
    end = start + 1
    if not _aligns(lines[start]):
        return end
    while end < len(lines) and _aligns(lines[end]) and not lines[end].blank_before:
        end += 1
    return end


def _aligns(line: Line) -> bool:
    """Return whether a line's comment may be aligned; lines that begin or end a block stand out."""
    return bool(line.comment) and line.text[0] not in ")]}" and line.text[-1] != "{"
