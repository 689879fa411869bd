"""The Legion runtimes that mapc can install, as `backends/legion/runtime.toml` pins them."""

import hashlib
import json
import os
import tomllib
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from mapc.legion.failures import failure
from mapc.resources import resource
from mapc.text.codes import RUNTIME_UNAVAILABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """One pinned wheel, and which of its files C++ programs need."""

    project: str
    version: str
    file: str
    sha256: str
    python: str
    abi: str
    platform: str
    keep: tuple[str, ...]
    skip: tuple[str, ...]

    def wants(self, name: str) -> bool:
        """Return whether a file of the wheel is to be unpacked."""
        return any(fnmatchcase(name, glob) for glob in self.keep) and not any(
            fnmatchcase(name, glob) for glob in self.skip
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One runtime version: its wheels, and where things lie once they are unpacked."""

    version: str
    megabytes: int
    include: tuple[str, ...]
    library: tuple[str, ...]
    libraries: tuple[str, ...]
    wheels: tuple[Wheel, ...]

    @property
    def digest(self) -> str:
        """A hash of everything pinned; an installation made from other pins is not this one."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def chosen_pin() -> Pin:
    """Return the runtime to use: `$MAPC_LEGION_VERSION`, else the default."""
    pins, default = read_pins(resource("backends", "legion", "runtime.toml"))
    wanted = os.environ.get("MAPC_LEGION_VERSION") or default
    if wanted not in pins:
        raise failure(
            RUNTIME_UNAVAILABLE,
            f"`MAPC_LEGION_VERSION` asks for {wanted}, which mapc does not know",
            help=f"choose {' or '.join(sorted(pins))}, or set `Legion_ROOT` to your own Legion",
        )
    return pins[wanted]


def read_pins(path: Path) -> tuple[dict[str, Pin], str]:
    """Return all pinned runtimes by version, and the default version."""
    table = tomllib.loads(path.read_text())
    return {version: _pin(version, row) for version, row in table["runtime"].items()}, str(
        table["default"]
    )


def _pin(version: str, row: dict[str, Any]) -> Pin:
    fields = {key: _frozen(value) for key, value in row.items() if key != "wheel"}
    wheels = tuple(
        Wheel(**{key: _frozen(value) for key, value in wheel.items()}) for wheel in row["wheel"]
    )
    return Pin(version=version, wheels=wheels, **fields)


def _frozen(value: Any) -> Any:
    """Return a TOML value with its lists as tuples."""
    return tuple(value) if isinstance(value, list) else value
