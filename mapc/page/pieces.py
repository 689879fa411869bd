"""Coloured text: pieces of lines, each with what it looks like."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import category

_TURNS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They change the order in which text is shown, so that it seems to say something else."""
_UNSEEN = frozenset(("Cc", "Cs", "Cn", "Co"))


class Look(StrEnum):
    """What a piece of text is; the page has a colour for each."""

    PLAIN = ""
    COMMENT = "comment"
    KEYWORD = "keyword"
    KIND = "kind"
    TYPE = "type"
    FUNCTION = "function"
    NUMBER = "literal"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters that look alike."""

    text: str
    look: Look = Look.PLAIN


def shown(text: str) -> str:
    """Return text without the characters that a page cannot show, or that would mislead."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([c if _is_shown(c) else "\ufffd" for c in text])


def _is_shown(char: str) -> bool:
    return char == "\t" or not (char in _TURNS or category(char) in _UNSEEN)


def joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield pieces with neighbours of one look together; blanks take any look."""
    text, look = "", Look.PLAIN
    for piece in pieces:
        if text and piece.look is not look and not piece.text.isspace() and not text.isspace():
            yield Piece(shown(text), look)
            text = ""
        if not piece.text.isspace():
            look = piece.look
        text += piece.text
    if text:
        yield Piece(shown(text), look)
