"""Containers of the standard library: elements by key, in order, and through iterators."""

from typing import TYPE_CHECKING

from mapc.analyze.models import pointed
from mapc.analyze.values import Cell, Obj, Pointer, Unknown, Value, elements

if TYPE_CHECKING:
    from mapc.analyze.state import State

_MAPS = ("std::map", "std::unordered_map", "std::multimap")


def key_of(value: Value) -> int | str | None:
    """Return what an element is kept under: a number, a text, a point; None if it is not known."""
    value = pointed(value)
    if isinstance(value, int | str):
        return value
    if isinstance(value, Obj):
        if "text" in value.slots:
            text = value.slots["text"].value
            return text if isinstance(text, str) else None
        numbers = [cell.value for name, cell in value.slots.items() if name.startswith("[")]
        if numbers and all(isinstance(number, int) for number in numbers):
            return f"<{','.join(map(str, numbers))}>"
    return None


def cells_in(container: Obj) -> list[Cell]:
    """Return the elements of a container, in its order; those of a map are pairs."""
    held = {n: c for n, c in container.slots.items() if n.startswith("[") and c.value is not None}
    if container.cls not in _MAPS:
        return list(held.values())
    names = sorted(held) if container.cls == "std::map" and not _numbered(held) else list(held)
    pairs = []
    for name in names:
        text = name[1:-1]
        key: Value = int(text) if text.lstrip("-").isdigit() else text
        pair = Obj("std::pair", {"first": Cell(key), "second": held[name]})
        pairs.append(Cell(pair))
    return pairs


def _numbered(names: dict[str, Cell]) -> bool:
    return all(name[1:-1].lstrip("-").isdigit() for name in names)


def iterator(container: Obj, at: int) -> Obj:
    """Return an iterator that stands before an element."""
    return Obj("iterator", {"over": Cell(Pointer(container)), "at": Cell(at)})


def moved(state: "State", it: Obj, name: str, by: Value) -> Value:
    """Return what an operator of an iterator gives: its element, or itself, moved on."""
    over, at = pointed(it.slot("over").value), it.slot("at").value
    if not isinstance(over, Obj) or not isinstance(at, int):
        return Unknown("element")
    if name in {"operator*", "operator->", "operator[]"}:
        held = cells_in(over)
        number = at + (by if isinstance(by, int) and name == "operator[]" else 0)
        return Pointer(held[number]) if 0 <= number < len(held) else Unknown("element")
    distance = by if isinstance(by, int) and name[-1] in "=+-" and name[-2:] not in _STEPS else 1
    target = at - distance if "-" in name else at + distance
    if name in {"operator+", "operator-"}:
        return iterator(over, target)
    before = iterator(over, at)
    state.write(it.slot("at"), target)
    return before if name[-2:] in _STEPS and by is not None else it


_STEPS = {"++", "--"}


def compared(one: Value, other: Value) -> int | None:
    """Return how far two iterators of a container are apart; None of other values."""
    one, other = pointed(one), pointed(other)
    if isinstance(one, Obj) and isinstance(other, Obj) and one.cls == other.cls == "iterator":
        first, second = one.slot("at").value, other.slot("at").value
        if isinstance(first, int) and isinstance(second, int):
            return first - second
    return None


def size_of(container: Value) -> int | None:
    """Return how many elements a container holds, if no branch or loop decides."""
    held = elements(container) if isinstance(container, Obj) else None
    if held is None or any(isinstance(item, Unknown) for item in held):
        return None
    return len(held)
