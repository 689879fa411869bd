"""Where the index maps of a mapping send their points, for the page to draw.

What is not known, the launch domain or the machine, is replaced by an example that says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import prod

from mapc.graph.mapping import EVERY_TASK, Mapping
from mapc.policy.evaluate import Placement
from mapc.policy.faults import EvaluationError
from mapc.policy.kinds import ProcKind
from mapc.policy.query import MOST_POINTS, Answer, Query
from mapc.policy.shape import Shape
from mapc.policy.table import Point
from mapc.text import Diagnostic, codes

EXAMPLE_SHAPE = Shape(2, dict.fromkeys(ProcKind, 4))
EXAMPLE_DOMAINS: tuple[Point, ...] = ((16,), (8, 8), (4, 4, 4))
"""One for each rank; a function is shown on the first that it accepts."""
_OTHER_RANK = frozenset(
    code.id
    for code in (codes.TUPLE_INDEX, codes.TUPLE_LENGTHS, codes.INDEX_COUNT, codes.EMPTY_MIN_MAX)
)
"""How a function fails on a launch with fewer or more dimensions than it is written for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where one function sends the points of a launch of some tasks, or why it fails.

    Without either it was not evaluated, because there are too many points.
    """

    function: str
    tasks: tuple[str, ...]
    domain: Point
    example: bool
    """Whether the domain is an example."""
    answer: Answer | None = None
    failure: Diagnostic | None = None


def shape_of(mapping: Mapping) -> Shape:
    """Return the extents of the machine, or of an example machine."""
    machine = mapping.machine
    if machine is None:
        return EXAMPLE_SHAPE
    return Shape(nodes=machine.nodes, procs=dict(machine.procs))


def placements(mapping: Mapping) -> tuple[Placed, ...]:
    """Return the placements of every index map, those of several tasks once if they are equal."""
    merged: dict[tuple[object, ...], Placed] = {}
    tasks: dict[tuple[object, ...], dict[str, None]] = {}
    for placed in _evaluated(mapping):
        key = _key(placed)
        merged.setdefault(key, placed)
        tasks.setdefault(key, {}).setdefault(placed.tasks[0])
    return tuple(replace(one, tasks=tuple(tasks[key])) for key, one in merged.items())


def _key(placed: Placed) -> tuple[object, ...]:
    """Return what two placements have in common that look the same."""
    looks: tuple[object, ...] = ()
    if placed.answer is not None:
        table = placed.answer.table
        looks = (table.codes.tobytes(), tuple(table.sets))
    elif placed.failure is not None:
        looks = (placed.failure.message, placed.failure.span)
    return placed.function, placed.domain, placed.example, looks


def _evaluated(mapping: Mapping) -> Iterator[Placed]:
    """Yield every placement, one task each."""
    shape = shape_of(mapping)
    try:
        placement = Placement(mapping.policy, shape)
    except EvaluationError as error:
        for task, function in _maps(mapping):
            yield Placed(
                function=function,
                tasks=(task,),
                domain=(),
                example=mapping.machine is None,
                failure=error.diagnostic,
            )
        return
    points = 0
    for task, function in _maps(mapping):
        known = [domain for domain in mapping.graph.domains_of(task) if prod(domain)]
        for domain in known:
            points += prod(domain)
            if points > MOST_POINTS:
                yield Placed(function=function, tasks=(task,), domain=domain, example=False)
            else:
                yield _place(placement, function, task, domain, example=False)
        if not known:
            yield _example(placement, function, task)


def _maps(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """Yield tasks with their index maps, then index maps that decide for no task by name."""
    seen: set[str] = set()
    for task in mapping.tasks:
        if task.index_map is not None:
            seen.add(task.index_map)
            yield task.task, task.index_map
    idle = {one.span.start for one in mapping.idle or ()}
    for rule in mapping.policy.index_maps:
        if rule.function not in seen and rule.span.start not in idle:
            yield rule.task or EVERY_TASK, rule.function


def _example(placement: Placement, function: str, task: str) -> Placed:
    """Return the placement on the first example whose number of dimensions fits."""
    tried: list[Placed] = []
    for domain in EXAMPLE_DOMAINS:
        placed = _place(placement, function, task, domain, example=True)
        if placed.failure is None or placed.failure.code.id not in _OTHER_RANK:
            return placed
        tried.append(placed)
    return tried[0]


def _place(
    placement: Placement, function: str, task: str, domain: Point, *, example: bool
) -> Placed:
    shape = placement.shape
    placed = Placed(function=function, tasks=(task,), domain=domain, example=example)
    try:
        table = placement.table(function, task, domain)
    except EvaluationError as error:
        return replace(placed, failure=error.diagnostic)
    query = Query(task=task, nodes=shape.nodes, procs=_most(shape.procs.values()), domain=domain)
    return replace(placed, answer=Answer(query=query, table=table))


def _most(counts: Iterable[int]) -> int:
    return max(counts, default=0)
