"""Says what the next word of an unfinished statement would be: a task, a memory kind, a member.

The same question for each word of a finished statement tells what that word is.
"""

from collections.abc import Sequence
from enum import Enum, auto

from mapc.syntax.tokens import Kind, Token


class Slot(Enum):
    """What may stand in a place."""

    STATEMENT = auto()
    BODY_STATEMENT = auto()
    TASK = auto()
    MAPPED_TASK = auto()
    """A task or a processor kind."""
    REGION = auto()
    PROC = auto()
    PROC_OR_ALL = auto()
    MEM = auto()
    LAYOUT_KIND = auto()
    LAYOUT_WORD = auto()
    FUNCTION = auto()
    TYPE = auto()
    MEMBER = auto()
    EXPRESSION = auto()
    OPERATOR = auto()
    FOR = auto()
    """An operator, or the `for` of a comprehension."""
    IN = auto()
    NEW_NAME = auto()
    NOTHING = auto()
    """A number, a text, or the end of the statement."""


_OPERANDS = {
    "Task": (Slot.TASK, Slot.PROC),
    "Region": (Slot.TASK, Slot.REGION, Slot.PROC_OR_ALL, Slot.MEM),
    "Layout": (Slot.TASK, Slot.REGION, Slot.LAYOUT_KIND, Slot.LAYOUT_WORD),
    "InstanceLimit": (Slot.TASK, Slot.NOTHING),
    "CollectMemory": (Slot.TASK, Slot.REGION),
    "IndexTaskMap": (Slot.MAPPED_TASK, Slot.FUNCTION),
    "SingleTaskMap": (Slot.MAPPED_TASK, Slot.FUNCTION),
    "ControlReplicate": (Slot.TASK,),
}
_OPERATOR_WORDS = frozenset(("and", "or", "not", "in"))


def slot_after(tokens: Sequence[Token], *, in_function: bool) -> Slot:
    """Return what may stand behind the first tokens of a statement."""
    if not tokens:
        return Slot.BODY_STATEMENT if in_function else Slot.STATEMENT
    first = tokens[0]
    assigned = len(tokens) > 1 and tokens[1].text == "="
    if first.kind is not Kind.WORD:
        return Slot.NOTHING
    if assigned:
        return _expression(tokens[1:])
    if first.text in _OPERANDS:
        return _operand(_OPERANDS[first.text], tokens[1:])
    match first.text:
        case "def":
            return _head(tokens[1:])
        case "return":
            return _expression(tokens)
        case "print" if len(tokens) > 2:
            return _expression(tokens[1:])
    return Slot.NOTHING


def _operand(slots: tuple[Slot, ...], tokens: Sequence[Token]) -> Slot:
    """Return the slot behind some operands; lists go on behind a comma."""
    number = -1
    listing = False
    for token in tokens:
        if token.text == ",":
            listing = True
        elif token.kind is not Kind.OPERATOR or token.text == "*":
            number += not listing
            listing = False
    number += not listing
    if number >= len(slots) and slots[-1] is Slot.LAYOUT_WORD:
        # Layout words follow each other without commas; a comparison waits for its number.
        return Slot.LAYOUT_WORD if tokens[-1].kind is Kind.WORD or _is_int(tokens) else Slot.NOTHING
    if slots[-1] is Slot.LAYOUT_WORD and tokens and tokens[-1].text in _COMPARISONS:
        return Slot.NOTHING
    return slots[number] if number < len(slots) else Slot.NOTHING


_COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!="))


def _is_int(tokens: Sequence[Token]) -> bool:
    return tokens[-1].kind is Kind.INT


def _head(tokens: Sequence[Token]) -> Slot:
    """Return the slot in the head of a function, behind its `def`."""
    if not tokens or len(tokens) == 1:
        return Slot.NOTHING if tokens else Slot.NEW_NAME
    last = tokens[-1]
    if last.text in {"(", ","}:
        return Slot.TYPE
    return Slot.NEW_NAME if last.kind is Kind.WORD else Slot.NOTHING


def _expression(tokens: Sequence[Token]) -> Slot:
    """Return the slot in an expression; the first token is what stands before it."""
    last = tokens[-1]
    before = tokens[-2].text if len(tokens) > 1 else ""
    if last.kind is Kind.OPERATOR:
        match last.text:
            case ".":
                return Slot.MEMBER
            case "(" if before == "Machine" and not _is_member(tokens, -2):
                return Slot.PROC
            case "(" if before == "has" and _is_member(tokens, -2):
                return Slot.MEM
            case ")" | "]":
                return _behind_operand(tokens)
        return Slot.EXPRESSION
    if len(tokens) == 1 or (is_operator_word(tokens, -1)):
        return Slot.EXPRESSION
    if is_for(tokens, -1):
        return Slot.NEW_NAME
    if is_for(tokens, -2):
        return Slot.IN
    return _behind_operand(tokens)


def is_operator_word(tokens: Sequence[Token], i: int) -> bool:
    """Return whether a word of an expression is an operator, and no member of that name."""
    return tokens[i].text in _OPERATOR_WORDS and not _is_member(tokens, i)


def is_for(tokens: Sequence[Token], i: int) -> bool:
    """Return whether a word of an expression is the `for` of a comprehension."""
    return (
        len(tokens) >= -i
        and tokens[i].text == "for"
        and tokens[i].kind is Kind.WORD
        and not _is_member(tokens, i)
    )


def _is_member(tokens: Sequence[Token], i: int) -> bool:
    i = i % len(tokens)
    return i > 0 and tokens[i - 1].text == "."


def _behind_operand(tokens: Sequence[Token]) -> Slot:
    """Return what may go on behind an operand: inside `tuple(` also a `for`."""
    depth = 0
    for i in range(len(tokens) - 1, 0, -1):
        text = tokens[i].text
        if is_for(tokens, i - len(tokens)) and depth == 0:
            return Slot.OPERATOR
        if tokens[i].kind is not Kind.OPERATOR:
            continue
        if text in {")", "]"}:
            depth += 1
        elif text in {"(", "["}:
            depth -= 1
            if depth < 0:
                is_tuple = text == "(" and tokens[i - 1].text == "tuple"
                return Slot.FOR if is_tuple and not _is_member(tokens, i - 1) else Slot.OPERATOR
    return Slot.OPERATOR
