"""Template arguments: read from the text of a type, or deduced from the arguments of a call."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mapc.analyze.ir import Function, Node
from mapc.analyze.program import bare
from mapc.analyze.scope import Scope
from mapc.analyze.values import Cell, Closure, Obj, TypeValue, Value

if TYPE_CHECKING:
    from mapc.analyze.program import Program

Types = dict[str, Value]
"""What template parameters stand for, by name and as `type-parameter-0-1`; packs are tuples."""

_WORD = re.compile(r"type-parameter-\d+-\d+|(?<![\w:])[A-Za-z_]\w*")
_PARAMETER = re.compile(r"type-parameter-\d+-(\d+)")
_CAST = re.compile(r"\([\w:]+\)(-?\d+)")


def bind(names: Sequence[str], values: Sequence[Value], depth: int = 0) -> Types:
    """Return what template parameters stand for; one called `X...` takes all that is left."""
    found: Types = {}
    for number, written in enumerate(names):
        name = written.removesuffix("...")
        if name != written:
            value: Value = tuple(values[number:])
        elif number < len(values):
            value = values[number]
        else:
            break
        found[name] = found[f"type-parameter-{depth}-{number}"] = value
    return found


def arguments_in(text: str) -> list[str]:
    """Return the template arguments of a type such as `A<B<C>, 3>`."""
    start = text.find("<")
    if start < 0 or not text.endswith(">"):
        return []
    found, depth, current = [], 0, ""
    for letter in text[start + 1 : -1]:
        depth += (letter in "<([") - (letter in ">)]")
        if letter == "," and depth == 0:
            found.append(current.strip())
            current = ""
        else:
            current += letter
    return [*found, current.strip()]


def substituted(text: str, types: Scope | Mapping[str, Value]) -> str:
    """Return a type with template parameters replaced by what they stand for."""

    def one(match: re.Match[str]) -> str:
        word = match[0]
        value = types.type_of(word) if isinstance(types, Scope) else types.get(word)
        match value:
            case TypeValue():
                return value.name
            case Closure():
                return f"&{value.name}"
            case int():
                return str(value)
        return word

    return _WORD.sub(one, text)


def class_types(program: "Program", text: str) -> Types:
    """Return what the parameters of a class template stand for in one of its instances."""
    found = program.class_named(text)
    if found is None or not found.template:
        return {}
    return bind(found.template, [resolved(program, one) for one in arguments_in(text)])


def resolved(program: "Program", text: str) -> Value:
    """Return a template argument that is written as text: a number, a function or a type."""
    if match := _CAST.fullmatch(text):
        text = match[1]
    if re.fullmatch(r"-?\d+[UuLl]*", text):
        return int(text.rstrip("UuLl"))
    if text in {"true", "false"}:
        return int(text == "true")
    name = text.removeprefix("&")
    if functions := program.named(bare(name)):
        owner = name.rpartition("::")[0]
        return Closure(function=functions[0], name=name, types=class_types(program, owner))
    if name in program.enumerators:
        return program.enumerators[name]
    return TypeValue(text)


def bases(program: "Program", text: str) -> Iterator[str]:
    """Yield a class and all its bases, nearest first, with their template arguments."""
    seen = {text}
    queue = [text]
    while queue:
        current = queue.pop(0)
        yield current
        found = program.class_named(current)
        if found is None or not found.bases:
            continue
        types = class_types(program, current)
        for _, base in found.bases:
            full = substituted(base, types)
            if full not in seen:
                seen.add(full)
                queue.append(full)


def deduced(function: Function, cells: Sequence[Cell | None], types: Types) -> Types:
    """Return the parameters of a function template that its arguments tell."""
    found: Types = {}
    for number, param in enumerate(function.params):
        match = _PARAMETER.fullmatch(param.type)
        if match is None or param.pack or int(match[1]) >= len(function.template):
            continue
        name = function.template[int(match[1])]
        cell = cells[number] if number < len(cells) else None
        if name not in types and cell is not None and isinstance(cell.value, Obj):
            found[name] = found[param.type] = TypeValue(cell.value.full or cell.value.cls)
    return found


def packs(node: Node, scope: Scope) -> list[Scope]:
    """Return a scope for every element of the parameter packs that are named in a pattern."""
    named: dict[str, list[Cell]] = {}
    types: dict[str, Sequence[Value]] = {}
    for one in node.walk():
        cell = scope.find(one.ref) if one.kind == "name" else None
        if cell is not None and isinstance(cell.value, Obj) and cell.value.cls == "pack":
            named[one.ref] = list(cell.value.slots.values())
        for word in _WORD.findall(f"{one.within} {one.name} {one.type}"):
            value = scope.type_of(word)
            if isinstance(value, tuple):
                types[word] = value
    count = max(map(len, (*named.values(), *types.values())), default=0)
    return [
        Scope(
            file=scope.file,
            around=scope,
            owner=scope.owner,
            cells={ref: held[i] for ref, held in named.items() if i < len(held)},
            types={word: held[i] for word, held in types.items() if i < len(held)},
        )
        for i in range(count)
    ]
