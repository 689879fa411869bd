"""Splits source text into tokens and reports every lexical error on the way.

Tokens have no final type here: what a word means depends on where it stands, and the parser's
driver decides that. After an error the scanner goes on with the most probable reading, so that
one wrong character gives one finding.
"""

import re
from dataclasses import dataclass
from enum import Enum

from mapc.text import Reporter, Source, Span
from mapc.text.codes import (
    INTEGER_TOO_LARGE,
    MALFORMED_NUMBER,
    UNEXPECTED_CHARACTER,
    UNEXPECTED_TOKEN,
    UNTERMINATED_STRING,
)

LARGEST = 2**63 - 1
_DIGITS = len(str(LARGEST))


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
    """Whether this is a string without its end."""

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
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<number>[0-9][A-Za-z0-9_.]*)
      | (?P<string>"[^"\n]*"?)
      | (?P<comment>/\*(?:.*?\*/)?)
      | (?P<operator><=|>=|==|!=|&&|\|\||[-+*/%=,;!?:<>(){}.\[\]])
      | (?P<quoted>'[^'\n;]*')
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)

_LOOKALIKES = {
    "\u2212": "-",
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u00d7": "*",
    "\u2217": "*",
    "\u00f7": "/",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2260": "!=",
    "\u201c": '"',
    "\u201d": '"',
    "\uff1b": ";",
    "\uff0c": ",",
    "\uff08": "(",
    "\uff09": ")",
    "\u00a0": " ",
    "&": "&&",
    "|": "||",
}


def tokenize(source: Source, report: Reporter) -> list[Token]:
    """Return the tokens of a text, with one of kind END behind the last."""
    text = source.text
    tokens: list[Token] = []
    start = 1 if text.startswith("\ufeff") else 0
    for match in _SCAN.finditer(text, start):
        group = match.lastgroup
        if group == "blank":
            continue
        span = Span(source, match.start(), match.end())
        word = match.group()
        match group:
            case "word":
                tokens.append(Token(Kind.WORD, word, span))
            case "operator":
                tokens.append(Token(Kind.OPERATOR, word, span))
            case "number":
                tokens.append(Token(Kind.INT, _number(word, span, report), span))
            case "string":
                tokens.append(_string(word, span, report))
            case "comment":
                report.error(
                    UNEXPECTED_TOKEN,
                    "there are no block comments",
                    Span(source, span.start, span.start + 2),
                    help="begin every line of the comment with `#` or `//`",
                )
            case "quoted":
                report.error(
                    UNEXPECTED_CHARACTER,
                    "unexpected character `'`",
                    Span(source, span.start, span.start + 1),
                    help=f'names are quoted with double quotes: write "{word[1:-1]}"',
                )
                tokens.append(Token(Kind.STRING, f'"{word[1:-1]}"', span))
            case _:
                tokens += _other(word, span, report)
    tokens.append(Token(Kind.END, "", _end_span(source)))
    return tokens


def _number(text: str, span: Span, report: Reporter) -> str:
    """Return the digits of a number; `0` for one that is not a number of the language."""
    if not text.isdigit():
        decimal = re.fullmatch(r"[0-9]+\.[0-9]*", text)
        report.error(
            MALFORMED_NUMBER,
            f"`{text}` is not a whole decimal number",
            span,
            help="use whole numbers, such as `3 / 2` in an integer formula"
            if decimal
            else f'put a blank between number and letters, or quote the name: "{text}"',
        )
        return "0"
    digits = text.lstrip("0") or "0"
    # The length is compared first: Python refuses to convert thousands of digits.
    if len(digits) > _DIGITS or int(digits) > LARGEST:
        shown = text if len(text) <= 40 else f"{text[:37]}..."
        report.error(
            INTEGER_TOO_LARGE,
            f"`{shown}` does not fit a signed 64-bit integer",
            span,
            help=f"the largest integer is {LARGEST}",
        )
        return "0"
    return digits


def _string(text: str, span: Span, report: Reporter) -> Token:
    """Return the token of a string, with both quotes."""
    if len(text) >= 2 and text.endswith('"'):
        return Token(Kind.STRING, text, span)
    report.error(
        UNTERMINATED_STRING,
        "string is not closed on its line",
        Span(span.source, span.start, span.start + 1),
        help='close it with `"`; there are no escapes',
    )
    return Token(Kind.STRING, text.rstrip("\r") + '"', span, broken=True)


def _other(char: str, span: Span, report: Reporter) -> list[Token]:
    """Report a character outside the language; return the token it probably stands for."""
    meant = _LOOKALIKES.get(char)
    name = f"U+{ord(char):04X}"
    shown = f"`{char}` ({name})" if char.isprintable() and not char.isspace() else name
    if char.isascii() and char.isprintable():
        shown = f"`{char}`"
    if meant == " ":
        advice = "write an ordinary blank"
    elif meant:
        advice = f"write `{meant}`"
    else:
        advice = "remove the character"
        if char.isalpha():
            advice = "put names with such characters in double quotes"
    report.error(UNEXPECTED_CHARACTER, f"unexpected character {shown}", span, help=advice)
    return [Token(Kind.OPERATOR, meant, span)] if meant in OPERATORS else []


def _end_span(source: Source) -> Span:
    """Return the place just behind the last visible character."""
    end = len(source.text.rstrip())
    return Span(source, end, end)
