"""Containers of the standard library, in which programs keep handles, fields and launchers."""

from dataclasses import replace
from itertools import pairwise

from mapc.analyze.containers import cells_in, iterator, key_of, size_of
from mapc.analyze.legion_launches import push
from mapc.analyze.models import CONSTRUCTORS, CONTAINERS, Call, constructor, model, pointed
from mapc.analyze.program import bare
from mapc.analyze.templates import arguments_in
from mapc.analyze.values import (
    Cell,
    Closure,
    Obj,
    Unknown,
    Value,
    choice,
    copied,
    elements,
)

_SEQUENCES = ("vector", "deque", "list", "set", "unordered_set", "initializer_list", "array")
_MAPS = ("map", "unordered_map")


def _filled(call: Call, made: Obj) -> Value:
    kinds = arguments_in(made.full)
    return call.interp.fresh(kinds[0] if kinds else "", "element")


CONTAINERS.update(f"std::{kind}" for kind in (*_SEQUENCES, *_MAPS))


def _names(kinds: tuple[str, ...], *members: str) -> list[str]:
    return [f"std::{kind}::{member}" for kind in kinds for member in members]


@constructor(*(f"std::{kind}" for kind in (*_SEQUENCES, *_MAPS)))
def new_container(call: Call) -> Value:
    """Fill a container: from a list, from another one, or with copies of a value."""
    made = call.into
    assert made is not None
    given = [pointed(value) for value in call.args]
    if len(given) == 2 and isinstance(given[0], Obj) and given[0].cls == "iterator":
        given = [pointed(given[0].slot("over").value)]
    source = elements(given[0]) if given else None
    if source is not None and len(source) == 1 and made.cls == "std::array":
        source = elements(source[0]) or source  # an array in braces of its own
    if source is not None:
        maps = made.cls.rpartition("::")[2] in _MAPS
        for given_item in source:
            item = pointed(given_item)
            if (
                maps
                and isinstance(item, Obj)
                and (key := key_of(item.slot("first").value)) is not None
            ):
                made.slot(f"[{key}]").value = copied(item.slot("second").value)
            else:
                push(call, made, copied(item), once="set" in made.cls)
    elif given and isinstance(given[0], int) and given[0] <= 1024:
        for _ in range(given[0]):
            push(call, made, copied(given[1]) if len(given) > 1 else _filled(call, made))
    return made


@model(*_names(_SEQUENCES, "push_back", "insert", "emplace_back", "push_front", "emplace"))
def add_element(call: Call) -> Value:
    """Add an element; sets hold each once."""
    if not isinstance(call.this, Obj):
        return None
    given = [pointed(value) for value in call.args]
    ends = [one for one in given[-2:] if isinstance(one, Obj) and one.cls == "iterator"]
    if len(ends) == 2 and call.node.name == "insert":
        for value in elements(pointed(ends[0].slot("over").value)) or ():
            push(call, call.this, copied(value), once="set" in call.this.cls)
        return None
    made = copied(call.args[-1]) if call.args else new_element(call)
    if call.node.name == "emplace_back" and not _is_element(call, given):
        made = _emplaced(call)
    push(call, call.this, made, once="set" in call.this.cls)
    return made


def _element_type(call: Call) -> str:
    full = call.this.full if isinstance(call.this, Obj) else ""
    kinds = arguments_in(full or (call.node.kids[0].type if call.node.kids else ""))
    return kinds[0] if kinds else ""


def _is_element(call: Call, given: list[Value]) -> bool:
    """Whether an element is given as it is, not the arguments of its constructor."""
    if len(given) != 1:
        return False
    kind = bare(_element_type(call))
    return not isinstance(given[0], Obj) or given[0].cls == kind or kind not in CONSTRUCTORS


def _emplaced(call: Call) -> Value:
    kind = _element_type(call)
    node = replace(call.node, kind="construct", kids=tuple(call.nodes), ref="", signature=())
    return call.interp.construct(kind, call.cells, node, call.scope)


@model(*_names(_MAPS, "insert", "emplace"))
def add_pair(call: Call) -> Value:
    """Put a value under a key."""
    given = [pointed(value) for value in call.args]
    pair = given[0] if given else None
    if len(given) == 1 and isinstance(pair, Obj):
        given = [pair.slot("first").value, pair.slot("second").value]
    key = key_of(given[0]) if len(given) == 2 else None
    if isinstance(call.this, Obj) and key is not None:
        call.write(call.this, f"[{key}]", copied(given[1]))
    return None


@model(*_names((*_SEQUENCES, *_MAPS), "size", "empty"), "std::size")
def size(call: Call) -> Value:
    """Return how many elements there are, if no branch or loop decides."""
    held = size_of(call.this if call.this is not None else pointed(call.args[0]))
    if held is None:
        return Unknown("size", call.place)
    return int(not held) if call.node.name == "empty" else held


@model(*_names((*_SEQUENCES, *_MAPS), "operator[]", "at", "front", "back"))
def element(call: Call) -> Value:
    """Return an element; one of all where its number is not known."""
    if not isinstance(call.this, Obj):
        return Unknown("element", call.place)
    held = elements(call.this) or ()
    if call.node.name in {"front", "back"} and held:
        return held[0 if call.node.name == "front" else -1]
    index = key_of(call.args[0]) if call.args else None
    if index is not None:
        found = call.this.slot(f"[{index}]").value
        return found if found is not None else Unknown("element", call.place)
    return choice(list(held)) if held else Unknown("element", call.place)


@model(*_names((*_SEQUENCES, *_MAPS), "begin", "cbegin", "end", "cend"), "std::begin", "std::end")
def iterators(call: Call) -> Value:
    """Return an iterator, of a container whose size is known."""
    over = call.this if call.this is not None else pointed(call.args[0])
    held = size_of(over)
    if held is None or not isinstance(over, Obj):
        return Unknown("iterator", call.place)
    return iterator(over, held if "end" in call.node.name else 0)


@model(*_names((*_SEQUENCES, *_MAPS), "clear", "pop_back", "erase"))
def remove(call: Call) -> Value:
    """Remove the last element, that under a key or before an iterator, or all."""
    if not isinstance(call.this, Obj):
        return None
    held = [n for n, c in call.this.slots.items() if n.startswith("[") and c.value is not None]
    if call.node.name == "pop_back":
        held = held[-1:]
    elif call.args:
        at = pointed(call.args[0])
        number = at.slot("at").value if isinstance(at, Obj) and at.cls == "iterator" else None
        if isinstance(number, int) and not call.this.cls.endswith(_MAPS):
            # The elements behind move up.
            cells = [call.this.slots[name] for name in held[number:]]
            for cell, behind in pairwise(cells):
                call.interp.state.write(cell, behind.value)
            held = held[-1:]
        elif isinstance(number, int):
            held = held[number : number + 1]
        else:
            held = [f"[{key_of(at)}]"] if f"[{key_of(at)}]" in held else []
    for name in held:
        call.interp.state.write(call.this.slots[name], None)
    return None


@model(*_names(_MAPS, "find", "count"))
def find(call: Call) -> Value:
    """Return where a key is kept, or how often."""
    key = key_of(call.args[0]) if call.args else None
    if not isinstance(call.this, Obj) or key is None:
        return Unknown(call.node.name, call.place)
    held = [n for n, c in call.this.slots.items() if n.startswith("[") and c.value is not None]
    if call.node.name == "count":
        return int(f"[{key}]" in held)
    names = [f"[{_first(cell)}]" for cell in cells_in(call.this)]
    return iterator(call.this, names.index(f"[{key}]") if f"[{key}]" in names else len(names))


def _first(cell: Cell) -> Value:
    return cell.value.slot("first").value if isinstance(cell.value, Obj) else None


@model(*_names(_SEQUENCES, "resize"))
def resize(call: Call) -> Value:
    """Make room for elements."""
    wanted = call.args[0] if call.args else None
    if isinstance(call.this, Obj) and isinstance(wanted, int) and wanted <= 1024:
        for number in range(wanted):
            cell = call.this.slot(f"[{number}]")
            if cell.value is None:
                call.interp.state.write(cell, new_element(call))
    return None


def new_element(call: Call) -> Value:
    """Return an element as a container makes it by itself."""
    full = call.this.full if isinstance(call.this, Obj) else ""
    kinds = arguments_in(full or (call.node.kids[0].type if call.node.kids else ""))
    return call.interp.fresh(kinds[0] if kinds else "", "element")


@model("std::swap")
def swap(call: Call) -> Value:
    """Exchange what two variables hold."""
    one, other = call.cells[:2]
    if one is not None and other is not None:
        first, second = one.value, other.value
        call.interp.state.write(one, second)
        call.interp.state.write(other, first)
    return None


@model("std::for_each")
def for_each(call: Call) -> Value:
    """Follow a function for every element between two iterators."""
    over = pointed(call.args[0])
    function = call.args[-1]
    held = pointed(over.slot("over").value) if isinstance(over, Obj) else None
    if isinstance(function, Closure) and len(call.args) == 3:
        known = isinstance(held, Obj) and size_of(held) is not None
        for cell in (
            cells_in(held) if isinstance(held, Obj) and known else [Cell(Unknown("element"))]
        ):
            call.interp.call_closure(function, [cell])
    return function
