"""Rules for words and operators of other languages inside expressions."""

from mapc.syntax.edits import glued
from mapc.syntax.failure import Failure, Resume
from mapc.syntax.tokens import Kind
from mapc.syntax.words import STATEMENT_WORDS
from mapc.text import Reporter
from mapc.text.codes import UNEXPECTED_TOKEN

_OPERATORS = {
    "**": "multiply with `*`",
    "<<": "multiply with a power of two",
    ">>": "divide by a power of two",
    "===": "compare with `==`",
    "!==": "compare with `!=`",
    "<>": "compare with `!=`",
    "=<": "compare with `<=`",
    "=>": "compare with `>=`",
    "->": "take a member with `.`",
    "<-": "assign with `=`",
    "++": "write `+ 1`",
    "--": "write `- 1`",
    "&&&": "write `&&`",
    "...": "write what it stands for; `range(a, b)` is the tuple of the numbers from a to b - 1",
    "..": "write `range(a, b)` for the numbers from a to b - 1",
    "::": "take a member with `.`",
}
_WORDS = {
    "if": "choose with `c ? a : b`",
    "then": "choose with `c ? a : b`",
    "else": "choose with `c ? a : b`",
    "is": "compare with `==`",
    "int": "remove it: all numbers are whole",
    "bool": "remove it: a comparison is a bool",
    "xor": "write `a != b` for bools",
    "mod": "write `a % b`",
    "div": "write `a / b`",
}


def foreign_operator(failure: Failure, report: Reporter) -> Resume | None:
    """Report an operator that the language does not have, such as `**` or `<<`."""
    before, token = failure.previous, failure.token
    if before is None or token.kind is not Kind.OPERATOR or failure.at - 1 == failure.start:
        return None
    # The parser may have taken its first character for an operator, and fail at the second.
    split = (
        before.kind is Kind.OPERATOR
        and before.span.end == token.span.start
        and "NAME" in failure.accepted
    )
    first = failure.at - 1 if split else failure.at
    text = glued(failure.tokens, first)
    inside = (
        failure.first.text in {"return", "print"} or failure.tokens[failure.start + 1].text == "="
    )
    if text not in _OPERATORS or not inside:
        return None
    report.error(
        UNEXPECTED_TOKEN,
        f"there is no operator `{text}`",
        failure.tokens[first].span.to(token.span),
        help=_OPERATORS[text],
    )
    return Resume.NEXT


def python_words(failure: Failure, report: Reporter) -> Resume | None:
    """Report `if`, `lambda` and other words that make expressions elsewhere."""
    before, token = failure.previous, failure.token
    if before is None:
        return None
    if before.text == "lambda":
        report.error(
            UNEXPECTED_TOKEN,
            "there are no lambdas",
            before.span,
            help="write a function: `def f(t) { return ...; }`",
        )
        return Resume.NEXT
    if token.text not in _WORDS or token.kind is not Kind.WORD:
        return None
    if failure.first.text in STATEMENT_WORDS or failure.inside("FOR"):
        return None
    report.error(
        UNEXPECTED_TOKEN,
        f"unexpected {token.shown()} in an expression",
        token.span,
        help=_WORDS[token.text],
    )
    return Resume.NEXT
