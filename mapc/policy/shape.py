"""What a placement function can know of a machine, and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from mapc.policy.kinds import REACHES, MemKind, ProcKind

Processor: TypeAlias = tuple[int, int]
"""A node and the number of a processor of one kind on it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Nodes, processors of each kind per node, and the kinds of memory that exist.

    Without `memories` every kind of memory is taken to exist.
    """

    nodes: int
    procs: Mapping[ProcKind, int] = field(default_factory=dict)
    memories: frozenset[MemKind] | None = None

    def sees(self, proc: ProcKind, mem: MemKind) -> bool:
        """Return whether a processor of this kind can address a memory of that kind here."""
        if mem is MemKind.VIRTUAL:
            return True
        exists = self.memories is None or mem in self.memories
        return exists and mem in REACHES[proc]


@dataclass(frozen=True, slots=True)
class ProcSet:
    """A processor set: one kind, one or more processors in index order."""

    kind: ProcKind
    processors: tuple[Processor, ...]

    def __str__(self) -> str:
        return "{" + ", ".join(f"{self.kind.value}[{n},{p}]" for n, p in self.processors) + "}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskContext:
    """What a task value stands for.

    A point task has `ipoint` and `ispace`; `processor` (with its `kind`) is where the task runs,
    or, for the task being mapped, the processor its `Task` statement selects. Where `kind` is
    None it is not compared. `depth` follows the parents unless given.
    """

    name: str
    processor: Processor | None = None
    kind: ProcKind | None = None
    parent: "TaskContext | None" = None
    ipoint: tuple[int, ...] | None = None
    ispace: tuple[int, ...] | None = None
    given_depth: int | None = None

    @property
    def depth(self) -> int:
        """0 for the top-level task, else one more than the parent's."""
        if self.given_depth is not None:
            return self.given_depth
        return 0 if self.parent is None else self.parent.depth + 1

    def __str__(self) -> str:
        return self.name
