"""Difference: which decisions differ between two policies, with the lines that made them.

Data and its JSON; comparing is `mapc.passes.difference`'s job.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from mapc.graph.mapping import layout_json
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.model import LayoutSpec
from mapc.policy.shape import Processor

Value: TypeAlias = tuple[str, ...] | LayoutSpec | int | bool | None
"""What a policy decides; None (and an empty list) leaves it to the default mapper."""

DECISIONS = ("processors", "limit", "replicate", "memories", "layout", "collect")
"""What is decided: the first three about a task, the others about an argument."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one of the policies decides, and by which lines."""

    value: Value = None
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One decision that differs; `kind` and `memory` say where a region's memories and layout do.

    `what` is one of `DECISIONS`; `argument` is what the argument is called.
    """

    what: str
    a: Side
    b: Side
    argument: str | None = None
    kind: ProcKind | None = None
    memory: MemKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChanges:
    """The decisions about one task that differ, beside its placement.

    `kinds` and `arguments` are all for which decisions were compared.
    """

    task: str
    changes: tuple[Change, ...]
    kinds: tuple[ProcKind, ...]
    arguments: tuple[str, ...]


class Basis(StrEnum):
    """How two placement functions were compared."""

    KNOWN = "known"  # over the launch domains of the application, on the machine
    SAMPLE = "sample"  # over launches and machines that mapc chose
    DEFAULT = "default"  # one policy leaves the placement to the default mapper


@dataclass(frozen=True, slots=True, kw_only=True)
class Placer:
    """The function that places a task, and the line of the statement that names it."""

    function: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Processors that a point goes to: one, unless the point is a task of its own."""

    kind: ProcKind
    processors: tuple[Processor, ...]

    def __str__(self) -> str:
        names = ", ".join(f"{self.kind.value}[{node},{proc}]" for node, proc in self.processors)
        return names if len(self.processors) == 1 else f"{{{names}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A point of a launch that goes elsewhere; a task launched individually has a parent."""

    a: Spot
    b: Spot
    point: tuple[int, ...] = ()
    parent: Processor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchChange:
    """What differs in one launch on one machine.

    `domain` is empty for tasks launched individually, which count as points. Where a function
    cannot be evaluated, its error stands in `error_a` or `error_b`, and no point is compared.
    """

    domain: tuple[int, ...]
    nodes: int
    procs: tuple[tuple[ProcKind, int], ...]
    points: int
    moved: int = 0
    first: tuple[Move, ...] = ()
    error_a: str = ""
    error_b: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementChange:
    """How one way of launching a task is placed by the two policies.

    Only functions that are not the same program are here. `tried` launches could be evaluated by
    at least one policy, `failed` by none; of the `differing` ones `launches` has the first.
    """

    task: str
    single: bool
    kinds: tuple[ProcKind, ...]
    basis: Basis
    a: Placer | None
    b: Placer | None
    tried: int = 0
    failed: int = 0
    differing: int = 0
    launches: tuple[LaunchChange, ...] = ()

    @property
    def same(self) -> bool:
        """Whether no launch was found that is placed in two ways, but some in one."""
        return self.basis is not Basis.DEFAULT and self.tried > 0 and self.differing == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Everything in which two policies differ, for an application and a machine or for any.

    `names` are all tasks that were compared.
    """

    a: str
    b: str
    names: tuple[str, ...]
    application: str = ""
    machine: str = ""
    tasks: tuple[TaskChanges, ...] = ()
    placements: tuple[PlacementChange, ...] = ()

    @property
    def same(self) -> bool:
        """Whether no decision differs."""
        return not self.tasks and all(placement.same for placement in self.placements)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of `mapc diff`."""
        return {
            "same": self.same,
            "a": self.a,
            "b": self.b,
            "application": self.application or None,
            "machine": self.machine or None,
            "tasks": {one.task: _task_json(one) for one in self.tasks},
            "placements": [_placement_json(one) for one in self.placements],
        }


def _task_json(task: TaskChanges) -> dict[str, Any]:
    product: dict[str, Any] = {}
    for change in task.changes:
        here = product
        if change.argument is not None:
            here = product.setdefault("arguments", {}).setdefault(change.argument, {})
        *outer, last = filter(None, (change.what, change.kind, change.memory))
        for key in outer:
            here = here.setdefault(str(key), {})
        here[str(last)] = {
            "a": value_json(change.a.value),
            "b": value_json(change.b.value),
            "lines": {"a": list(change.a.lines), "b": list(change.b.lines)},
        }
    return product


def value_json(value: Value) -> Any:
    """Return what JSON has for a decision."""
    if isinstance(value, LayoutSpec):
        return layout_json(value)
    return list(value) if isinstance(value, tuple) else value


def _placement_json(placement: PlacementChange) -> dict[str, Any]:
    return {
        "task": placement.task,
        "launch": "single" if placement.single else "index",
        "kinds": [kind.value for kind in placement.kinds],
        "same": placement.same,
        "a": _placer_json(placement.a),
        "b": _placer_json(placement.b),
        "basis": placement.basis.value,
        "tried": placement.tried,
        "failed": placement.failed,
        "differing": placement.differing,
        "launches": [_launch_json(launch) for launch in placement.launches],
    }


def _placer_json(placer: Placer | None) -> dict[str, Any] | None:
    return None if placer is None else {"function": placer.function, "line": placer.line}


def _launch_json(launch: LaunchChange) -> dict[str, Any]:
    return {
        "domain": list(launch.domain),
        "nodes": launch.nodes,
        "procs": {kind.value: count for kind, count in launch.procs},
        "points": launch.points,
        "moved": launch.moved,
        "first": [_move_json(move) for move in launch.first],
        "errors": {"a": launch.error_a or None, "b": launch.error_b or None},
    }


def _move_json(move: Move) -> dict[str, Any]:
    where = {"point": list(move.point)} if move.parent is None else {"parent": list(move.parent)}
    return where | {
        side: {"kind": spot.kind.value, "processors": [list(p) for p in spot.processors]}
        for side, spot in (("a", move.a), ("b", move.b))
    }
