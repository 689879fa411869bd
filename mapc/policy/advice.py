"""Edits that help texts propose: an expression of one type, changed into one of another."""

from mapc.policy.types import Type
from mapc.text import Span

_LONGEST = 100
_EDITS: dict[tuple[Type | None, Type], str] = {
    (Type.BOOL, Type.INT): "write `({bare} ? 1 : 0)`",
    (Type.TUPLE, Type.INT): "write `{one}[0]` for its first element",
    (Type.MACHINE, Type.INT): "write `{one}.volume` for the number of its processors",
    (Type.TASK, Type.INT): "write `{one}.ipoint[0]`",
    (Type.INT, Type.BOOL): "write `{all} != 0`",
    (Type.TUPLE, Type.BOOL): "write `{one}.len > 0`, or another comparison",
    (Type.MACHINE, Type.BOOL): "write `{one}.volume > 0`",
    (Type.INT, Type.TUPLE): "write `({all},)`",
    (Type.MACHINE, Type.TUPLE): "write `{one}.size`",
    (Type.TASK, Type.TUPLE): "write `{one}.ipoint` or `{one}.ispace`",
    (Type.TUPLE, Type.SET): "write `m[*{one}]` with a machine `m`",
    (Type.MACHINE, Type.SET): "write `{one}[...]`",
    (Type.TASK, Type.NAME): "write `{one}.name`",
}
"""For a type that is there and the one wanted, what to write; `one` is a single operand."""


def shown(span: Span) -> str:
    """Return the text of an expression on one line; dots stand for one that does not fit there."""
    if span.end - span.start > _LONGEST:
        return "..."
    text = span.text
    has_comment = "\n" in text and ("#" in text or "//" in text)
    return "..." if has_comment else " ".join(text.split())


def operand(span: Span) -> str:
    """Return an expression as one operand: with parentheses, unless it needs none."""
    text = shown(span)
    depth = 0
    for character in text:
        depth -= character in ")]"
        if depth == 0 and not (character.isalnum() or character in "_.()[]"):
            return f"({text})"
        depth += character in "(["
    return text


def bare(span: Span) -> str:
    """Return the text of an expression without parentheses around the whole of it."""
    text = shown(span)
    depth = 0
    for at, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth == 0:
            return text[1:-1].strip() if at and at == len(text) - 1 and text[0] == "(" else text
    return text


def sort(wanted: Type) -> str:
    """Return a type with its article."""
    return f"an {wanted}" if wanted is Type.INT else f"a {wanted}"


def conversion(actual: Type | None, wanted: Type, span: Span) -> str:
    """Return how to make one type of another, or what to give instead."""
    edit = _EDITS.get((actual, wanted), f"give {sort(wanted)}")
    return edit.format(all=shown(span), bare=bare(span), one=operand(span))


def element_advice(actual: Type, span: Span) -> str:
    """Return how to put the numbers in an expression into a tuple."""
    text = operand(span)
    match actual:
        case Type.TUPLE:
            return f"write `*{text}` for all its elements"
        case Type.MACHINE:
            return f"write `*{text}.size` for its extents"
        case Type.TASK:
            return f"write `*{text}.ipoint`"
    return conversion(actual, Type.INT, span)


_MAKEABLE = (Type.SET, Type.TUPLE, Type.INT, Type.BOOL)


def arms_advice(then: Type, then_span: Span, otherwise: Type, otherwise_span: Span) -> str:
    """Return how to make two arms of `? :` agree: the one of the simpler type is changed."""
    for wanted in _MAKEABLE:
        if otherwise is wanted:
            return conversion(then, wanted, then_span)
        if then is wanted:
            return conversion(otherwise, wanted, otherwise_span)
    return "make both arms the same type"
