"""Machine: nodes, processors and memories that a policy is mapped onto.

A description only; probing the running machine is `mapc.legion.probe`'s job and reading a TOML
description `mapc.graph.machines`'s.
"""

from dataclasses import dataclass

from mapc.policy.kinds import REACHES, MemKind, ProcKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The memories of one kind on a node; `megabytes` is the capacity of each."""

    kind: MemKind
    count: int
    megabytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Some equal nodes; `procs` counts the processors of a kind on each node.

    Of the kinds in `uneven` some nodes have more than that.
    """

    name: str
    nodes: int = 1
    procs: tuple[tuple[ProcKind, int], ...] = ()
    memories: tuple[Memory, ...] = ()
    uneven: tuple[ProcKind, ...] = ()
    emulated: bool = False

    def count(self, kind: ProcKind) -> int:
        """Return how many processors of a kind each node has."""
        return dict(self.procs).get(kind, 0)

    @property
    def kinds(self) -> tuple[ProcKind, ...]:
        """The processor kinds that exist, in the order of the description."""
        return tuple(kind for kind, count in self.procs if count > 0)

    def megabytes(self, kind: MemKind) -> int:
        """Return the capacity of one memory of a kind, 0 where there is none."""
        return next((m.megabytes for m in self.memories if m.kind is kind), 0)

    def visible(self, proc: ProcKind) -> tuple[MemKind, ...]:
        """Return the memory kinds that a processor kind can address here, best first."""
        present = {m.kind for m in self.memories if m.count > 0}
        return tuple(kind for kind in REACHES[proc] if kind in present)
