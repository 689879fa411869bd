"""Offsets of our spans to positions of the Language Server Protocol, and back.

The protocol counts lines from 0; a line feed, a carriage return or both end them. Its columns are
code units of an encoding that client and server agree on, UTF-16 where they say nothing.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from lsprotocol.types import Position, PositionEncodingKind, Range

from mapc.text import Span

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Positions:
    """Converts the positions of one text."""

    text: str
    encoding: PositionEncodingKind | str = PositionEncodingKind.Utf16

    @cached_property
    def _lines(self) -> tuple[tuple[int, int], ...]:
        """Start and end of every line, the end without the characters that end it."""
        found, start = [], 0
        for end in _LINE_END.finditer(self.text):
            found.append((start, end.start()))
            start = end.end()
        return (*found, (start, len(self.text)))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(start for start, _ in self._lines)

    def position(self, offset: int) -> Position:
        """Return the position of an offset; one inside a line's end is the line's end."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset) - 1
        start, end = self._lines[line]
        return Position(line=line, character=self._units(self.text[start : min(offset, end)]))

    def offset(self, position: Position) -> int:
        """Return the offset of a position; what lies outside the text is moved to its edge.

        A position inside a character becomes that of the character.
        """
        if position.line >= len(self._lines):
            return len(self.text)
        start, end = self._lines[position.line]
        line = self.text[start:end]
        if line.isascii():
            return start + min(position.character, len(line))
        left = position.character
        for i, char in enumerate(line):
            left -= self._units(char)
            if left < 0:
                return start + i
        return end

    def range(self, span: Span) -> Range:
        """Return the range of a span."""
        return Range(start=self.position(span.start), end=self.position(span.end))

    def whole(self) -> Range:
        """Return the range of the whole text."""
        return Range(start=Position(line=0, character=0), end=self.position(len(self.text)))

    def _units(self, text: str) -> int:
        if text.isascii():
            return len(text)
        match self.encoding:
            case PositionEncodingKind.Utf8:
                # An editor may send half of a surrogate pair.
                return len(text.encode("utf-8", "surrogatepass"))
            case PositionEncodingKind.Utf32:
                return len(text)
        return len(text) + sum(char > "\uffff" for char in text)
