"""Colours the text of a policy that has no errors."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from mapc.page.pieces import Look, Piece, joined
from mapc.syntax.tokens import Kind, Token, tokenize
from mapc.syntax.words import KIND_WORDS, LAYOUT_WORDS, STATEMENT_WORDS, TYPE_WORDS
from mapc.text import Reporter, Source

_COMMENT = re.compile(r"(?:#|//)[^\n]*")
_WORDS = {
    **dict.fromkeys(TYPE_WORDS, Look.TYPE),
    **dict.fromkeys((*KIND_WORDS, *LAYOUT_WORDS), Look.KIND),
    **dict.fromkeys(("def", "return", "print", "for", "in", "and", "or", "not"), Look.KEYWORD),
    **dict.fromkeys(("True", "False"), Look.NUMBER),
}
_BEFORE_STATEMENT = frozenset((";", "}", "{"))


def coloured(source: Source) -> tuple[tuple[Piece, ...], ...]:
    """Return the pieces of every line of a policy."""
    lines: list[list[Piece]] = [[] for _ in source.line_starts]
    for start, end, look in _stretches(source):
        _spread(lines, source, start, end, look)
    return tuple([tuple(joined(pieces)) for pieces in lines])


def _spread(lines: list[list[Piece]], source: Source, start: int, end: int, look: Look) -> None:
    """Add a stretch of text to the lines that it stands in."""
    line = bisect_right(source.line_starts, start) - 1
    for part in source.text[start:end].split("\n"):
        if part.rstrip("\r"):
            lines[line].append(Piece(part.rstrip("\r"), look))
        line += 1


def _stretches(source: Source) -> Iterator[tuple[int, int, Look]]:
    """Yield the whole text in stretches of one look."""
    place = 0
    tokens = tokenize(source, Reporter())
    for number, token in enumerate(tokens):
        if token.kind is Kind.END:
            break
        yield from _gap(source.text, place, token.start)
        yield token.start, token.end, _look(tokens, number)
        place = token.end
    yield from _gap(source.text, place, len(source.text))


def _gap(text: str, start: int, end: int) -> Iterator[tuple[int, int, Look]]:
    """Yield the blanks and comments between two tokens."""
    for match in _COMMENT.finditer(text, start, end):
        yield start, match.start(), Look.PLAIN
        yield match.start(), match.end(), Look.COMMENT
        start = match.end()
    yield start, end, Look.PLAIN


def _look(tokens: Sequence[Token], number: int) -> Look:
    token = tokens[number]
    before = tokens[number - 1].text if number else ";"
    match token.kind:
        case Kind.INT:
            return Look.NUMBER
        case Kind.STRING:
            return Look.STRING
        case Kind.WORD if before != ".":
            if before in _BEFORE_STATEMENT and token.text in STATEMENT_WORDS:
                return Look.KEYWORD
            if token.text in _WORDS:
                return _WORDS[token.text]
            return Look.FUNCTION if tokens[number + 1].text == "(" else Look.PLAIN
    return Look.PLAIN
