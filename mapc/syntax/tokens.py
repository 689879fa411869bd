"""Splits source text into tokens and reports every lexical error on the way.

Tokens have no final type here: what a word means depends on where it stands, and the parser's
driver decides that. After an error the scanner goes on with the most probable reading, so that
one wrong character gives one finding.
"""

import re
import sys
from dataclasses import dataclass
from enum import Enum

from mapc.syntax import lexical
from mapc.text import Reporter, Source, Span
from mapc.text.codes import CANNOT_READ

MOST_ERRORS = 200
"""A text with more lexical errors is no policy; what follows them is not read."""

MOST_TOKENS = 1_000_000
"""About 100,000 long statements; more would take more memory than a check may."""

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
    source: Source
    start: int
    end: int
    type: str = ""
    broken: bool = False
    """Whether this is a guess at what was meant: a string without its end, a malformed number."""

    @property
    def span(self) -> Span:
        """The place of the token; made when asked for, because most tokens are never asked."""
        return Span(self.source, self.start, self.end)

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
    intern = sys.intern
    for match in _SCAN.finditer(text, 1 if text.startswith("\ufeff") else 0):
        group = match.lastgroup
        if group == "blank":
            continue
        start, end = match.span()
        word = match.group()
        if group == "word":
            tokens.append(Token(Kind.WORD, intern(word), source, start, end))
            continue
        if group == "operator":
            tokens.append(Token(Kind.OPERATOR, intern(word), source, start, end))
            if word in "([":
                depth += 1
            elif word in ")];{}":
                depth = depth - 1 if word in ")]" else 0
            if depth > DEEPEST_BRACKET:
                break
            continue
        span = Span(source, start, end)
        token = _unusual(group, word, span, report, goes_on=start == run_end)
        if token is not None:
            tokens.append(token)
        wrong += group not in {"number", "string"} or (token is not None and token.broken)
        if group == "other":
            run_end = end
        if wrong >= MOST_ERRORS:
            break
    if len(tokens) > MOST_TOKENS:
        del tokens[MOST_TOKENS:]
        report.error(
            CANNOT_READ,
            f"the file has more than {MOST_TOKENS} words and signs",
            tokens[-1].span,
            help="write lists and `*` instead of a statement for every task and region",
        )
    end = len(text.rstrip())
    tokens.append(Token(Kind.END, "", source, end, end))
    return tokens


def _unusual(
    group: str | None, word: str, span: Span, report: Reporter, *, goes_on: bool
) -> Token | None:
    """Return the token for a number, a string or what the language does not have."""
    place = (span.source, span.start, span.end)
    match group:
        case "number":
            digits = lexical.number(word, span, report)
            return Token(Kind.INT, digits or "0", *place, broken=digits is None)
        case "string":
            closed = lexical.string(word, span, report)
            return Token(Kind.STRING, closed, *place, broken=closed != word)
        case "comment":
            lexical.comment(span, report)
        case "quoted":
            return Token(Kind.STRING, lexical.quoted(word, span, report), *place)
        case "foreign":
            # A name stays a name, and what follows from it is not reported.
            lexical.foreign(word, span, report)
            return Token(Kind.WORD, word, *place, broken=True)
        case _:
            meant = lexical.character(word, span, report, goes_on=goes_on)
            if meant in OPERATORS:
                return Token(Kind.OPERATOR, meant, *place)
    return None
