"""The machine models that come with mapc, and files that say only in what they differ from one."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mapc.resources import resource
from mapc.text.nearest import did_you_mean

_NO_MODELS = {"launchers"}


def model_file(name: str) -> Path:
    """Return the file of one of mapc's models."""
    return resource("backends", "machines") / f"{name}.toml"


@cache
def model_names() -> tuple[str, ...]:
    """Return the names of mapc's models."""
    files = resource("backends", "machines").glob("*.toml")
    return tuple(sorted(path.stem for path in files if path.stem not in _NO_MODELS))


def on_its_base(table: dict[str, Any]) -> dict[str, Any]:
    """Return a file's tables over those of the model that it names with `based_on`.

    Raises ValueError where there is no such model; its second line says what there is.
    """
    base = table.get("based_on")
    if not isinstance(base, str):
        return table
    if base not in model_names():
        raise ValueError(f"there is no machine `{base}`\n{did_you_mean(base, model_names())}")
    below = tomllib.loads(model_file(base).read_text(encoding="utf-8"))
    return _merged(on_its_base(below), table)


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return both tables as one; what both have is merged if tables, else the own counts."""
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = _merged(below, value)
        else:
            merged[key] = value
    return merged
