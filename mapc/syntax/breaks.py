"""Says where a statement may go on in the next line, and which places come first.

A place is named by the token that would begin the new line. Where the statement must be broken,
the places with the smallest `Break` are taken: few brackets around them, then loose operators.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from mapc.syntax.roles import Role, is_rule
from mapc.syntax.tokens import Token
from mapc.syntax.words import STATEMENT_WORDS

HEAD_WORDS = frozenset((*STATEMENT_WORDS, "def"))
"""Words that the parser may take as the beginning of a statement where they begin a line."""


class Level(IntEnum):
    """What stands at a place, the loosest first."""

    VALUE = 0
    """Behind `=` or `return`."""
    BRACKET = 1
    """Behind an opening bracket or before a closing one."""
    LIST = 2
    FOR = 3
    COLON = 4
    QUESTION = 5
    OR = 6
    AND = 7
    EQUALITY = 8
    RELATION = 9
    SUM = 10
    PRODUCT = 11
    CHAIN = 12
    """Before the `.` of a call."""
    ODD = 13
    """Where only a comment makes a break."""
    LAST = 14
    """Where a break is better than a line that is too long."""


class Break(NamedTuple):
    """How late a place is taken."""

    depth: int
    level: Level


_OPERATORS = {
    "||": Level.OR,
    "or": Level.OR,
    "&&": Level.AND,
    "and": Level.AND,
    "==": Level.EQUALITY,
    "!=": Level.EQUALITY,
    "<": Level.RELATION,
    ">": Level.RELATION,
    "<=": Level.RELATION,
    ">=": Level.RELATION,
    "+": Level.SUM,
    "-": Level.SUM,
}
_BEHIND = {
    Role.COMMA: Level.LIST,
    Role.SLICE: Level.LIST,
    Role.WIDE_SLICE: Level.LIST,
    Role.COLON: Level.COLON,
    Role.QUESTION: Level.QUESTION,
}
OPENING = frozenset((Role.OPEN, Role.CALL))
_DEEPEST = 1_000_000


def breaks(
    tokens: Sequence[Token], roles: Sequence[Role], commented: Sequence[bool]
) -> list[Break | None]:
    """Return how late each place of a statement is taken, None where no break can be.

    There is always a break where a comment stands.
    """
    find = _rule_level if is_rule(tokens) else _level
    found: list[Break | None] = [None]
    open_: list[int] = []
    for i in range(1, len(tokens)):
        before, role = roles[i - 1], roles[i]
        if before in OPENING:
            open_.append(i)
        elif before is Role.COLON:
            open_.pop()
        level = find(tokens, roles, i)
        if commented[i]:
            level = Level.ODD if level in {None, Level.LAST} else level
        elif level is Level.VALUE or tokens[i].text in HEAD_WORDS:
            level = None
        elif role is Role.CLOSE and found[open_[-1] : open_[-1] + 1] == [None]:
            level = None  # what was not opened with a break is not closed with one
        depth = _DEEPEST if level is Level.LAST else len(open_)
        found.append(None if level is None else Break(depth, level))
        # The middle of `? :` is enclosed as if by brackets, its colon is outside.
        if before is Role.QUESTION:
            open_.append(i)
        elif role is Role.CLOSE:
            open_.pop()
    return found


def _rule_level(_tokens: Sequence[Token], roles: Sequence[Role], i: int) -> Level | None:
    """Return what stands before a token of a statement with plain operands."""
    fixed = {Role.COMMA, Role.SEMICOLON, Role.BINARY}
    return None if roles[i] in fixed or roles[i - 1] is Role.BINARY else Level.LIST


def _level(tokens: Sequence[Token], roles: Sequence[Role], i: int) -> Level | None:
    """Return what stands before a token of a statement with expressions."""
    before, role = roles[i - 1], roles[i]
    opened = before in OPENING
    if opened or role is Role.CLOSE:
        return None if opened and role is Role.CLOSE else Level.BRACKET
    if before is Role.BINARY:
        return _OPERATORS.get(tokens[i - 1].text, Level.PRODUCT)
    if before in {Role.ASSIGN, Role.RETURN}:
        return Level.VALUE
    if role is Role.FOR:
        return Level.FOR
    if role is Role.DOT:
        called = i + 2 < len(tokens) and roles[i + 2] is Role.CALL and tokens[i + 2].text == "("
        return Level.CHAIN if called else Level.LAST
    return _BEHIND.get(before)
