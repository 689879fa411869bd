"""Says what every token of a statement does there: `-` as sign or as operator, `:` and so on.

Works on the tokens of statements without syntax errors; what a word or character means follows
from its neighbours and the brackets around it.
"""

from collections.abc import Sequence
from enum import Enum, auto

from mapc.syntax.tokens import Kind, Token
from mapc.syntax.words import STATEMENT_WORDS


class Role(Enum):
    """What a token does in its statement."""

    OPERAND = auto()
    """A word, number or string; also `*` as a name."""
    SIGN = auto()
    """`-`, `!` and `*` before an operand, and the `*` that stands for all indices."""
    NOT = auto()
    BINARY = auto()
    ASSIGN = auto()
    RETURN = auto()
    QUESTION = auto()
    COLON = auto()
    """Of `? :`."""
    SLICE = auto()
    WIDE_SLICE = auto()
    """The colon of a slice with `? :` as one of its bounds."""
    COMMA = auto()
    SEMICOLON = auto()
    DOT = auto()
    OPEN = auto()
    """A bracket that groups."""
    CALL = auto()
    """A bracket behind an operand."""
    CLOSE = auto()
    FOR = auto()
    IN = auto()
    BRACE = auto()


_WORDS = {
    "and": Role.BINARY,
    "or": Role.BINARY,
    "not": Role.NOT,
    "for": Role.FOR,
    "in": Role.IN,
    "return": Role.RETURN,
}
_CHARACTERS = {
    ",": Role.COMMA,
    ";": Role.SEMICOLON,
    ".": Role.DOT,
    "=": Role.ASSIGN,
    "?": Role.QUESTION,
    "!": Role.SIGN,
    "(": Role.CALL,
    "[": Role.CALL,
    ")": Role.CLOSE,
    "]": Role.CLOSE,
    "{": Role.BRACE,
    "}": Role.BRACE,
}


def is_rule(tokens: Sequence[Token]) -> bool:
    """Return whether a statement begins with a statement word: its operands are plain names."""
    return tokens[0].text in STATEMENT_WORDS


def roles(tokens: Sequence[Token]) -> list[Role]:
    """Return the role of each token of a statement, of a function's head, or of a `}`."""
    if is_rule(tokens) or tokens[0].text == "def":
        return [_plain(token) for token in tokens]
    return _Expression(tokens).read()


def _plain(token: Token) -> Role:
    """Return the role of a token where every word is just a word."""
    if token.kind is not Kind.OPERATOR or token.text == "*":
        return Role.OPERAND
    return _CHARACTERS.get(token.text, Role.BINARY)


class _Expression:
    """One pass over the tokens of a statement that has expressions."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.found: list[Role] = []
        self.open: list[int] = []
        """The open brackets and `?`."""
        self.slices: dict[int, int] = {}
        """The colon of the slice in an open bracket."""
        self.wide: set[int] = set()
        """The open brackets with `? :` directly in them."""

    def read(self) -> list[Role]:
        """Return the role of each token."""
        for i, token in enumerate(self.tokens):
            match token.kind:
                case Kind.WORD:
                    self.found.append(self._word(i))
                case Kind.OPERATOR:
                    self.found.append(self._operator(i, token.text))
                case _:
                    self.found.append(Role.OPERAND)
        return self.found

    def _word(self, i: int) -> Role:
        is_member = i > 0 and self.found[i - 1] is Role.DOT
        return Role.OPERAND if is_member else _WORDS.get(self.tokens[i].text, Role.OPERAND)

    def _operator(self, i: int, text: str) -> Role:
        behind_operand = i > 0 and self.found[i - 1] in {Role.OPERAND, Role.CLOSE}
        match text:
            case "(" | "[":
                self.open.append(i)
                return Role.CALL if behind_operand else Role.OPEN
            case ")" | "]":
                self._close(self.open.pop())
            case "?":
                if self.open:
                    self.wide.add(self.open[-1])
                self.open.append(i)
            case ":":
                return self._colon(i)
            case "-" | "*" if not behind_operand:
                return Role.SIGN
        return _CHARACTERS.get(text, Role.BINARY)

    def _colon(self, i: int) -> Role:
        if self.found[self.open[-1]] is Role.QUESTION:
            self.open.pop()
            return Role.COLON
        self.slices[self.open[-1]] = i
        return Role.SLICE

    def _close(self, bracket: int) -> None:
        if bracket in self.slices and bracket in self.wide:
            self.found[self.slices[bracket]] = Role.WIDE_SLICE
