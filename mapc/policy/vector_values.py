"""Values of many points at once: choosing some of the points, and putting two choices together.

Ints and bools are Python's where all points agree, else arrays with one element a point; tuples
are tuples of such; machines, names and the length of a tuple are the same at every point.
"""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from mapc.policy.kinds import ProcKind
from mapc.policy.vector_ints import Array, Lane, varies

Value: TypeAlias = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneTask:
    """A point task at every point of a launch."""

    name: str
    ipoint: tuple[Lane, ...]
    ispace: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSet:
    """A processor set at every point: of one kind, and of one size."""

    kind: ProcKind
    processors: tuple[tuple[Lane, Lane], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Some of the points of an evaluation: `chosen` are their positions among those of `outer`."""

    count: int
    outer: "Group | None" = None
    chosen: Array | None = None

    def choose(self, chosen: Array) -> "Group":
        """Return the group of the points at these positions."""
        return Group(len(chosen), self, chosen)

    def positions(self) -> Array:
        """Return which points of the whole evaluation these are."""
        if self.outer is None or self.chosen is None:
            return np.arange(self.count)
        positions: Array = self.outer.positions()[self.chosen]
        return positions


class Partition(Exception):  # noqa: N818  # no error: evaluation starts again in parts
    """Points whose values cannot stand side by side: equal `keys` may stay together."""

    def __init__(self, group: Group, keys: Array) -> None:
        super().__init__()
        self.group = group
        self.keys = keys


@dataclass(slots=True, eq=False)
class LaneFrame:
    """The names that an expression sees, with their values at the points of a group.

    A frame for some of the points takes values from its `outer` frame when they are asked for.
    """

    group: Group
    names: dict[str, Value] = field(default_factory=dict)
    outer: "LaneFrame | None" = None

    def find(self, name: str) -> Value:
        """Return the value of a local name, None where there is none."""
        found = self.names.get(name)
        if found is None and self.outer is not None:
            found = self.outer.find(name)
            if found is not None and self.outer.group is not self.group:
                assert self.group.chosen is not None
                found = self.names[name] = choose(found, self.group.chosen)
        return found


def choose(value: Value, chosen: Array | int) -> Value:
    """Return a value at some of the points, or at one."""
    if isinstance(value, np.ndarray):
        return value[chosen]
    if isinstance(value, tuple):
        return tuple([choose(v, chosen) for v in value])
    if isinstance(value, LaneSet):
        return LaneSet(kind=value.kind, processors=choose(value.processors, chosen))
    if isinstance(value, LaneTask):
        return LaneTask(name=value.name, ipoint=choose(value.ipoint, chosen), ispace=value.ispace)
    return value


class Apart(Exception):  # noqa: N818  # the caller knows how to go on
    """Two values that cannot stand side by side."""


def merge(yes: Value, no: Value, condition: Array) -> Value:
    """Return `yes` at the points where a condition holds, which it is for, and `no` elsewhere."""
    if isinstance(yes, tuple) and isinstance(no, tuple):
        if len(yes) != len(no):
            raise Apart
        return tuple([merge(y, n, condition) for y, n in zip(yes, no, strict=True)])
    if isinstance(yes, LaneSet):
        if yes.kind is not no.kind:
            raise Apart
        return LaneSet(kind=yes.kind, processors=merge(yes.processors, no.processors, condition))
    if isinstance(yes, LaneTask):
        return LaneTask(
            name=yes.name, ipoint=merge(yes.ipoint, no.ipoint, condition), ispace=yes.ispace
        )
    if not varies(yes) and not varies(no) and yes == no:
        return yes
    if not varies(yes) and not isinstance(yes, int):
        raise Apart  # different machines or names
    flag = isinstance(yes, bool) or (isinstance(yes, np.ndarray) and yes.dtype == np.bool_)
    result: Array = np.empty(len(condition), dtype=np.bool_ if flag else np.int64)
    result[condition] = yes
    result[~condition] = no
    return result
