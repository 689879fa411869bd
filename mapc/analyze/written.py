"""The text of a name: what stands before it, and its template arguments, from its tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Token: TypeAlias = tuple[str, int]
"""The text of a token and where it begins."""


@dataclass(frozen=True, slots=True)
class Written:
    """A name as it is written; `arguments` with the offsets where they begin and end."""

    name: str = ""
    qualifier: str = ""
    arguments: tuple[tuple[str, int, int], ...] = ()


def written(cursor: Any) -> Written:
    """Return how a name is written."""
    tokens = [(token.spelling, token.extent.start.offset) for token in cursor.get_tokens()]
    return parsed(tokens)


def parsed(tokens: Sequence[Token]) -> Written:
    """Return a name of tokens such as `a :: b < c , d >`."""
    at = _last_name(tokens)
    if at is None:
        return Written()
    return Written(
        name=tokens[at][0], qualifier=_qualifier(tokens, at), arguments=_split(tokens, at + 1)
    )


def _last_name(tokens: Sequence[Token]) -> int | None:
    """Return where the last identifier outside of all brackets stands."""
    found = None
    rounds = angles = 0
    for number, (text, _) in enumerate(tokens):
        if text in "([{":
            rounds += 1
        elif text in ")]}":
            rounds -= 1
        elif rounds:
            continue
        elif text == "<":
            angles += 1
        elif text in {">", ">>"}:
            angles = max(0, angles - len(text))
        elif not angles and _is_name(text):
            found = number
    return found


def _is_name(text: str) -> bool:
    return text.isidentifier() and text not in {"template", "this", "typename"}


def _qualifier(tokens: Sequence[Token], at: int) -> str:
    """Return what stands before `::` before a name."""
    start = at
    if start and tokens[start - 1][0] == "template":
        start -= 1
    if not start or tokens[start - 1][0] != "::":
        return ""
    end = start = start - 1
    while start and (_is_name(tokens[start - 1][0]) or tokens[start - 1][0] in "<>,::>>"):
        start -= 1
    return "".join(text for text, _ in tokens[start:end] if text != "typename").removeprefix("::")


def _split(tokens: Sequence[Token], start: int) -> tuple[tuple[str, int, int], ...]:
    """Return the template arguments in angle brackets from a token on."""
    if start >= len(tokens) or tokens[start][0] != "<":
        return ()
    found: list[tuple[str, int, int]] = []
    rounds, angles = 0, 1
    text, begin = "", tokens[start][1] + 1
    for spelt, offset in tokens[start + 1 :]:
        rounds += (spelt in "([{") - (spelt in ")]}")
        if not rounds and spelt in {"<", ">", ">>"}:
            angles += 1 if spelt == "<" else -len(spelt)
        closed = not rounds and angles <= 0
        if closed or (not rounds and angles == 1 and spelt == ","):
            text += ">" if spelt == ">>" else ""
            found.append((_tidy(text), begin, offset))
            text, begin = "", offset + 1
            if closed:
                return tuple(found)
            continue
        text += f" {spelt}"
    return ()


def _tidy(text: str) -> str:
    for mark in ("::", "<", ">", ",", "&", "*", "(", ")"):
        text = text.replace(f" {mark}", mark).replace(f"{mark} ", mark)
    return text.strip()
