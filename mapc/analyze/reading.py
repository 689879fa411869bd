"""Sources to units: several at a time, and none that did not change since it was read last.

libclang may crash on a source, so it runs in processes of its own.
"""

import os
import pickle
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from mapc.analyze.commands import Command
from mapc.analyze.fingerprint import States, key_of, reader, settled, states, unchanged
from mapc.analyze.ir import Message, Unit
from mapc.analyze.room import with_room
from mapc.analyze.store import load, save

_JOBS = 2
Read = tuple[Unit, States]
Packed = tuple[bytes, float]
"""A unit and the states of its files as bytes, and when reading them began.

Only a worker can make the bytes of a deep unit: here there is no room for that.
"""


def read_units(commands: Sequence[Command]) -> list[Read]:
    """Return the units of sources, in their order, each with the files that it was made of."""
    found: dict[int, Read] = {}
    missing = []
    for number, one in enumerate(commands):
        known = _known(one)
        if known is None:
            missing.append(number)
        else:
            found[number] = known
    found.update(_read_all(commands, missing))
    return [found[number] for number in range(len(commands))]


def _known(one: Command) -> Read | None:
    """Return a unit that was read before, from files that are the same now."""
    content = load("unit", _key(one))
    if content is None:
        return None
    before: States
    unit: Unit
    before, unit = pickle.loads(content)
    return (unit, before) if unchanged(before) else None


def _key(one: Command) -> str:
    return key_of(str(one.source), one.flags, reader())


def _read_all(commands: Sequence[Command], numbers: Sequence[int]) -> Iterator[tuple[int, Read]]:
    """Yield the units of some sources; after a crash, what was lost is read one by one."""
    if not numbers:
        return
    # Before there are processes, so that what is missing is said once. It does not load it.
    _require_library()
    lost = []
    with _processes(min(_JOBS, len(numbers), os.cpu_count() or 1)) as pool:
        waiting: dict[int, Future[Packed]] = {}
        for number in numbers:
            waiting[number] = pool.submit(_read, commands[number])
        for number, future in waiting.items():
            try:
                yield number, _kept(commands[number], future.result())
            except BrokenProcessPool:
                lost.append(number)
    for number in lost:
        with _processes(1) as pool:
            try:
                yield number, _kept(commands[number], pool.submit(_read, commands[number]).result())
            except BrokenProcessPool:
                yield number, (_without(commands[number], "libclang crashes on this source"), {})


def _processes(count: int) -> ProcessPoolExecutor:
    """Return workers that begin as copies of this process: at once, without importing anything."""
    return ProcessPoolExecutor(count, mp_context=get_context("fork"), initializer=_quietly)


def _quietly() -> None:
    """Let an interrupt end a worker at once, without a word; the command itself says it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _kept(one: Command, packed: Packed) -> Read:
    """Return what a worker read; store it unless it may be different at the next look."""
    content, since = packed
    before, unit = pickle.loads(content)
    names = [unit.file, *unit.headers]
    if lasting(unit, before) and settled(names, since):
        save("unit", _key(one), content)
    return unit, before


def lasting(unit: Unit, before: States) -> bool:
    """Whether a unit stays the same as long as its files do: a missing header may come."""
    return bool(before) and not any(m.text.endswith("file not found") for m in unit.messages)


def _require_library() -> None:
    from mapc.analyze.clang import cindex

    cindex()


def _read(one: Command) -> Packed:
    """Return a unit as bytes."""
    return with_room(lambda: _read_here(one))


def _read_here(one: Command) -> Packed:
    from mapc.analyze.clang import cindex
    from mapc.analyze.units import read_unit

    since = time.time()
    try:
        if one.source.is_file():
            unit = read_unit(one.source, one.flags)
            before = states([unit.file, *unit.headers], unit.system)
            return pickle.dumps((before, unit)), since
        unit = _without(one, "there is no such file")
    except (cindex().TranslationUnitLoadError, UnicodeError):
        unit = _without(one, "libclang does not read this source")
    except RecursionError:
        unit = _without(one, "expressions are nested too deeply in this source")
    return pickle.dumps(({}, unit)), since


def _without(one: Command, why: str) -> Unit:
    """Return the unit of a source of which nothing is known."""
    file = str(one.source)
    told = Message(severity="error", text=why, file=file, line=0, column=0)
    return Unit(file=file, messages=[told])
