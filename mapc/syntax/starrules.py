"""Rules for syntax errors around `*`: unpacked tuples and bare stars."""

from mapc.syntax import ast
from mapc.syntax.failure import Failure, Resume
from mapc.syntax.tokens import Kind
from mapc.text import Reporter, Span
from mapc.text.codes import BARE_STAR, MISPLACED_UNPACK, UNEXPECTED_TOKEN

_BINARY = frozenset(
    ["+", "-", "*", "/", "%", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "?", "and", "or"]
)
_ELEMENT_STARTS = ("LPAR", "COMMA", "LSQB")


def bare_star(failure: Failure, report: Reporter) -> Resume | None:
    """Report a `*` without operand where only unpacking is possible."""
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


def unpack_operand(failure: Failure, report: Reporter) -> Resume | None:
    """Report what follows an unpacked operand and does not belong to it."""
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


def misplaced_star(failure: Failure, report: Reporter) -> Resume | None:
    """Report a `*` where no operator and no unpacking is possible."""
    if failure.token.text != "*" or failure.token.kind is not Kind.OPERATOR:
        return None
    before = failure.previous
    span = failure.token.span
    if "NAME" in failure.accepted:
        if failure.following.text in {")", ",", ";", "]"}:
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
