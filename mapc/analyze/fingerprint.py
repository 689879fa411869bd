"""What a result depends on: this analysis, the library and compiler behind it, and files.

Nothing heavy is imported and nothing started here: this is what a second analysis waits for.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
_IMPORT = re.compile(r"^ *from mapc\.analyze\.(\w+) import", re.MULTILINE)

States = dict[str, str]
"""Files by path; what their contents were, or for a system header, when it was written."""


def key_of(*parts: Any) -> str:
    """Return a hash over values that print as what they are."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def analyser() -> str:
    """Return a hash of the whole analysis, and of what it calls."""
    return _hash(sorted(_FOLDER.glob("*.py")))


@cache
def reader() -> str:
    """Return a hash of the modules that make a unit of a source, and of what they call."""
    found: dict[str, None] = {}
    waiting = ["units"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting += _IMPORT.findall((_FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    return _hash([_FOLDER / f"{name}.py" for name in sorted(found)])


def _hash(files: Sequence[Path]) -> str:
    contents = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    return key_of(contents, sys.version, _library(), _compiler())


def _library() -> tuple[str, ...]:
    """Return which libclang is used."""
    if named := os.environ.get("MAPC_LIBCLANG"):
        return named, _stamp(named)
    package = importlib.util.find_spec("clang")
    places = list(package.submodule_search_locations or ()) if package is not None else []
    return tuple(f"{p} {_stamp(str(Path(p, 'native', 'libclang.so')))}" for p in places)


def _compiler() -> tuple[str, ...]:
    """Return whose builtin headers are used."""
    words = os.environ.get("CXX", "").split() or ["g++"]
    found = shutil.which(words[0]) or shutil.which("g++") or ""
    variables = ("CPATH", "CPLUS_INCLUDE_PATH", "C_INCLUDE_PATH")
    return found, _stamp(found), *(os.environ.get(name, "") for name in variables)


def states(own: Iterable[str], system: Iterable[str]) -> States:
    """Return how files are now: the application's by contents, others by size and date."""
    found = {name: f"={_stamp(name)}" for name in system}
    found.update((name, _digest(name)) for name in own)
    return found


def unchanged(before: States) -> bool:
    """Whether all files are as they were."""
    return all(
        (f"={_stamp(name)}" if state.startswith("=") else _digest(name)) == state
        for name, state in before.items()
    )


def settled(names: Iterable[str], since: float) -> bool:
    """Whether none of the files was written since a time: what was read is what is there."""
    return all(_written(name) < since for name in names)


def _digest(name: str) -> str:
    try:
        return hashlib.sha256(Path(name).read_bytes()).hexdigest()
    except OSError:
        return "none"


def _stamp(name: str) -> str:
    try:
        status = os.stat(name)  # noqa: PTH116 - a thousand headers: pathlib takes twice as long
    except OSError:
        return "none"
    return f"{status.st_size} {status.st_mtime_ns}"


def _written(name: str) -> float:
    try:
        return Path(name).stat().st_mtime
    except OSError:
        return 0.0
