"""A syntax error before it is explained: what the parser knows, and where it may go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from mapc.syntax.tokens import Kind, Token
from mapc.syntax.words import STATEMENT_WORDS
from mapc.text import Span

_BEGINNINGS = frozenset((*STATEMENT_WORDS, "def", "return"))


class Resume(Enum):
    """Where the parser goes on after an error."""

    NEXT = auto()
    """At the statement behind the faulty one."""
    NEXT_LINE = auto()
    SKIP_TOKEN = auto()
    """At the statement that begins behind the present token, which is none of its own."""
    INSERT_SEMICOLON = auto()
    AFTER_BLOCK = auto()
    """Behind lines that are indented deeper than the statement."""
    OUTSIDE = auto()
    """At the beginning of the present statement, taken as one outside of any function."""
    STOP = auto()


@dataclass(slots=True, kw_only=True)
class Failure:
    """What the parser knows where it cannot go on."""

    tokens: list[Token]
    at: int
    start: int
    head: int | None
    state: int
    """The state of the parser."""
    accepted: frozenset[str]
    values: Sequence[object]

    @property
    def token(self) -> Token:
        """The token that does not fit."""
        return self.tokens[self.at]

    @property
    def previous(self) -> Token | None:
        """The token before it in the same statement."""
        return self.tokens[self.at - 1] if self.at > self.start else None

    @property
    def following(self) -> Token:
        """The token behind it."""
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    @property
    def first(self) -> Token:
        """The first token of the statement."""
        return self.tokens[self.start]

    @property
    def heads_line(self) -> bool:
        """Whether the token is the first of its line."""
        before = self.previous
        return before is not None and before.span.line < self.token.span.line

    @property
    def place(self) -> Span:
        """Where the failure is: the token, or where the statement stops before the next one."""
        span, before = self.token.span, self.previous
        if before is None or not self.heads_line:
            return span
        begins = self.token.kind is Kind.WORD and self.token.text in _BEGINNINGS
        if begins or self.token.kind is Kind.END:
            return Span(span.source, before.span.end, before.span.end)
        return span

    @property
    def is_tight(self) -> bool:
        """Whether there is no blank before the token."""
        before = self.previous
        return before is not None and before.span.end == self.token.span.start

    def value(self, depth: int) -> object:
        """Return what lies `depth` below the top of the parser's stack."""
        return self.values[-1 - depth] if depth < len(self.values) else None

    def inside(self, type_: str) -> bool:
        """Return whether a token of this type waits on the parser's stack."""
        return any(isinstance(value, Token) and value.type == type_ for value in self.values)

    def is_token(self, depth: int, *types: str) -> bool:
        """Return whether a token of one of these types lies there."""
        value = self.value(depth)
        return isinstance(value, Token) and value.type in types
