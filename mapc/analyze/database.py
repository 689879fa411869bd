"""`compile_commands.json`: how a build system compiles each source."""

import json
import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mapc.analyze.commands import SOURCES, Command, absolute, command
from mapc.text import Diagnostic, ExitCode, MapcError, Severity
from mapc.text.codes import BAD_COMPILE_COMMANDS, CANNOT_READ, Code

NAME = "compile_commands.json"
_BUILD_FOLDERS = ("", "build", "out")
_MOST_FOLDERS = 64
_ADVICE = "let CMake write it: `cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON`"


def read_database(file: Path) -> tuple[Command, ...]:
    """Return the C++ sources in a database, each once; raises MapcError if it is none."""
    try:
        entries = json.loads(file.read_bytes())
    except OSError as error:
        raise _error(
            CANNOT_READ, f"cannot read {file}: {(error.strerror or str(error)).lower()}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise _bad(file, "this is no JSON") from error
    if not isinstance(entries, list):
        raise _bad(file, "this is no list")
    found: dict[Path, Command] = {}
    for number, entry in enumerate(entries, 1):
        made = _command(file, number, entry)
        if made.source.suffix in SOURCES:
            found.setdefault(made.source, made)
    return tuple(found.values())


def nearest_database(source: Path) -> Path | None:
    """Return the database of the nearest folder above a source, or of its build folder."""
    for folder in list(source.parents)[:_MOST_FOLDERS]:
        found = database_in(folder)
        if found is not None:
            return found
    return None


def database_in(folder: Path) -> Path | None:
    """Return the database in a folder, or in its build folder."""
    files = (folder / name / NAME for name in _BUILD_FOLDERS)
    return next((file for file in files if os.access(file, os.R_OK) and file.is_file()), None)


def _command(file: Path, number: int, entry: Any) -> Command:
    """Return one entry as a command."""
    if not isinstance(entry, dict):
        raise _bad(file, f"entry {number} is no object")
    folder, source = entry.get("directory", "."), entry.get("file")
    if not isinstance(source, str) or not isinstance(folder, str) or "\0" in source + folder:
        raise _bad(file, f"entry {number} does not name its `file` and `directory`")
    start = absolute(Path(folder), file.parent.absolute())
    return command(Path(source), list(_words(file, number, entry)), start)


def _words(file: Path, number: int, entry: dict[str, Any]) -> Iterator[str]:
    """Yield the words of an entry's command line, without the compiler."""
    given = entry.get("arguments", entry.get("command", ""))
    if isinstance(given, str):
        try:
            given = shlex.split(given)
        except ValueError as error:
            raise _bad(file, f"the command of entry {number} has an open quote") from error
    if not isinstance(given, list) or not all(isinstance(word, str) for word in given):
        raise _bad(file, f"the command of entry {number} is no list of words")
    yield from given[1:]


def _bad(file: Path, what: str) -> MapcError:
    return _error(BAD_COMPILE_COMMANDS, f"{file}: {what}")


def _error(code: Code, message: str) -> MapcError:
    made = Diagnostic(code=code, severity=Severity.ERROR, message=message, help=_ADVICE)
    return MapcError(made, exit_code=ExitCode.USAGE)
