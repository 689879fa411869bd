"""Reports characters and words that the language does not have, and says what they stand for."""

import re

from mapc.text import Reporter, Span
from mapc.text.codes import (
    INTEGER_TOO_LARGE,
    MALFORMED_NUMBER,
    UNEXPECTED_CHARACTER,
    UNEXPECTED_TOKEN,
    UNTERMINATED_STRING,
)

LARGEST = 2**63 - 1
_DIGITS = len(str(LARGEST))

LOOKALIKES = {
    **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014", "-"),
    **dict.fromkeys("\u00d7\u2217\u22c5\u00b7", "*"),
    "\u00f7": "/",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2260": "!=",
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2018\u2019\u201a", '"'),
    "\uff1b": ";",
    "\uff0c": ",",
    "\uff1a": ":",
    "\uff08": "(",
    "\uff09": ")",
    "\u2192": "->",
    "\u00a0": " ",
    "\u202f": " ",
    "\u3000": " ",
    "&": "&&",
    "|": "||",
}
"""What characters stand for that word processors, web pages and chat programs put in."""

_HABITS = {
    "\\": "remove it: a statement may go on in the next line as it is",
    "@": "remove it: there are no decorators, and no operator `@`",
    "$": "remove it: names stand by themselves",
    "`": "remove the backquotes; `mapc check --extract` takes a policy out of Markdown text",
    "^": "remove it: there are no operators on bits, and powers are written `x * x`",
    "~": "remove it: there are no operators on bits; `not` is written `!`",
    "\u2026": "write what it stands for",
    "\x00": "remove it; if there are many, save the file as UTF-8 text",
}


def number(text: str, span: Span, report: Reporter) -> str | None:
    """Return the digits of a number, None for one that is not a number of the language."""
    if not (text.isascii() and text.isdigit()):
        report.error(
            MALFORMED_NUMBER,
            f"`{_short(text)}` is not a whole decimal number",
            span,
            help=_as(text, span),
        )
        return None
    digits = text.lstrip("0") or "0"
    # The length is compared first: Python refuses to convert thousands of digits.
    if len(digits) > _DIGITS or int(digits) > LARGEST:
        report.error(
            INTEGER_TOO_LARGE,
            f"`{_short(text)}` does not fit a signed 64-bit integer",
            span,
            help=f"write a smaller number: the largest is {LARGEST}",
        )
        return None
    return digits


def _as(text: str, span: Span) -> str:
    """Return how a malformed number may be written."""
    line, column = span.position()
    if text.endswith(".") and not span.source.line(line)[: column - 1].strip():
        return "remove it: statements are not items of a list"
    if re.fullmatch(r"[0-9]+\.0*", text):
        return f"write `{text.partition('.')[0]}`"
    if (power := re.fullmatch(r"([0-9]+)[eE]([0-9])", text)) is not None:
        return f"write `{power[1]}{'0' * int(power[2])}`"
    if re.fullmatch(r"[0-9]{1,6}\.[0-9]{1,6}", text):
        from fractions import Fraction

        share = Fraction(text)
        return f"numbers are whole: write `x * {share.numerator} / {share.denominator}` for a share"
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,16}|0[bB][01]{1,64}|0[oO][0-7]{1,21}", text):
        return f"write it in decimal: `{int(text, 0)}`"
    if re.fullmatch(r"[0-9]+(_[0-9]+)+", text):
        return f"write `{_short(text.replace('_', ''))}`"
    if re.fullmatch(r"[0-9]+[uUlL]+", text):
        return f"write `{_short(text.rstrip('uUlL'))}`"
    return f'put a blank between number and letters, or quote the name: "{_short(text)}"'


def string(text: str, span: Span, report: Reporter) -> str:
    """Return a string with both quotes."""
    if len(text) >= 2 and text.endswith('"'):
        return text
    report.error(
        UNTERMINATED_STRING,
        "string is not closed on its line",
        Span(span.source, span.start, span.start + 1),
        help='close it with `"`; there are no escapes',
    )
    return text.rstrip("\r") + '"'


def comment(span: Span, report: Reporter) -> None:
    """Report a block comment."""
    report.error(
        UNEXPECTED_TOKEN,
        "there are no block comments",
        Span(span.source, span.start, span.start + 2),
        help="begin every line of the comment with `#` or `//`",
    )


def quoted(text: str, span: Span, report: Reporter) -> str:
    """Report a name in other quotes than `"`; return it in the right ones."""
    inner = text[1:-1]
    what = "single quotes" if text.startswith("'") else "typographic quotes"
    report.error(
        UNEXPECTED_CHARACTER,
        f"unexpected character {_named(text[0])}: names are not written in {what}",
        Span(span.source, span.start, span.start + 1),
        help=f'write `"{_short(inner)}"`',
    )
    return f'"{inner}"'


def foreign(text: str, span: Span, report: Reporter) -> None:
    """Report a word with letters outside ASCII."""
    strange = next(c for c in text if not c.isascii())
    report.error(
        UNEXPECTED_CHARACTER,
        f"unexpected character {_named(strange)} in the word `{_short(text)}`",
        span,
        help=f'the name of a task or region is quoted, `"{_short(text)}"`; '
        "other names have the letters A to Z only",
    )


def character(char: str, span: Span, report: Reporter, *, goes_on: bool) -> str | None:
    """Report a character outside the language; return what it probably stands for.

    With `goes_on` it follows directly on another one, which stands for the whole run.
    """
    meant = LOOKALIKES.get(char)
    if goes_on and meant is None:
        return None
    if meant == " ":
        advice = "write an ordinary blank"
    elif meant is not None:
        advice = f"write `{meant}`"
    else:
        advice = _HABITS.get(char, "remove it")
    report.error(UNEXPECTED_CHARACTER, f"unexpected character {_named(char)}", span, help=advice)
    return meant


def _named(char: str) -> str:
    """Return how messages call a character."""
    if char == "`":
        return "backquote"
    code = f"U+{ord(char):04X}"
    if not char.isprintable() or char.isspace():
        return code
    return f"`{char}`" if char.isascii() else f"`{char}` ({code})"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
