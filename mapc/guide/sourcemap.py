"""From a line that a C++ compiler names to the line of the policy behind it."""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from pathlib import PurePath

from mapc.guide.backmap import line_span
from mapc.guide.classify import Match
from mapc.guide.log import Log
from mapc.policy.model import Policy
from mapc.text import Span

_REQUIRED = re.compile(r"(?m)^([^\s:][^:\n]{0,400}):(\d{1,9}):\d{1,9}:\s+required from here$")
_BEFORE = 6000
_NEAREST = 40


def placer(
    policy: Policy | None, source_map: Mapping[int, int] | None, log: Log
) -> Callable[[Match], Span | None]:
    """Return the function that finds the policy's line for a compiler's message.

    A message about a template of the library is tied to the line that instantiates it.
    """
    if policy is None or not source_map:
        return lambda match: None
    known = sorted(source_map)

    def place(match: Match) -> Span | None:
        number = _generated_line(match, log)
        at = bisect_right(known, number) - 1 if number is not None else -1
        if number is None or at < 0 or number - known[at] > _NEAREST:
            return None
        return line_span(policy, source_map[known[at]])

    return place


def _generated_line(match: Match, log: Log) -> int | None:
    """Return the line of the generated file, None for a message about another file."""
    before = log.text[max(0, match.offset - _BEFORE) : match.offset]
    before = before[before.rfind(": error: ") + 1 :]
    required = _REQUIRED.findall(before)
    file, line = required[-1] if required else (match.groups.get("file", ""), "")
    line = line or match.groups.get("line", "")
    generated = PurePath(file).suffix in (".cc", ".cpp", ".cxx")
    return int(line) if generated and line.isdecimal() and len(line) < 10 else None
