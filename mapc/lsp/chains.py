"""Finds the expression before a `.`, in text that need not parse."""

from collections.abc import Sequence

from mapc.lsp.slots import is_for, is_operator_word
from mapc.syntax.tokens import Kind, Token


def chain_before(tokens: Sequence[Token]) -> str:
    """Return the text of the operand at the end of some tokens, empty if there is none."""
    start = _start(tokens)
    if start is None:
        return ""
    return tokens[start].span.to(tokens[-1].span).text


def _start(tokens: Sequence[Token]) -> int | None:
    """Return the number of the first token of the operand that ends with the last token."""
    i: int | None = len(tokens) - 1
    while i is not None and i >= 0:
        text = tokens[i].text
        if tokens[i].kind is Kind.OPERATOR:
            if text not in {")", "]"}:
                return None
            opening = _opening(tokens, i)
            if opening is None:
                return None
            if text == "]" or (opening and _is_name(tokens, opening - 1)):
                i = opening - 1
                continue
            i = opening
        if i < 2 or tokens[i - 1].text != ".":
            return i
        i -= 2
    return None


def _opening(tokens: Sequence[Token], closing: int) -> int | None:
    """Return the number of the bracket that a bracket closes."""
    depth = 0
    for i in range(closing, -1, -1):
        if tokens[i].kind is not Kind.OPERATOR:
            continue
        if tokens[i].text in {")", "]"}:
            depth += 1
        elif tokens[i].text in {"(", "["}:
            depth -= 1
            if depth == 0:
                return i
    return None


def _is_name(tokens: Sequence[Token], i: int) -> bool:
    """Return whether a token can be what a bracket calls."""
    number = i - len(tokens)
    return (
        tokens[i].kind is Kind.WORD
        and tokens[i].text != "return"
        and not is_operator_word(tokens, number)
        and not is_for(tokens, number)
    )
