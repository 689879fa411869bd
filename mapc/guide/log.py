"""The text that a run left behind, made uniform: colours removed, header and status read.

A log may be raw: its first line the command (`$ ...`), its last the exit code, as in saved
outputs; or the captured output of a run whose command and status are known otherwise.
"""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mapc.guide.status import Status, StatusKind, of_exit, worst

LONGEST_LINE = 4000
_MOST_RECORDS = 200_000
_TAIL = 2000
_LONGEST_RECORD = 1_000_000
_MESSAGE = re.compile(r"(?m)^\[[0-9a-f]{1,9} - [0-9a-f]{1,16}\]")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_EXIT = re.compile(
    r"(?m)^\[?(?:exit (?:code|status):? |rank rc=)(-?\d{1,10})(?:, wall (\d{1,9}\.?\d{0,9}) s)?\]?$"
)
_TREE = re.compile(r"^\[\d+\]<[^>\n]{1,200}>: ([^\n]{1,200}?) ?\(UID: \d+\)$")
_TREE_LINES = 16
_CONTEXT = re.compile(r"(?m)^[^\n:][^\n]{0,400}: (?:In |At global scope)")
_ERROR = re.compile(r"(?m)^([^\s:][^:\n]{0,400}):\d{1,9}:[^\n]{0,20}error: ")
_REQUIRED = re.compile(r"(?m)^([^\s:][^:\n]{0,400}:\d{1,9}(?::\d{1,9})?):\s+required from here$")
_BEFORE = 6000


@dataclass(frozen=True, kw_only=True)
class Log:
    """The text of a run, its command and how it ended."""

    text: str
    command: tuple[str, ...] = ()
    status: Status = field(default_factory=lambda: Status(kind=StatusKind.UNKNOWN))

    def flag(self, name: str) -> str | None:
        """Return the value of a command-line flag, None where it is not given."""
        at = [i for i, word in enumerate(self.command[:-1]) if word == name]
        return self.command[at[-1] + 1] if at else None

    @cached_property
    def has_messages(self) -> bool:
        """Whether the runtime's own messages were kept: they start with rank and thread."""
        return _MESSAGE.search(self.text) is not None

    def lines_with(
        self, part: str, most: int, longest: int = LONGEST_LINE
    ) -> Iterator[tuple[int, str]]:
        """Yield offset and text of the first `most` lines that hold `part`.

        Of a line longer than `longest`, only what surrounds the part.
        """
        at = self.text.find(part)
        while at >= 0 and most > 0:
            start = self.text.rfind("\n", 0, at) + 1
            end = self.text.find("\n", at)
            end = end if end >= 0 else len(self.text)
            left = start if end - start <= longest else max(start, at - longest // 2)
            yield start, self.text[left : min(end, left + longest)]
            at = self.text.find(part, end)
            most -= 1

    def tree_task(self, offset: int) -> str | None:
        """Return the innermost task of the task tree that follows a Legion message."""
        rows = self.text[offset : offset + 8 * LONGEST_LINE].split("\n", _TREE_LINES)
        found = [tree[1] for row in rows[1:_TREE_LINES] if (tree := _TREE.match(row))]
        return found[-1] if found else None

    def instantiated_at(self, offset: int) -> str | None:
        """Return the `file:line:column` at which a template was used that a message is about."""
        start = max(0, offset - _BEFORE)
        before = self.text[start:offset]
        contexts = [context.start() for context in _CONTEXT.finditer(before)]
        found = list(_REQUIRED.finditer(before, contexts[-1] if contexts else 0))
        if not found:
            return None
        # Several errors in one file may follow: they are about the same instantiation.
        first = _ERROR.search(self.text, start + found[-1].end())
        here = self.text[offset : offset + LONGEST_LINE].partition(":")[0]
        return found[-1][1] if first is not None and first[1] == here else None


def raw_log(text: str) -> Log:
    """Return a saved log: command and status are read from its first and last lines."""
    clean = clean_text(text)
    first = clean.partition("\n")[0]
    command = _words(first[2:]) if first.startswith("$ ") else ()
    ends = _EXIT.findall(clean[-_TAIL:])
    if not ends:
        return Log(text=clean, command=command)
    statuses = [of_exit(int(code), float(wall) if wall else None) for code, wall in ends]
    return Log(text=clean, command=command, status=worst(statuses))


def clean_text(text: str) -> str:
    """Return the text without colours and carriage returns."""
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def records_in(log: Log) -> tuple[dict[str, Any], ...]:
    """Return the decision records that a mapper wrote into its log."""
    found = []
    decoder = json.JSONDecoder()
    for _, line in log.lines_with('"event"', _MOST_RECORDS, _LONGEST_RECORD):
        try:
            record, _ = decoder.raw_decode(line, max(line.find('{"'), 0))
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict) and isinstance(record.get("event"), str):
            found.append(record)
    return tuple(found)


def _words(command: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(command))
    except ValueError:
        return tuple(command.split())
