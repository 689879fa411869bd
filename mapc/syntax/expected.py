"""Says what the parser accepts, in source spelling."""

from mapc.syntax.failure import Failure
from mapc.syntax.tokens import OPERATORS, Token
from mapc.syntax.words import listed

_EXPRESSION = frozenset(
    [
        "INT",
        "STRING",
        "TRUE",
        "FALSE",
        "NAME",
        "MACHINE",
        "TUPLE",
        "LPAR",
        "MINUS",
        "NOT",
        "NOT_WORD",
    ]
)
_BINARY = frozenset(
    [
        "PLUS",
        "MINUS",
        "STAR",
        "SLASH",
        "PERCENT",
        "LT",
        "GT",
        "LE",
        "GE",
        "EQ",
        "NE",
        "AND",
        "OR",
        "AND_WORD",
        "OR_WORD",
        "QUESTION",
    ]
)
_STATEMENT = frozenset(("TASK", "REGION", "DEF"))
_SPELLING = {terminal: text for text, terminal in OPERATORS.items()} | {
    "FOR": "for",
    "IN": "in",
    "RETURN": "return",
    "PRINT": "print",
}


def expected(accepted: frozenset[str], word: str) -> str:
    """Return a list of what is accepted; `word` says what a word would mean there."""
    if accepted >= _STATEMENT:
        return "a statement"
    rest = set(accepted) - {"$END"}
    parts: list[str] = []
    if "NAME" in rest:
        parts.append("an expression")
        rest -= _EXPRESSION
    elif rest >= {"PLUS", "SLASH"}:
        parts.append("an operator")
        rest -= _BINARY - ({"STAR"} if "NAME" in accepted else set())
    if "WORD" in rest:
        parts.append(word)
        rest -= {"WORD", "STRING"}
    if "INT" in rest:
        parts.append("a number")
    if "STRING" in rest:
        parts.append("a string")
    marks = sorted((_SPELLING[name] for name in rest if name in _SPELLING), key=_mark_order)
    if not parts:
        return listed(marks) or "nothing more"
    if not marks:
        return " or ".join(parts)
    return (
        f"{', '.join(parts)} or {listed(marks)}"
        if len(marks) == 1
        else (f"{', '.join(parts)}, {listed(marks)}")
    )


def _mark_order(mark: str) -> tuple[int, str]:
    """Closing marks come first: they are what is missing most often."""
    order = ";,)]}{"
    return (order.index(mark) if mark in order else len(order), mark)


def place_of(failure: Failure) -> str:
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
        "InstanceLimit": ("a task name", "a number"),
    }.get(failure.first.text, ("a name",))
    return places[min(operands, len(places) - 1)]
