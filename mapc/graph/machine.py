"""Machine: nodes, processors and memories that a policy is mapped onto.

A description only; probing the running machine is `mapc.legion.probe`'s job and reading a TOML
description `mapc.legion.machine_file`'s.
"""

from dataclasses import dataclass, replace

from mapc.graph.figures import Emulation
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

    Of the kinds in `uneven` some nodes have more than that. Memories of an emulated machine are as
    large as those of the machine that it stands for.
    """

    name: str
    nodes: int = 1
    procs: tuple[tuple[ProcKind, int], ...] = ()
    memories: tuple[Memory, ...] = ()
    uneven: tuple[ProcKind, ...] = ()
    description: str = ""
    emulation: Emulation | None = None

    @property
    def emulated(self) -> bool:
        """Whether its GPUs and its times are modelled."""
        return self.emulation is not None

    @property
    def kind_of_time(self) -> str:
        """What times on it are to be called; nothing for real ones."""
        return f"modelled time ({self.name}, emulated)" if self.emulated else ""

    @property
    def time_scale(self) -> float:
        """Real seconds for one of its own."""
        return 1.0 if self.emulation is None else self.emulation.time_scale

    @property
    def data_scale(self) -> float:
        """Its own bytes for a real one."""
        return 1.0 if self.emulation is None else self.emulation.data_scale

    def at_scale(self, *, time: float | None = None, data: float | None = None) -> "Machine":
        """Return the machine with other scales; a real machine has none and stays as it is."""
        if self.emulation is None:
            return self
        emulation = replace(
            self.emulation,
            time_scale=self.time_scale if time is None else time,
            data_scale=self.data_scale if data is None else data,
        )
        return replace(self, emulation=emulation)

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
