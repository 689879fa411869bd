"""Read what Legion and Realm write to their log, and what a generated mapper says there."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Any

MAPPER_CATEGORY = "mapc"

_HEAD = re.compile(
    r"^\[(?P<rank>[0-9a-f]+) - (?P<thread>[0-9a-f]+)\]\s+(?P<seconds>-?\d+\.\d+) "
    r"\{(?P<level>\d)\}\{(?P<category>[^}]*)\}: (?P<text>.*)$"
)
_RULE = re.compile(r"^-{5,}\s*$")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Level(IntEnum):
    """Realm's levels of importance."""

    SPEW = 0
    DEBUG = 1
    INFO = 2
    PRINT = 3
    WARNING = 4
    ERROR = 5
    FATAL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """One message. `details` are the traces that Legion's errors carry in further lines."""

    rank: int
    thread: str
    seconds: float
    level: Level
    category: str
    text: str
    line: int  # in the output, counted from 1
    details: tuple[str, ...] = ()


def log_records(output: str) -> tuple[LogRecord, ...]:
    """Return the log's messages in a program's output, in their order."""
    return tuple(_records(output))


def mapper_records(output: str) -> tuple[dict[str, Any], ...]:
    """Return what the generated mapper reported: one JSON object in each of its lines.

    A line cut short by a crash is left out.
    """
    found = []
    for record in _records(output):
        if record.category != MAPPER_CATEGORY or not record.text.startswith("{"):
            continue
        try:
            value = json.loads(record.text)
        except ValueError:
            continue
        if isinstance(value, dict):
            found.append(value)
    return tuple(found)


def _records(output: str) -> Iterator[LogRecord]:
    """Yield the messages; a rule below a message starts its details, which go on to the next."""
    lines = output.split("\n")
    heads = [(at, match) for at, line in enumerate(lines) if (match := _HEAD.match(line))]
    for (at, match), (end, _) in pairwise([*heads, (len(lines), None)]):
        assert match is not None
        details: tuple[str, ...] = ()
        if end > at + 1 and _RULE.match(lines[at + 1]):
            details = tuple(_COLOUR.sub("", line) for line in lines[at + 1 : end])
        yield LogRecord(
            rank=int(match["rank"], 16),
            thread=match["thread"],
            seconds=float(match["seconds"]),
            level=Level(min(int(match["level"]), Level.FATAL)),
            category=match["category"],
            text=_COLOUR.sub("", match["text"]),
            line=at + 1,
            details=details,
        )
