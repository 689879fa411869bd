"""Analyse an application: its sources' units put together and followed, unless that is known."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from mapc.analyze.commands import Command
from mapc.analyze.fingerprint import States, analyser, key_of, settled, unchanged
from mapc.analyze.reader import analysis_from_json
from mapc.analyze.result import Analysis
from mapc.analyze.store import load, save


def analyse(commands: Sequence[Command]) -> Analysis:
    """Return what an application does; all file names are absolute.

    What did not compile is in `messages`; the rest is what was understood. Raises MapcError only
    where there is no libclang. The result is kept: the same sources are never analysed twice.
    """
    each = tuple(dict.fromkeys(commands))
    key = key_of([(str(one.source), one.flags) for one in each], analyser())
    return _known(key) or _new(each, key)


def _known(key: str) -> Analysis | None:
    """Return an earlier result, if all files are the same now."""
    content = load("json", key)
    if content is None:
        return None
    try:
        data = json.loads(content)
        return analysis_from_json(data["result"]) if unchanged(data["files"]) else None
    except (ValueError, KeyError):
        return None


def _new(commands: Sequence[Command], key: str) -> Analysis:
    """Return a new result, and keep it if it holds as long as the files do not change."""
    from mapc.analyze.build import Builder
    from mapc.analyze.follow import follow
    from mapc.analyze.program import Program
    from mapc.analyze.reading import lasting, read_units
    from mapc.analyze.room import with_room

    since = time.time()
    read = read_units(commands)
    units = [unit for unit, _ in read]
    messages = dict.fromkeys(message for unit in units for message in unit.messages)

    def followed() -> Analysis:
        program = Program(units)
        trace, complete = follow(program)
        return Builder(trace, program).analysis(complete)

    try:
        found = with_room(followed)
    except RecursionError:
        found = Analysis(complete=False)
    found = replace(found, messages=tuple(asdict(message) for message in messages))
    files: States = {name: state for _, before in read for name, state in before.items()}
    own = [name for unit in units for name in (unit.file, *unit.headers)]
    if all(lasting(unit, before) for unit, before in read) and settled(own, since):
        content = {"files": files, "result": as_kept(found)}
        save("json", key, json.dumps(content).encode())
    return found


def as_kept(found: Analysis) -> dict[str, Any]:
    """Return all of an analysis as JSON, with what the compiler said."""
    return {**found.as_json(), "messages": list(found.messages)}


def as_seen_from(found: Analysis, folder: Path) -> Analysis:
    """Return the analysis with the names of files in a folder relative to it."""
    start = f"{folder.absolute()}/"
    data = as_kept(found)
    for one in _dictionaries(data):
        name = one.get("file")
        if isinstance(name, str):
            one["file"] = name.removeprefix(start)
    return analysis_from_json(data)


def _dictionaries(value: Any) -> Iterator[dict[str, Any]]:
    """Yield all objects in a JSON value."""
    if isinstance(value, dict):
        yield value
    items = value.values() if isinstance(value, dict) else value
    for item in items:
        if isinstance(item, dict | list | tuple):
            yield from _dictionaries(item)
