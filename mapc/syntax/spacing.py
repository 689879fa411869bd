"""Says where a blank stands between two tokens of one line."""

from collections.abc import Sequence

from mapc.syntax.roles import Role
from mapc.syntax.tokens import Kind, Token

_TIGHT_BEFORE = frozenset((Role.COMMA, Role.SEMICOLON, Role.CLOSE, Role.CALL, Role.SLICE))
_TIGHT_BEHIND = frozenset((Role.OPEN, Role.CALL, Role.DOT, Role.SIGN, Role.SLICE))


def blanks(tokens: Sequence[Token], roles: Sequence[Role]) -> list[bool]:
    """Return for each token of a statement whether a blank stands before it."""
    return [i > 0 and _between(tokens[i - 1], roles[i - 1], roles[i]) for i in range(len(tokens))]


def _between(before: Token, left: Role, right: Role) -> bool:
    if right is Role.DOT:
        return before.kind is Kind.INT  # `1.x` would be a malformed number
    return right not in _TIGHT_BEFORE and left not in _TIGHT_BEHIND
