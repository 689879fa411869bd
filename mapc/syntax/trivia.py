"""Recovers what the scanner drops: the comments and blank lines between tokens.

Non-goals: deciding where they go.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mapc.syntax.tokens import Kind, Token
from mapc.text import Source

_COMMENT = re.compile(r"(?:#|//)[^\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment with its mark, without blanks at its end."""

    text: str
    own_line: bool
    """Whether nothing but blanks stands before it on its line."""
    blank_before: bool
    """Whether an empty line stands before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What stands before one token and behind the one before it."""

    comments: tuple[Comment, ...] = ()
    blank_before: bool = False
    """Whether an empty line stands directly before the token."""


NOTHING = Gap()


def gaps(source: Source, tokens: Sequence[Token]) -> list[Gap]:
    """Return what stands before each of a text's tokens, the one of kind END included."""
    found = []
    start = 0
    for token in tokens:
        end = token.span.start if token.kind is not Kind.END else len(source.text)
        found.append(_gap(source.text, start, end) if "\n" in source.text[start:end] else NOTHING)
        start = token.span.end
    last = source.text[tokens[-2].span.end if len(tokens) > 1 else 0 :]
    if "\n" not in last:  # a comment at the end of the text needs no end of line
        found[-1] = _gap(source.text, len(source.text) - len(last), len(source.text))
    return found


def joined(first: Gap, second: Gap) -> Gap:
    """Return what stands in two gaps when the token between them goes or moves before both."""
    if not first.comments:
        return second
    following = second.comments
    if following:
        following = (replace(following[0], own_line=True), *following[1:])
    return replace(second, comments=(*first.comments, *following))


def _gap(text: str, start: int, end: int) -> Gap:
    comments: list[Comment] = []
    place = start
    for match in _COMMENT.finditer(text, start, end):
        lines = text.count("\n", place, match.start())
        comments.append(
            Comment(
                text=match.group().rstrip(),
                own_line=lines > 0 or bool(comments) or start == 0,
                blank_before=lines > 1,
            )
        )
        place = match.end()
    return Gap(comments=tuple(comments), blank_before=text.count("\n", place, end) > 1)
