"""Find what the rules know in a log.

Every line means at most one thing: the rule of highest priority that matches it. Messages that
only follow from a worse one (the abort after an error, the ranks that then waited) are left to
`report` to drop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapc.guide.log import Log
from mapc.guide.rules import Rule
from mapc.guide.status import Status

# A log may repeat one warning for hours; what comes later than this many lines adds nothing.
_MOST_LINES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A line that a rule knows, with the groups that took part."""

    rule: Rule
    line: str
    offset: int
    groups: Mapping[str, str]


def find(log: Log, rules: Sequence[Rule]) -> tuple[Match, ...]:
    """Return the matches, those of highest priority first, then in the order of the text.

    `rules` come in order of priority.
    """
    taken: set[int] = set()
    found = []
    for rule in rules:
        if not _applies(rule, log.status):
            continue
        for offset, line in log.lines_with(rule.contains, _MOST_LINES):
            match = rule.match.search(line) if offset not in taken else None
            if match is None:
                continue
            taken.add(offset)
            groups = {key: text for key, text in match.groupdict().items() if text is not None}
            if "task" not in groups and (task := log.tree_task(offset)):
                groups["task"] = task
            if "file" in groups and "line" in groups and (origin := log.instantiated_at(offset)):
                groups["origin"] = origin
            found.append(Match(rule=rule, line=line, offset=offset, groups=groups))
    found += find_end(log.status, rules, len(log.text))
    return tuple(sorted(found, key=lambda match: (-match.rule.priority, match.offset)))


def find_end(status: Status, rules: Sequence[Rule], offset: int) -> tuple[Match, ...]:
    """Return what the rules say about the way in which the run ended."""
    line = status.line()
    for rule in rules:
        match = rule.match.search(line) if rule.contains in line else None
        if match is not None and _applies(rule, status):
            groups = {key: text for key, text in match.groupdict().items() if text is not None}
            return (Match(rule=rule, line=line, offset=offset, groups=groups),)
    return ()


def _applies(rule: Rule, status: Status) -> bool:
    return not rule.when or status.kind in rule.when
