"""Turns a syntax error into one diagnostic, and says where the parser goes on.

The rules stand in one tuple, the most telling first; each looks at the failure and either reports
it or passes it on. The last one always reports.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from mapc.syntax import ast
from mapc.syntax.expected import expected
from mapc.syntax.tokens import Kind, Token
from mapc.syntax.words import STATEMENT_WORDS, TYPE_WORDS, did_you_mean, nearest
from mapc.text import Related, Reporter, Span
from mapc.text.codes import (
    BARE_STAR,
    COLON_AFTER_HEAD,
    EMPTY_TUPLE,
    MISPLACED_UNPACK,
    MISSING_SEMICOLON,
    STATEMENT_IN_FUNCTION,
    UNEXPECTED_TOKEN,
    UNKNOWN_STATEMENT,
)


class Resume(Enum):
    """Where the parser goes on after an error."""

    NEXT = auto()
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

    def value(self, depth: int) -> object:
        """Return what lies `depth` below the top of the parser's stack."""
        return self.values[-1 - depth] if depth < len(self.values) else None

    def is_token(self, depth: int, *types: str) -> bool:
        """Return whether a token of one of these types lies there."""
        value = self.value(depth)
        return isinstance(value, Token) and value.type in types


Rule: TypeAlias = Callable[[Failure, Reporter], Resume | None]

_OPENING = {")": "(", "]": "[", "}": "{"}
_BINARY = frozenset(
    ["+", "-", "*", "/", "%", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "?", "and", "or"]
)
_ELEMENT_STARTS = ("LPAR", "COMMA", "LSQB")


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
        proposal = did_you_mean(word, known, "a statement begins with one of " + ", ".join(known))
        report.error(UNKNOWN_STATEMENT, f"unknown statement `{word}`", first.span, help=proposal)
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


def _bare_star(failure: Failure, report: Reporter) -> Resume | None:
    before = failure.previous
    if before is None or not failure.is_token(0, "STAR") or failure.token.text not in ",)];":
        return None
    if not failure.is_token(1, *_ELEMENT_STARTS):
        return None
    report.error(
        BARE_STAR,
        "a bare `*` may only stand in the subscript of a machine",
        before.span,
        help="write `*t` to unpack a tuple `t`, or use `*` as in `m[0, *]`",
    )
    return Resume.NEXT


def _unpack_operand(failure: Failure, report: Reporter) -> Resume | None:
    operand = failure.value(0)
    if isinstance(operand, ast.Unpack):
        operand = operand.operand
    elif not (failure.is_token(1, "STAR") and failure.is_token(2, *_ELEMENT_STARTS)):
        return None
    if not isinstance(operand, ast.Node) or failure.token.text not in (*_BINARY, ")", ":"):
        return None
    if failure.token.text == ")":
        help_text = f"write `(*{operand.span.text},)`"
        message = "a tuple of one unpacked tuple needs a comma"
    else:
        whole = Span(operand.span.source, operand.span.start, _element_end(failure))
        help_text = f"write `*({' '.join(whole.text.split())})`"
        message = "unpack covers one operand only; a longer one needs parentheses"
    report.error(MISPLACED_UNPACK, message, failure.token.span, help=help_text)
    return Resume.NEXT


def _element_end(failure: Failure) -> int:
    """Return the end of the element of a list that the failure lies in."""
    depth = 0
    end = failure.token.span.end
    for token in failure.tokens[failure.at :]:
        if token.kind is Kind.END or token.text in {";", "{", "}"}:
            break
        if token.text in {"(", "["}:
            depth += 1
        elif token.text in {")", "]"}:
            depth -= 1
        if depth < 0 or (depth == 0 and token.text == ","):
            break
        end = token.span.end
    return end


def _star(failure: Failure, report: Reporter) -> Resume | None:
    if failure.token.text != "*" or failure.token.kind is not Kind.OPERATOR:
        return None
    before = failure.previous
    span = failure.token.span
    if "NAME" in failure.accepted:
        if before is not None and before.text == "*" and before.span.end == span.start:
            report.error(
                UNEXPECTED_TOKEN,
                "there is no operator `**`",
                before.span.to(span),
                help="multiply with `*`",
            )
        elif failure.following.text in {")", ",", ";", "]"}:
            report.error(
                BARE_STAR,
                "a bare `*` may only stand in the subscript of a machine",
                span,
                help="write an expression here",
            )
        else:
            report.error(
                MISPLACED_UNPACK,
                "unpack may only begin an element of a tuple, an argument list or a subscript",
                span,
                help="write `(*t,)` to make a tuple of the elements",
            )
        return Resume.NEXT
    if failure.accepted <= {"WORD", "STRING", "INT"} and before is not None and before.text == ",":
        report.error(
            UNEXPECTED_TOKEN,
            "`*` cannot be an element of a list of names",
            span,
            help=f"write a `{failure.first.text}` statement of its own for `*`",
        )
        return Resume.NEXT
    return None


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
        help="" if failure.at > failure.start else "begin a statement here",
    )
    return Resume.NEXT


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
        "Region": ("a task name", "a region name", "a processor kind or `*`", "a memory kind"),
        "Layout": ("a task name", "a region name", "a kind or `*`", "a layout word"),
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
    _bare_star,
    _unpack_operand,
    _star,
    _never_closed,
    _wrong_bracket,
    _python_words,
    _anything,
)
