"""Rules for syntax errors around brackets and braces."""

from mapc.syntax.edits import edited
from mapc.syntax.failure import Failure, Resume
from mapc.syntax.tokens import Kind, Token
from mapc.text import Related, Reporter
from mapc.text.codes import EMPTY_TUPLE, UNEXPECTED_TOKEN

_OPENING = {")": "(", "]": "[", "}": "{"}
_CLOSING = {opening: closing for closing, opening in _OPENING.items()}


def empty_tuple(failure: Failure, report: Reporter) -> Resume | None:
    """Report `()` where an expression may begin."""
    before = failure.previous
    if before is None or before.text != "(" or failure.token.text != ")":
        return None
    # Behind a name it is the argument list of something that needs arguments.
    if "NAME" not in failure.accepted or failure.tokens[failure.at - 2].kind is Kind.WORD:
        return None
    report.error(
        EMPTY_TUPLE,
        "a tuple literal has at least one element",
        before.span.to(failure.token.span),
        help="write `(x,)` for a tuple of one element, `range(0)` for an empty one",
    )
    return Resume.NEXT


def never_closed(failure: Failure, report: Reporter) -> Resume | None:
    """Report a bracket or a body that is still open where the file or the statement ends."""
    at_end = failure.token.kind is Kind.END
    bracket = _open_bracket(failure)
    if bracket is not None and (at_end or failure.token.text in {";", "{", "}"}):
        closing = _CLOSING[bracket.text]
        advice = f"write the closing `{closing}`"
        if failure.token.text == ";" and failure.accepted >= {_TERMINALS[closing]}:
            advice = f"write `{edited(f'insert-tight:{closing}', *_where(failure))}`"
        report.error(
            UNEXPECTED_TOKEN, f"`{bracket.text}` is never closed", bracket.span, help=advice
        )
        return Resume.STOP if at_end else Resume.NEXT
    if not at_end or failure.head is None or failure.at != failure.start:
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


_TERMINALS = {")": "RPAR", "]": "RSQB", "}": "RBRACE"}


def _where(failure: Failure) -> tuple[list[Token], int, int]:
    return failure.tokens, failure.start, failure.at


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


def wrong_bracket(failure: Failure, report: Reporter) -> Resume | None:
    """Report a closing bracket of another kind than the open one, and a lonely `}`."""
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
        help=f"close `{bracket.text}` with `{_CLOSING[bracket.text]}` first",
        related=(Related(message=f"`{bracket.text}` is opened here", span=bracket.span),),
    )
    return Resume.NEXT


def closes_nothing(failure: Failure, report: Reporter) -> Resume | None:
    """Report a closing bracket that closes nothing."""
    if failure.token.text not in {")", "]"} or failure.token.kind is not Kind.OPERATOR:
        return None
    if _open_bracket(failure) is not None or failure.at == failure.start:
        return None
    report.error(
        UNEXPECTED_TOKEN,
        f"`{failure.token.text}` closes nothing",
        failure.token.span,
        help=f"write `{edited('remove', *_where(failure))}`",
    )
    return Resume.NEXT
