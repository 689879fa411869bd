"""From a line that a C++ compiler names to the line of the policy behind it."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from pathlib import PurePath

from mapc.guide.backmap import line_span
from mapc.guide.classify import Match
from mapc.policy.model import Policy
from mapc.text import Span

_NEAREST = 40


def placer(
    policy: Policy | None, source_map: Mapping[int, int] | None
) -> Callable[[Match], Span | None]:
    """Return the function that finds the policy's line for a compiler's message.

    A message about a template of the library is tied to the line that instantiates it.
    """
    if policy is None or not source_map:
        return lambda match: None
    known = sorted(source_map)

    def place(match: Match) -> Span | None:
        number = _generated_line(match)
        at = bisect_right(known, number) - 1 if number is not None else -1
        if number is None or at < 0 or number - known[at] > _NEAREST:
            return None
        return line_span(policy, source_map[known[at]])

    return place


def _generated_line(match: Match) -> int | None:
    """Return the line of the generated file, None for a message about another file."""
    file, line = match.groups.get("file", ""), match.groups.get("line", "")
    if origin := match.groups.get("origin"):
        file, line, _ = origin.rsplit(":", 2)
    generated = PurePath(file).suffix in (".cc", ".cpp", ".cxx")
    return int(line) if generated and line.isdecimal() and len(line) < 10 else None
