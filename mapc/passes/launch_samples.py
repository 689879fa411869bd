"""Launches and machines over which placement functions are compared.

Those of the application and the machine where they are known; otherwise a few that tell most maps
apart: domains that divide evenly and such that do not, machines with few and with many processors,
with GPUs and without.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

from mapc.graph.machine import Machine
from mapc.graph.taskgraph import TaskGraph
from mapc.passes.place import shape_of
from mapc.policy.kinds import ProcKind
from mapc.policy.shape import Processor, Shape, TaskContext

_DOMAINS = ((16,), (7,), (4, 4), (3, 5), (8, 2), (2, 2, 2), (4, 3, 2), (1,))
_SHAPES = (
    Shape(1, dict.fromkeys(ProcKind, 4)),
    Shape(2, dict.fromkeys(ProcKind, 2)),
    Shape(2, dict.fromkeys(ProcKind, 4)),
    Shape(4, dict.fromkeys(ProcKind, 3)),
    Shape(1, {kind: 0 if kind is ProcKind.GPU else 4 for kind in ProcKind}),
    Shape(2, {kind: 0 if kind is ProcKind.GPU else 2 for kind in ProcKind}),
)
MOST_POINTS = 4 * 10**6
"""Points of a launch that are placed."""
_MOST_PARENTS = 8
_POINTS = (((1,), (4,)), ((1, 0), (2, 3)))
"""Points of an index launch that may have launched a task, with its domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launches:
    """The launches over which the functions of a task are compared; `known` if they are real."""

    shapes: tuple[Shape, ...]
    domains: tuple[tuple[int, ...], ...]
    known: bool


def launches_to_try(graph: TaskGraph, machine: Machine | None, task: str) -> Launches:
    """Return the index launches of a task as far as they are known, else a sample."""
    every = graph.domains_of(task)
    domains = tuple(domain for domain in every if prod(domain) <= MOST_POINTS)
    unsized = any(launch.unsized for launch in graph.launches_of(task))
    complete = bool(every) and domains == every and not unsized
    return Launches(
        shapes=_SHAPES if machine is None else (shape_of(machine),),
        domains=domains if complete else tuple(dict.fromkeys((*domains, *_DOMAINS))),
        known=complete and machine is not None,
    )


def single_launches(task: str, kind: ProcKind, shape: Shape) -> Iterator[TaskContext]:
    """Yield a sample of the ways in which a task may be launched individually on a machine."""
    places = processors(kind, shape)
    for place in places[:_MOST_PARENTS]:
        top = TaskContext(name="parent", processor=place)
        yield TaskContext(name=task, processor=places[0], kind=kind, parent=top)
        yield TaskContext(name=task, processor=places[-1], kind=kind, parent=top)
        for point, domain in _POINTS:
            parent = TaskContext(
                name="parent", processor=place, parent=top, ipoint=point, ispace=domain
            )
            yield TaskContext(name=task, processor=places[0], kind=kind, parent=parent)


def processors(kind: ProcKind, shape: Shape) -> tuple[Processor, ...]:
    """Return the processors of a kind; one where there is none, as for a task without a place."""
    there = product(range(shape.nodes), range(shape.procs.get(kind, 0)))
    return tuple(there) or ((0, 0),)
