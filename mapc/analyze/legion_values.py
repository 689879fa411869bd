"""Points, rectangles, domains and task arguments: values that Legion's calls take."""

import re

from mapc.analyze.models import Call, constructor, model, pointed
from mapc.analyze.values import Obj, Pointer, Unknown, Value, copied, elements

_DIMENSION = re.compile(r"(?:Rect|Point|DomainT|IndexSpace)<(\d+)")


def _dimension(call: Call) -> Value:
    for text in (call.node.type, call.node.owner):
        if found := _DIMENSION.search(text):
            return int(found[1])
    return None


@constructor(
    "Realm::Rect", "Legion::Rect", "Legion::Domain", "Legion::DomainT", "Realm::IndexSpace"
)
def new_rectangle(call: Call) -> Value:
    """Keep both corners; a domain made from a rectangle is the rectangle."""
    made = call.into
    assert made is not None
    call.write(made, "dimension", _dimension(call))
    corners = [pointed(value) for value in call.args]
    if len(corners) == 1 and isinstance(corners[0], Obj) and "lo" in corners[0].slots:
        for name, cell in corners[0].slots.items():
            call.write(made, name, cell.value)
        return made
    for name, value in zip(("lo", "hi"), corners, strict=False):
        call.write(made, name, copied(value))
    if made.slot("dimension").value is None and corners and isinstance(corners[0], Obj):
        call.write(made, "dimension", corners[0].slot("dimension").value)
    return made


@constructor("Realm::Point", "Legion::Point", "Legion::DomainPoint")
def new_point(call: Call) -> Value:
    """Keep the coordinates."""
    made = call.into
    assert made is not None
    if len(call.args) == 1 and isinstance(pointed(call.args[0]), Obj):
        source = pointed(call.args[0])
        assert isinstance(source, Obj)
        for name, cell in source.slots.items():
            call.write(made, name, cell.value)
        return made
    call.write(made, "dimension", _dimension(call) or len(call.args))
    for number, value in enumerate(call.args):
        made.slot(f"[{number}]").value = value
    return made


@constructor("Legion::UntypedBuffer", "Legion::TaskArgument")
def new_buffer(call: Call) -> Value:
    """Keep what is passed to a task, as it is at this moment."""
    made = call.into
    assert made is not None
    if call.args:
        data = call.args[0]
        made.slot("data").value = data if isinstance(data, Pointer) else Unknown("buffer")
    return made


def passed(buffer: Value) -> Value:
    """Return a copy of what a launcher passes to its task; None if nothing is known."""
    buffer = pointed(buffer)
    if not isinstance(buffer, Obj):
        return None
    value = pointed(buffer.slot("data").value)
    return copied(value) if isinstance(value, Obj | int | float) else None


@constructor("Legion::ArgumentMap")
def new_map(call: Call) -> Value:
    """Begin a map of arguments."""
    made = call.into
    assert made is not None
    given = pointed(call.args[0]) if call.args else None
    same = given.slot("points").value if isinstance(given, Obj) else None
    call.write(made, "points", same if isinstance(same, Obj) else Obj("vector"))
    return made


@model("Legion::ArgumentMap::set_point")
def set_point(call: Call) -> Value:
    """Keep what one of the points of an index launch gets, as it is at this moment."""
    held = call.this.slot("points").value if isinstance(call.this, Obj) else None
    value = passed(call.args[1]) if len(call.args) > 1 else None
    if isinstance(held, Obj) and value is not None:
        call.write(held, f"[{len(held.slots)}]", value)
    return None


def passed_to_points(arguments: Value) -> list[Value]:
    """Return what the points of an index launch get, of those that are known."""
    arguments = pointed(arguments)
    held = arguments.slot("points").value if isinstance(arguments, Obj) else None
    return list(elements(held) or ())


@model("Legion::Domain::from_rect", "Legion::DomainPoint::from_point", "Legion::Point::ONES")
def itself(call: Call) -> Value:
    """Return the argument: only its type is another."""
    return pointed(call.args[0]) if call.args else Unknown("point", call.place)


@model("Legion::Future::from_value")
def future_from_value(call: Call) -> Value:
    """A future that is known at once is not looked into."""
    return Unknown("future", call.place)
