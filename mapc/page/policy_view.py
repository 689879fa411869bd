"""The policy as the page shows it: its lines, coloured, with what each of them decides."""

from collections.abc import Mapping as Counts
from dataclasses import dataclass

from mapc.graph.mapping import Mapping
from mapc.page.links import Link, Links, lines_in
from mapc.page.pieces import Piece, shown
from mapc.page.policy_colours import coloured


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the policy.

    `decisions` counts those of the statements that begin here. An idle line belongs to a statement
    that never decides anything; the first of them has the reasons.
    """

    number: int
    pieces: tuple[Piece, ...]
    link: Link
    decisions: int = 0
    idle: bool = False
    reasons: tuple[str, ...] = ()


def policy_lines(mapping: Mapping, links: Links, counts: Counts[int, int]) -> tuple[Line, ...]:
    """Return the lines of the policy; `counts` are the decisions that each makes."""
    source = mapping.policy.source
    reasons: dict[int, list[str]] = {}
    idle: set[int] = set()
    for one in mapping.idle or ():
        reasons.setdefault(one.span.line, []).append(shown(one.reason))
        if not counts.get(one.span.line):
            idle.update(lines_in(one.span))
    lines = [
        Line(
            number=number,
            pieces=pieces,
            link=links.of_line(number),
            decisions=counts.get(number, 0),
            idle=number in idle,
            reasons=tuple(reasons.get(number, ())),
        )
        for number, pieces in enumerate(coloured(source), 1)
    ]
    # A text that ends with a line break has one more, empty line.
    return tuple(lines[:-1] if len(lines) > 1 and source.text.endswith("\n") else lines)
