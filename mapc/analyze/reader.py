"""JSON back to the records of a result; each field is held to its type."""

from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from mapc.analyze.result import Analysis

T = TypeVar("T")


def analysis_from_json(data: Any) -> Analysis:
    """Return an analysis; raises ValueError for what `Analysis.as_json` does not write."""
    if not isinstance(data, dict):
        raise ValueError("an analysis is an object")
    renamed = {"notes" if name == "unknown" else name: value for name, value in data.items()}
    for kind in ("launches", "operations"):
        renamed[kind] = [_inside(one) for one in data.get(kind, ())]
    return _record(Analysis, renamed)


def _inside(launch: Any) -> Any:
    if not isinstance(launch, dict):
        return launch
    return {"inside" if name == "in" else name: value for name, value in launch.items()}


def _record(kind: type[T], data: Any) -> T:
    """Return a record; fields that are not there have their defaults."""
    if not isinstance(data, dict):
        raise ValueError(f"{kind.__name__}: not an object")
    known: Any = kind  # mypy has no name for the type of a dataclass
    hints: dict[str, Any] = _hints(known)
    if unknown := set(data) - set(hints):
        raise ValueError(f"{kind.__name__}: no field {min(unknown)}")
    try:
        return kind(**{name: _value(hints[name], value) for name, value in data.items()})
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: a field is missing") from error


@cache
def _hints(kind: Any) -> dict[str, Any]:
    known = get_type_hints(kind)
    return {one.name: known[one.name] for one in fields(kind)}


def _value(hint: Any, value: Any) -> Any:
    """Return a value as its type has it: tuples for lists, records for objects."""
    if is_dataclass(hint) and isinstance(hint, type):
        return _record(hint, value)
    origin = get_origin(hint)
    if origin is UnionType:
        kind = next(one for one in get_args(hint) if one is not NoneType)  # all are `X | None`
        return None if value is None else _value(kind, value)
    if origin is tuple and isinstance(value, list | tuple):
        return tuple(_value(get_args(hint)[0], item) for item in value)
    if hint in (str, int, bool, float):
        if type(value) is hint or (hint is float and type(value) is int):
            return value
        raise ValueError(f"{value!r} is no {hint.__name__}")
    if origin is dict and isinstance(value, dict):
        return value
    raise ValueError(f"{value!r} is no {hint}")
