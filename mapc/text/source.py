"""Source text and positions in it.

A span is a pair of character offsets: the cheapest form to carry through the compiler. Lines and
columns are computed only when somebody is told something.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_LINE_END = re.compile("\n")


@dataclass(frozen=True)
class Source:
    """One text with the name under which the user knows it."""

    name: str
    text: str

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Return the offset of the first character of every line."""
        return 0, *(match.end() for match in _LINE_END.finditer(self.text))

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both counted from 1."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return one line, counted from 1, without its end."""
        if not 1 <= number <= len(self.line_starts):
            return ""
        start = self.line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")

    def line_span(self, number: int) -> "Span":
        """Return the span of one line, without the blanks around its text."""
        text = self.line(number)
        start = self.line_starts[min(number, len(self.line_starts)) - 1]
        indent = len(text) - len(text.lstrip())
        return Span(self, start + indent, start + max(len(text.rstrip()), indent))


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start` up to, but not including, `end` of one source."""

    source: Source
    start: int
    end: int

    def position(self) -> tuple[int, int]:
        """Return line and column of the first character, counted from 1."""
        return self.source.position(self.start)

    def end_position(self) -> tuple[int, int]:
        """Return line and column just behind the last character, counted from 1."""
        return self.source.position(self.end)

    @property
    def line(self) -> int:
        """The line of the first character, counted from 1."""
        return self.position()[0]

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.source.text[self.start : self.end]

    def to(self, other: "Span") -> "Span":
        """Return the span from the start of this one to the end of `other`."""
        return Span(self.source, self.start, other.end)

    def __str__(self) -> str:
        line, column = self.position()
        return f"{self.source.name}:{line}:{column}"
