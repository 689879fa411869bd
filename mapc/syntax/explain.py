"""Turns a syntax error into one diagnostic, and says where the parser goes on.

The rules stand in one tuple, the most telling first; each looks at the failure and either reports
it or passes it on. The last one always reports.
"""

from collections.abc import Callable
from typing import TypeAlias

from mapc.syntax.expected import expected
from mapc.syntax.failure import Failure, Resume
from mapc.syntax.starrules import bare_star, misplaced_star, unpack_operand
from mapc.syntax.tokens import Kind, Token
from mapc.syntax.words import STATEMENT_WORDS, TYPE_WORDS, proposal
from mapc.text import Related, Reporter, Span
from mapc.text.codes import (
    COLON_AFTER_HEAD,
    EMPTY_TUPLE,
    MISSING_SEMICOLON,
    STATEMENT_IN_FUNCTION,
    UNEXPECTED_TOKEN,
    UNKNOWN_STATEMENT,
)
from mapc.text.nearest import nearest

Rule: TypeAlias = Callable[[Failure, Reporter], Resume | None]

_OPENING = {")": "(", "]": "[", "}": "{"}


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
    report.error(
        MISSING_SEMICOLON,
        f"missing `;` after the {what}",
        Span(before.span.source, end, end),
        help=f"write `{before.text};`",
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


def _in_function(failure: Failure, report: Reporter) -> Resume | None:
    first = failure.first
    if failure.head is None or failure.at != failure.start + 1:
        return None
    if first.text not in {*STATEMENT_WORDS, "def"} or failure.token.text == "=":
        return None
    head = failure.tokens[failure.head]
    name = failure.tokens[failure.head + 1].text
    what = "function" if first.text == "def" else f"`{first.text}` statement"
    report.error(
        STATEMENT_IN_FUNCTION,
        f"{what} inside function `{name}`",
        first.span,
        help="write `}` before it, or move it out of the function",
        related=(Related(message=f"function `{name}` begins here", span=head.span),),
    )
    # Where it stands as far left as the `def`, the function's closing brace is what is missing.
    outdented = first.span.position()[1] <= head.span.position()[1]
    return Resume.OUTSIDE if outdented else Resume.NEXT


def _statement_word(failure: Failure, report: Reporter) -> Resume | None:
    first, token = failure.first, failure.token
    if failure.at != failure.start + 1 or first.type != "WORD":
        return None
    word = first.text
    known = [*STATEMENT_WORDS, "def", "print"]
    if failure.head is not None:
        known.append("return")
    if word == "return":
        report.error(UNEXPECTED_TOKEN, "`return` outside a function", first.span, help="remove it")
    elif word in TYPE_WORDS and token.kind is Kind.WORD:
        report.error(
            UNEXPECTED_TOKEN,
            "variables are not declared with a type",
            first.span,
            help=f"write `{token.text} = ...`",
        )
    elif word in {"if", "while", "for", "else", "switch"}:
        report.error(
            UNKNOWN_STATEMENT,
            f"there is no `{word}` statement",
            first.span,
            help="choose with `c ? a : b`, repeat with `tuple(e for i in t)`",
        )
    elif token.kind is Kind.OPERATOR and nearest(word, known) is None:
        _not_an_assignment(failure, report)
    else:
        advice = proposal(word, known, "a statement begins with one of " + ", ".join(known))
        report.error(UNKNOWN_STATEMENT, f"unknown statement `{word}`", first.span, help=advice)
    return Resume.NEXT


def _not_an_assignment(failure: Failure, report: Reporter) -> None:
    """Report a name followed by an operator that is not `=`."""
    name, token = failure.first.text, failure.token
    advice = f"write `{name} = ...;`"
    if token.text == "(":
        advice = f"use the value: `x = {name}(...);`"
    elif failure.following.text == "=":
        advice = f"variables are assigned once; write `other = {name} {token.text} ...;`"
    report.error(
        UNEXPECTED_TOKEN, f"unexpected {token.shown()}, expected `=`", token.span, help=advice
    )


def _empty_tuple(failure: Failure, report: Reporter) -> Resume | None:
    before = failure.previous
    if before is None or before.text != "(" or failure.token.text != ")":
        return None
    if "NAME" not in failure.accepted:
        return None
    report.error(
        EMPTY_TUPLE,
        "a tuple literal has at least one element",
        before.span.to(failure.token.span),
        help="write `(x,)` for a tuple of one element, `range(0)` for an empty one",
    )
    return Resume.NEXT


def _never_closed(failure: Failure, report: Reporter) -> Resume | None:
    if failure.token.kind is not Kind.END:
        return None
    bracket = _open_bracket(failure)
    if bracket is not None:
        report.error(
            UNEXPECTED_TOKEN,
            f"`{bracket.text}` is never closed",
            bracket.span,
            help=f"write the closing `{ {'(': ')', '[': ']', '{': '}'}[bracket.text] }`",
        )
        return Resume.STOP
    if failure.head is None or failure.at != failure.start:
        return None
    brace = next(t for t in failure.tokens[failure.head :] if t.text == "{")
    name = failure.tokens[failure.head + 1].text
    report.error(
        UNEXPECTED_TOKEN,
        f"the body of function `{name}` is never closed",
        brace.span,
        help="write `}` behind its last statement",
    )
    return Resume.STOP


def _open_bracket(failure: Failure) -> Token | None:
    """Return the innermost bracket that the statement has opened and not closed."""
    stack: list[Token] = []
    for token in failure.tokens[failure.start : failure.at]:
        if token.kind is not Kind.OPERATOR:
            continue
        if token.text in {"(", "["}:
            stack.append(token)
        elif token.text in {")", "]"} and stack:
            stack.pop()
    return stack[-1] if stack else None


def _wrong_bracket(failure: Failure, report: Reporter) -> Resume | None:
    opening = _OPENING.get(failure.token.text)
    if opening is None or failure.token.kind is not Kind.OPERATOR:
        return None
    bracket = _open_bracket(failure)
    if bracket is None and failure.at == failure.start and failure.token.text == "}":
        report.error(
            UNEXPECTED_TOKEN,
            "unexpected `}`: no function is open here",
            failure.token.span,
            help="remove it",
        )
        return Resume.NEXT
    if bracket is None or bracket.text == opening or failure.token.text == "}":
        return None
    report.error(
        UNEXPECTED_TOKEN,
        f"`{failure.token.text}` does not close `{bracket.text}`",
        failure.token.span,
        help=f"close `{bracket.text}` first",
        related=(Related(message=f"`{bracket.text}` is opened here", span=bracket.span),),
    )
    return Resume.NEXT


def _python_words(failure: Failure, report: Reporter) -> Resume | None:
    if failure.token.text not in {"if", "else", "is"} or failure.at == failure.start:
        return None
    advice = "write `c ? a : b`" if failure.token.text != "is" else "write `==`"
    report.error(
        UNEXPECTED_TOKEN,
        f"unexpected {failure.token.shown()} in an expression",
        failure.token.span,
        help=advice,
    )
    return Resume.NEXT


def _anything(failure: Failure, report: Reporter) -> Resume:
    token, before = failure.token, failure.previous
    span = token.span
    # An incomplete statement is wrong where it stops, not where the next one begins.
    if failure.heads_line and before is not None:
        heads = token.kind is Kind.WORD and token.text in {*STATEMENT_WORDS, "def", "return"}
        if heads or token.kind is Kind.END:
            span = Span(span.source, before.span.end, before.span.end)
    report.error(
        UNEXPECTED_TOKEN,
        f"unexpected {token.shown()}, expected {expected(failure.accepted, _place(failure))}",
        span,
        help=_hint(failure),
    )
    return Resume.NEXT


def _hint(failure: Failure) -> str:
    """Return an action for an unexpected token, if one is probable."""
    if failure.at == failure.start:
        return "begin a statement here"
    name_before = failure.tokens[failure.at - 1].kind is Kind.WORD
    if failure.first.text in STATEMENT_WORDS and failure.token.text in set(":.-/") and name_before:
        return 'put names that are not words in double quotes, such as "ns::solve"'
    return ""


def _place(failure: Failure) -> str:
    """Return what a word would mean where the failure is."""
    before = failure.previous
    if before is None:
        return "a statement"
    if before.text == ".":
        return "a member name"
    if before.text == "(" and failure.tokens[failure.at - 2].text == "Machine":
        return "a processor kind"
    if failure.first.text == "def":
        return "a function name" if before.text == "def" else "a parameter"
    operands = 0
    for value in reversed(failure.values):
        if isinstance(value, Token):
            if value is failure.first:
                break
            continue
        operands += 1
    places = {
        "Task": ("a task name", "a processor kind"),
        "Region": ("a task name", "a region name", "a processor kind", "a memory kind"),
        "Layout": ("a task name", "a region name", "a kind", "a layout word"),
        "IndexTaskMap": ("a task name", "the name of a function"),
        "SingleTaskMap": ("a task name", "the name of a function"),
        "CollectMemory": ("a task name", "a region name"),
    }.get(failure.first.text, ("a name",))
    return places[min(operands, len(places) - 1)]


_RULES: tuple[Rule, ...] = (
    _missing_semicolon,
    _colon_after_head,
    _in_function,
    _statement_word,
    _empty_tuple,
    bare_star,
    unpack_operand,
    misplaced_star,
    _never_closed,
    _wrong_bracket,
    _python_words,
    _anything,
)
