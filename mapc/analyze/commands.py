"""What is analysed: sources, each with the options with which a compiler reads it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SOURCES = (".cc", ".cpp", ".cxx", ".c++", ".C", ".cu")
STANDARD = "-std=c++17"

# Options that decide what a source means, with the option's value behind them or joined to them.
# All others (warnings, optimisation, code generation) only another compiler may know.
_PATHS = ("-I", "-isystem", "-iquote", "-idirafter", "-include", "-imacros", "-isysroot")
_WORDS = ("-D", "-U")
_WHOLE = ("-std=", "-stdlib=", "--sysroot=", "-pthread", "-nostdinc", "-fopenmp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A source, and the options that matter for what it means; all paths are absolute."""

    source: Path
    flags: tuple[str, ...]


def command(source: Path, flags: Sequence[str], folder: Path | None = None) -> Command:
    """Return how to read a source; `folder` is where relative paths start, else here."""
    start = Path.cwd() if folder is None else folder
    return Command(source=absolute(source, start), flags=tuple(essential(flags, start)))


def essential(flags: Sequence[str], folder: Path) -> Iterator[str]:
    """Yield the options that matter, joined with their values; C++17 unless they say otherwise."""
    standard = STANDARD
    waiting = iter(flags)
    for flag in waiting:
        name = next((n for n in (*_PATHS, *_WORDS) if flag.startswith(n)), "")
        if flag.startswith("-std="):
            # A source of C in between is read as C++, too.
            standard = flag if "++" in flag else standard
        elif name:
            value = flag.removeprefix(name) or next(waiting, "")
            if value and name in _PATHS:
                yield f"{name}{_place(value, name, folder)}"
            elif value:
                yield f"{name}{value}"
        elif flag.startswith(_WHOLE):
            yield flag
    yield standard


def absolute(path: Path, folder: Path) -> Path:
    """Return a path without `.` and `..`; links stay: headers are looked for beside them."""
    return Path(os.path.normpath(folder / path))


def _place(value: str, name: str, folder: Path) -> str:
    """Return where an option's path is; what `-include` names may also be in an include folder."""
    found = absolute(Path(value), folder)
    if name in {"-include", "-imacros"} and not found.exists():
        return value
    return str(found)
