"""Placements as text and as JSON, one point a line; fast enough for millions of points.

Points that differ only in their last coordinate are a row. What a row prints behind the shared
coordinates repeats in most maps, so it is made once for all rows with the same processors.
"""

import json
from collections.abc import Callable, Iterator
from itertools import product

from mapc.policy.query import Answer
from mapc.policy.table import PlacementTable, Point

LONGEST_ROW = 2**16
"""A longer row is printed in pieces of this length."""
MOST_KEPT = 2**19
"""Lines that are kept for rows to come."""


class _Labels(dict[int, str]):
    """How to print the processors of each code."""

    def __init__(self, table: PlacementTable, form: str, between: str) -> None:
        super().__init__()
        self.table = table
        self.form = form
        self.between = between

    def __missing__(self, code: int) -> str:
        if len(self) >= MOST_KEPT:
            self.clear()
        places = [self.table.place(member) for member in self.table.members(code)]
        found = self[code] = self.between.join([self.form % place[1:] for place in places])
        return found


def _text_labels(table: PlacementTable) -> _Labels:
    return _Labels(table, "[%d,%d]", " ")


def _json_labels(table: PlacementTable) -> _Labels:
    return _Labels(table, "[%d, %d]", ", ")


def as_text(answer: Answer) -> Iterator[str]:
    """Yield lines such as `3,1 -> [0,2]`; a single launch has its task's name for a point."""
    if not answer.query.domain:
        (code,) = answer.table.codes
        yield f"{answer.query.task} -> {_text_labels(answer.table)[code]}\n"
        return
    yield from _rows(
        answer.table,
        labels=_text_labels(answer.table),
        before=lambda outer: "".join([f"{i}," for i in outer]),
        between=" -> ",
        after="\n",
    )


def as_json(answer: Answer) -> Iterator[str]:
    """Yield the JSON object of an answer, in pieces."""
    query = answer.query
    head = {
        "task": query.task,
        "function": answer.table.function,
        "nodes": query.nodes,
        "procs": query.procs,
        "domain": list(query.domain),
    }
    lines = "".join([f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items()])
    yield f'{{\n{lines}  "points": ['
    if query.domain:
        pieces = _rows(
            answer.table,
            labels=_json_labels(answer.table),
            before=lambda outer: ',\n    {"point": [' + "".join([f"{i}, " for i in outer]),
            between='], "targets": [',
            after="]}",
        )
        yield next(pieces)[1:]
        yield from pieces
    else:
        (code,) = answer.table.codes
        targets = _json_labels(answer.table)[code]
        yield f'\n    {{"point": [], "targets": [{targets}]}}'
    yield "\n  ]\n}"


def _rows(
    table: PlacementTable,
    *,
    labels: _Labels,
    before: Callable[[Point], str],
    between: str,
    after: str,
) -> Iterator[str]:
    """Yield the lines of all points, a row or a piece of one at a time."""
    width = table.domain[-1]
    kept: dict[tuple[int, bytes], list[str]] = {}
    number = 0
    for outer in product(*map(range, table.domain[:-1])):
        for start in range(0, width, LONGEST_ROW):
            size = min(LONGEST_ROW, width - start)
            codes = table.codes[number : number + size]
            number += size
            key = start, codes.tobytes()
            lines = kept.get(key)
            if lines is None:
                if len(kept) * size > MOST_KEPT:
                    kept.clear()
                lines = kept[key] = [""] + [
                    f"{i}{between}{labels[code]}{after}" for i, code in enumerate(codes, start)
                ]
            yield before(outer).join(lines)
