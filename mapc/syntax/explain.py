"""Turns a syntax error into one diagnostic, and says where the parser goes on.

The rules stand in one tuple, the most telling first; each looks at the failure and either reports
it or passes it on. `malformed` asks the examples of `grammar/malformed.toml`; the rules before it
are those that need more than an example: another place, a repair, or another way to go on. The
last rule always reports.
"""

from collections.abc import Callable
from typing import TypeAlias

from mapc.syntax.bracketrules import closes_nothing, empty_tuple, never_closed, wrong_bracket
from mapc.syntax.expected import expected, place_of
from mapc.syntax.failure import Failure, Resume
from mapc.syntax.malformed import malformed
from mapc.syntax.operandrules import missing_comma, missing_operand
from mapc.syntax.starrules import bare_star, misplaced_star, unpack_operand
from mapc.syntax.statementrules import in_function, list_marker, prose, statement_word
from mapc.syntax.tokens import Kind
from mapc.syntax.wordrules import foreign_operator, python_words
from mapc.syntax.words import STATEMENT_WORDS, USAGE
from mapc.text import Reporter, Span
from mapc.text.codes import COLON_AFTER_HEAD, MISSING_SEMICOLON, UNEXPECTED_TOKEN

Rule: TypeAlias = Callable[[Failure, Reporter], Resume | None]


def explain(failure: Failure, report: Reporter) -> Resume:
    """Report one syntax error; return where the parser goes on."""
    for rule in _RULES:
        resume = rule(failure, report)
        if resume is not None:
            return resume
    raise AssertionError("the last rule reports everything")


def _missing_semicolon(failure: Failure, report: Reporter) -> Resume | None:
    before, token = failure.previous, failure.token
    if before is None or "SEMICOLON" not in failure.accepted:
        return None
    begins = token.kind is Kind.WORD and (
        token.text in {*STATEMENT_WORDS, "def", "print", "return"}
        or failure.following.text in {"=", "("}
    )
    if not (failure.heads_line or begins or token.kind is Kind.END or token.text == "}"):
        return None
    # An operator at the head of a line continues the statement; then it is something else.
    if token.kind is Kind.OPERATOR and token.text != "}":
        return None
    what = f"`{failure.first.text}` statement"
    if failure.first.text not in {*STATEMENT_WORDS, "return", "print"}:
        what = "assignment"
    end = before.span.end
    advice = f"write `{before.span.text};`"
    rest = before.source.text[end:].partition("\n")[0].strip()
    if rest.startswith("//") and rest.endswith(";"):
        advice = f"`//` begins a comment; divide with `/`: write `{before.span.text} {rest[1:]}`"
    report.error(
        MISSING_SEMICOLON,
        f"missing `;` after the {what}",
        Span(before.span.source, end, end),
        help=advice,
    )
    return Resume.INSERT_SEMICOLON


def _colon_after_head(failure: Failure, report: Reporter) -> Resume | None:
    if failure.accepted != {"LBRACE"} or failure.token.text != ":":
        return None
    head = failure.first.span.to(failure.tokens[failure.at - 1].span).text
    report.error(
        COLON_AFTER_HEAD,
        "the head of a function is followed by `{`, not by `:`",
        failure.token.span,
        help=f"write `{' '.join(head.split())} {{ ... }}`",
    )
    return Resume.AFTER_BLOCK


def _anything(failure: Failure, report: Reporter) -> Resume:
    wanted = expected(failure.accepted, place_of(failure))
    report.error(
        UNEXPECTED_TOKEN,
        f"unexpected {failure.token.shown()}, expected {wanted}",
        failure.place,
        help=_hint(failure),
    )
    return Resume.NEXT


def _hint(failure: Failure) -> str:
    """Return an action for an unexpected token."""
    if failure.at == failure.start:
        return "begin a statement here, or remove it"
    if failure.first.text in USAGE:
        return f"the form is `{USAGE[failure.first.text]}`"
    if failure.token.kind is Kind.END:
        return "finish the statement"
    return f"remove {failure.token.shown()}, or complete what stands before it"


_RULES: tuple[Rule, ...] = (
    _missing_semicolon,
    _colon_after_head,
    in_function,
    list_marker,
    prose,
    statement_word,
    missing_operand,
    missing_comma,
    empty_tuple,
    bare_star,
    unpack_operand,
    foreign_operator,
    python_words,
    malformed,
    misplaced_star,
    never_closed,
    wrong_bracket,
    closes_nothing,
    _anything,
)
