"""Colours lines of generated C++, in which no comment or string goes on in the next line."""

import re
from collections.abc import Iterator

from mapc.page.pieces import Look, Piece, joined

_PART = re.compile(
    r"""(?P<comment>//.*)
      | (?P<directive>^\#\s*\w+)
      | (?P<string>"(?:[^"\\]|\\.)*"|<[\w./]+\.h>)
      | (?P<number>\b\d[\w.']*)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<other>.)""",
    re.VERBOSE,
)
_LOOKS = {
    "comment": Look.COMMENT,
    "directive": Look.KEYWORD,
    "string": Look.STRING,
    "number": Look.NUMBER,
    "other": Look.PLAIN,
}
_WORDS = """
auto break case class const constexpr continue default delete do else explicit extern false final
for if namespace new nullptr override private public return static struct switch template this true
using while
"""
_KEYWORDS = frozenset(_WORDS.split())
_TYPES = frozenset(("bool", "char", "double", "int", "std", "string", "void"))


def coloured(line: str) -> tuple[Piece, ...]:
    """Return the pieces of one line."""
    return tuple(joined(_pieces(line)))


def _pieces(line: str) -> Iterator[Piece]:
    for match in _PART.finditer(line):
        group = match.lastgroup or "other"
        look = _word(match) if group == "word" else _LOOKS[group]
        yield Piece(match.group(), look)


def _word(match: re.Match[str]) -> Look:
    word, behind = match.group(), match.string[match.end() : match.end() + 1]
    if word in _KEYWORDS:
        return Look.KEYWORD
    if word in _TYPES:
        return Look.TYPE
    if word.isupper() and len(word) > 1:
        return Look.KIND
    if word[0].isupper():
        return Look.TYPE
    return Look.FUNCTION if behind == "(" else Look.PLAIN
