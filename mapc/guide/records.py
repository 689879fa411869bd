"""The decision records of a running mapper, read without trust.

A record comes from a log that may be cut off or mixed with other output, so every field may be
missing or of the wrong type; readers here return what is usable and skip the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Record: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An instance that the mapper made or found for one requirement of a task."""

    task: str
    requirement: int
    names: tuple[str, ...]
    processor: str
    memory: str
    line: int | None
    bytes: int | None


def events(records: Iterable[object], kind: str) -> list[Record]:
    """Return the records of one kind."""
    return [r for r in records if isinstance(r, Mapping) and r.get("event") == kind]


def placed(records: Iterable[Record]) -> tuple[Placed, ...]:
    """Return where instances were placed, each combination once, with its greatest size."""
    found: dict[tuple[str, int, str], Placed] = {}
    for record in events(records, "region"):
        requirement = number(record.get("requirement"))
        task = text(record.get("task"))
        if requirement is None or not task:
            continue
        item = Placed(
            task=task,
            requirement=requirement,
            names=names(record.get("names")),
            processor=text(record.get("kind")),
            memory=text(record.get("memory")),
            line=line(record),
            bytes=number(record.get("bytes")),
        )
        key = (task, requirement, item.memory)
        old = found.get(key)
        if old is None or (item.bytes or 0) > (old.bytes or 0):
            found[key] = item
    return tuple(found.values())


def seen_requirement(records: Iterable[Record], task: str, requirement: int) -> Record:
    """Return what the mapper saw of one requirement of a task, empty if nothing."""
    for record in events(records, "seen"):
        items = record.get("requirements")
        if record.get("task") != task or not isinstance(items, list):
            continue
        for item in items:
            if isinstance(item, Mapping) and item.get("index") == requirement:
                return item
    return {}


def requirement_names(records: Iterable[Record], task: str, requirement: int) -> tuple[str, ...]:
    """Return the names of a requirement: of its region, partition and parent region."""
    for item in placed(records):
        if (item.task, item.requirement) == (task, requirement) and item.names:
            return item.names
    return names(seen_requirement(records, task, requirement).get("names"))


def variants(records: Iterable[Record], task: str) -> tuple[str, ...]:
    """Return the processor kinds for which a task has a variant, as far as it was seen."""
    for record in events(records, "seen"):
        if record.get("task") == task:
            return names(record.get("variants"))
    return ()


def task_with_id(records: Iterable[Record], number: str) -> str | None:
    """Return the name of the task that the application registered under a number."""
    for record in events(records, "seen"):
        if str(record.get("id")) == number:
            return text(record.get("task")) or None
    return None


def ran_on(records: Iterable[Record]) -> dict[str, str]:
    """Return the processor kind of every task that was mapped."""
    kinds = {text(r.get("task")): text(r.get("kind")) for r in events(records, "task")}
    return {task: kind for task, kind in kinds.items() if task and kind}


def line(record: Record) -> int | None:
    """Return the policy line that made a decision; 0 and below mean that none did."""
    value = number(record.get("line"))
    return value if value is not None and value > 0 else None


def number(value: object) -> int | None:
    """Return a whole number, None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text(value: object) -> str:
    """Return a text, empty for anything else."""
    return value if isinstance(value, str) else ""


def names(value: object) -> tuple[str, ...]:
    """Return the texts of a list."""
    return tuple(filter(None, map(text, value))) if isinstance(value, list | tuple) else ()
