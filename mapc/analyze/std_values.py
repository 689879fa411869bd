"""Strings, pairs and smart pointers of the standard library, as far as programs need them."""

from dataclasses import replace

from mapc.analyze.models import Call, constructor, model, pointed
from mapc.analyze.templates import substituted
from mapc.analyze.values import (
    Obj,
    Pointer,
    Unknown,
    Value,
    copied,
)


def _names(kinds: tuple[str, ...], *members: str) -> list[str]:
    return [f"std::{kind}::{member}" for kind in kinds for member in members]


@model("std::move", "std::forward", "std::as_const", "std::ref", "std::cref", "std::addressof")
def itself(call: Call) -> Value:
    """Return the argument."""
    value = call.args[0] if call.args else None
    return Pointer(value) if call.node.name == "addressof" else value


@model("std::make_unique", "std::make_shared")
def make_pointer(call: Call) -> Value:
    """Return a pointer to a new object."""
    found = [a for a in call.node.targs if a.kind == "type"]
    if not found:
        return Unknown("pointer", call.place)
    node = replace(call.node, kind="construct", kids=tuple(call.nodes), ref="", signature=())
    kind = substituted(found[0].type, call.scope)
    made = call.interp.construct(kind, call.cells, node, call.scope)
    owner = Obj(f"std::{call.node.name.removeprefix('make_')}_ptr", place=call.place)
    owner.slot("pointer").value = Pointer(made)
    return owner


_POINTERS = ("unique_ptr", "shared_ptr", "reference_wrapper", "optional")


@constructor(*(f"std::{kind}" for kind in _POINTERS))
def new_pointer(call: Call) -> Value:
    """Keep a pointer, or a value that may be there."""
    made = call.into
    assert made is not None
    given = call.args[0] if call.args else 0
    if isinstance(given, Obj) and given.cls == made.cls:
        given = given.slot("pointer").value
    call.write(made, "pointer", given)
    return made


@model(*_names(_POINTERS, "get", "operator->", "operator*", "value"))
@model("std::__shared_ptr_access::operator->", "std::__shared_ptr_access::operator*")
@model("std::__shared_ptr::get", "std::_Optional_base_impl::_M_get")
def held_pointer(call: Call) -> Value:
    """Return the pointer that a smart pointer holds, or what it points to."""
    if not isinstance(call.this, Obj):
        return Unknown("pointer", call.place)
    held = call.this.slot("pointer").value
    return held if call.node.name in {"get", "operator->"} else pointed(held)


@model(*_names(_POINTERS, "reset", "emplace"), "std::__shared_ptr::reset")
def reset_pointer(call: Call) -> Value:
    """Let a smart pointer hold another object."""
    if isinstance(call.this, Obj):
        call.write(call.this, "pointer", call.args[0] if call.args else 0)
    return None


@constructor("std::basic_string", "std::string")
def new_string(call: Call) -> Value:
    """Keep the text of a string."""
    made = call.into
    assert made is not None
    text = text_of(call.args[0]) if call.args else ""
    made.slot("text").value = text
    return made


@model("std::basic_string::c_str", "std::basic_string::data", "std::string::c_str")
def c_str(call: Call) -> Value:
    """Return the text of a string."""
    return text_of(call.this)


@model("std::operator+", "std::basic_string::operator+=")
def concatenate(call: Call) -> Value:
    """Return the texts of two strings behind each other."""
    values = [call.this, *call.args] if call.this is not None else list(call.args)
    texts = [text_of(value) for value in values]
    known = all(isinstance(text, str) for text in texts)
    made = Obj("std::basic_string")
    made.slot("text").value = "".join(map(str, texts)) if known else Unknown("text", call.place)
    if call.node.name == "operator+=" and isinstance(call.this, Obj):
        call.write(call.this, "text", made.slot("text").value)
        return call.this
    return made


@model("std::to_string")
def to_string(call: Call) -> Value:
    """Return a number as text."""
    return text_of(call.args[0]) if call.args else Unknown("text")


def text_of(value: Value) -> Value:
    """Return the text of a string or number; unknown if it is not known."""
    value = pointed(value)
    if isinstance(value, Obj) and "text" in value.slots:
        return value.slots["text"].value
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    return Unknown("text")


@constructor("std::pair", "std::tuple")
def new_pair(call: Call) -> Value:
    """Fill a pair or tuple."""
    made = call.into
    assert made is not None
    for number, value in enumerate(call.args):
        made.slot(_member(made, number)).value = copied(value)
    return made


def _member(made: Obj, number: int) -> str:
    return ("first", "second")[number] if made.cls == "std::pair" else f"[{number}]"


@model("std::make_pair", "std::make_tuple", "std::tie", "std::forward_as_tuple")
def make_pair(call: Call) -> Value:
    """Return a pair or tuple."""
    made = Obj("std::pair" if call.node.name == "make_pair" else "std::tuple", place=call.place)
    for number, value in enumerate(call.args):
        made.slot(_member(made, number)).value = copied(value)
    return made


@model("std::get")
def get(call: Call) -> Value:
    """Return a member of a pair or tuple, by number."""
    held = pointed(call.args[0]) if call.args else None
    given = [argument.value for argument in call.node.targs if isinstance(argument.value, int)]
    if isinstance(held, Obj) and given:
        return held.slot(_member(held, given[0]), Unknown("element", call.place)).value
    return Unknown("element", call.place)


@model("std::min", "std::max")
def extreme(call: Call) -> Value:
    """Return the smaller or larger of two known numbers."""
    numbers = [value for value in call.args if isinstance(value, int | float)]
    if len(numbers) != len(call.args) or not numbers:
        return Unknown(call.node.name, call.place)
    return min(numbers) if call.node.name == "min" else max(numbers)
