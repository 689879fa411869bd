"""Splits source text into tokens and reports every lexical error on the way.

Tokens have no final type here: what a word means depends on where it stands, and the parser's
driver decides that. After an error the scanner goes on with the most probable reading, so that
one wrong character gives one finding.
"""

import re
from dataclasses import dataclass
from enum import Enum

from mapc.syntax import lexical
from mapc.text import Reporter, Source, Span

MOST_ERRORS = 200
"""A text with more lexical errors is no policy; what follows them is not read."""

DEEPEST_BRACKET = 1000
"""No more brackets are read once so many are open: the parser refuses fewer than that."""


class Kind(Enum):
    """What a token is by its characters alone."""

    WORD = "word"
    INT = "number"
    STRING = "string"
    OPERATOR = "operator"
    END = "end of file"


@dataclass(slots=True)
class Token:
    """One token; `type` is the grammar's terminal, set when the parser takes the token."""

    kind: Kind
    text: str
    span: Span
    type: str = ""
    broken: bool = False
    """Whether this is a guess at what was meant: a string without its end, a malformed number."""

    def shown(self) -> str:
        """Return how messages call this token."""
        if self.kind is Kind.END:
            return "end of file"
        return f"`{self.text}`" if self.kind is not Kind.STRING else f"string {self.text}"


OPERATORS = {
    "<=": "LE",
    ">=": "GE",
    "==": "EQ",
    "!=": "NE",
    "&&": "AND",
    "||": "OR",
    "-": "MINUS",
    "+": "PLUS",
    "*": "STAR",
    "/": "SLASH",
    "%": "PERCENT",
    "=": "ASSIGN",
    ",": "COMMA",
    ";": "SEMICOLON",
    "!": "NOT",
    "?": "QUESTION",
    ":": "COLON",
    "<": "LT",
    ">": "GT",
    "(": "LPAR",
    ")": "RPAR",
    "{": "LBRACE",
    "}": "RBRACE",
    ".": "DOT",
    "[": "LSQB",
    "]": "RSQB",
}

_SCAN = re.compile(
    r"""(?P<blank>[ \t\r\n]+|(?:\#|//)[^\n]*)
      | (?P<foreign>[^\W\d]\w*[^\x00-\x7f]\w*|[^\x00-\x7f\W]\w*)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<number>[0-9][A-Za-z0-9_.]*)
      | (?P<string>"[^"\n]*"?)
      | (?P<comment>/\*(?:.*?\*/)?)
      | (?P<operator><=|>=|==|!=|&&|\|\||[-+*/%=,;!?:<>(){}.\[\]])
      | (?P<quoted>'[^'\n;]*'|[\u201c\u201d\u201e\u00ab\u00bb][^\n";]*?[\u201c\u201d\u00ab\u00bb"]
                  |[\u2018\u2019\u201a][^\n';]*?[\u2018\u2019])
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


def tokenize(source: Source, report: Reporter, text: str | None = None) -> list[Token]:
    """Return the tokens of a text, with one of kind END behind the last.

    `text` may stand for the source's own: a copy of the same length with blanks where something
    else than policy stands.
    """
    text = source.text if text is None else text
    tokens: list[Token] = []
    wrong = depth = 0
    run_end = -1
    for match in _SCAN.finditer(text, 1 if text.startswith("\ufeff") else 0):
        group = match.lastgroup
        if group == "blank":
            continue
        span = Span(source, match.start(), match.end())
        word = match.group()
        if group == "word":
            tokens.append(Token(Kind.WORD, word, span))
            continue
        if group == "operator":
            tokens.append(Token(Kind.OPERATOR, word, span))
            if word in "([":
                depth += 1
            elif word in ")];{}":
                depth = depth - 1 if word in ")]" else 0
            if depth > DEEPEST_BRACKET:
                break
            continue
        token = _unusual(group, word, span, report, goes_on=span.start == run_end)
        if token is not None:
            tokens.append(token)
        wrong += group not in {"number", "string"} or (token is not None and token.broken)
        if group == "other":
            run_end = span.end
        if wrong >= MOST_ERRORS:
            break
    tokens.append(Token(Kind.END, "", _end_span(source, text)))
    return tokens


def _unusual(
    group: str | None, word: str, span: Span, report: Reporter, *, goes_on: bool
) -> Token | None:
    """Return the token for a number, a string or what the language does not have."""
    match group:
        case "number":
            digits = lexical.number(word, span, report)
            return Token(Kind.INT, digits or "0", span, broken=digits is None)
        case "string":
            closed = lexical.string(word, span, report)
            return Token(Kind.STRING, closed, span, broken=closed != word)
        case "comment":
            lexical.comment(span, report)
        case "quoted":
            return Token(Kind.STRING, lexical.quoted(word, span, report), span)
        case "foreign":
            # A name stays a name, so that nothing else is wrong with the statement.
            lexical.foreign(word, span, report)
            return Token(Kind.WORD, word, span)
        case _:
            meant = lexical.character(word, span, report, goes_on=goes_on)
            if meant in OPERATORS:
                return Token(Kind.OPERATOR, meant, span)
    return None


def _end_span(source: Source, text: str) -> Span:
    """Return the place just behind the last visible character."""
    end = len(text.rstrip())
    return Span(source, end, end)
