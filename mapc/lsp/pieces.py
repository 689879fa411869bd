"""Splits tokens into statements, also where a statement is not finished or not closed.

No syntax tree is needed, so that this works while somebody types. On text without errors the
pieces are the statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mapc.syntax.tokens import Kind, Token
from mapc.syntax.words import STATEMENT_WORDS

_TOP_WORDS = frozenset((*STATEMENT_WORDS, "def"))
_FIRST_WORDS = _TOP_WORDS | {"print", "return"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One statement without its `;`, or the head of a function without its `{`.

    `head` is the number of the piece that is the head of the function around it, `end` the offset
    of what ends it. The last piece of a text is not `closed`. It may be empty, and so may be the
    last one of a function.
    """

    tokens: tuple[Token, ...]
    head: int | None
    end: int
    closed: bool


def pieces(tokens: Sequence[Token]) -> tuple[Piece, ...]:
    """Return the pieces of a text; tokens of kind END are not among them."""
    splitter = _Splitter()
    for i, token in enumerate(tokens):
        if token.kind is not Kind.END:
            splitter.take(token, tokens[i + 1] if i + 1 < len(tokens) else None)
    length = len(tokens[-1].span.source.text) if tokens else 0
    splitter.flush(length, closed=False)
    return tuple(splitter.found)


class _Splitter:
    """Collects tokens until something ends the statement."""

    def __init__(self) -> None:
        self.found: list[Piece] = []
        self.current: list[Token] = []
        self.head: int | None = None
        self.line_end = -1
        """The end of the token before."""

    def take(self, token: Token, following: Token | None) -> None:
        """Go on behind one token."""
        first = "\n" in token.span.source.text[max(self.line_end, 0) : token.span.start]
        self.line_end = token.span.end
        if token.kind is Kind.OPERATOR and token.text in {";", "{", "}"}:
            self._boundary(token)
            return
        if first and self._begins(token, following):
            self.flush(token.span.start, closed=True)
        top = token.kind is Kind.WORD and token.text in _TOP_WORDS
        if self.head is not None and top and not self.current:
            # Nothing of this kind stands in a function: the one before was not closed.
            self.flush(token.span.start, closed=True)
            self.head = None
        self.current.append(token)

    def _boundary(self, token: Token) -> None:
        """Go on behind a `;` or a brace."""
        is_head = bool(self.current) and self.current[0].text == "def"
        if self.current or (token.text == "}" and self.head is not None):
            self.flush(token.span.start, closed=True)
        if token.text == "{":
            self.head = len(self.found) - 1 if is_head else self.head
        elif token.text == "}":
            self.head = None

    def _begins(self, token: Token, following: Token | None) -> bool:
        """Return whether a word, the first of its line, begins a statement."""
        if not self.current or self.current[-1].text == "," or token.kind is not Kind.WORD:
            return False
        if token.text in _FIRST_WORDS:
            return True
        assigned = following is not None and following.text == "="
        return assigned and token.text not in {"and", "or"}

    def flush(self, end: int, *, closed: bool) -> None:
        """End the current piece at an offset."""
        self.found.append(Piece(tokens=tuple(self.current), head=self.head, end=end, closed=closed))
        self.current.clear()
