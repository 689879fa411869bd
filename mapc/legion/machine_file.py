"""Read a machine file: a TOML description of equal nodes and of how ranks are started on them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mapc.graph.machine import Machine, Memory
from mapc.legion.launchers import (
    LOCAL,
    Launcher,
    Mpi,
    Tag,
    Template,
    known_launchers,
    shipped_launcher,
)
from mapc.legion.toml_file import read_toml
from mapc.policy.kinds import MemKind, ProcKind
from mapc.text.codes import NO_SUCH_MACHINE
from mapc.text.nearest import did_you_mean

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Positive = Annotated[int, Field(gt=0, le=1_000_000)]


class _Strict(BaseModel):
    """Unknown keys are mistakes: a misspelt option must not be ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ProcessorsTable(_Strict):
    """`[processors]`: how many of each kind a node offers to tasks."""

    CPU: Count = 0
    GPU: Count = 0
    OMP: Count = 0
    IO: Count = 0
    PY: Count = 0

    @model_validator(mode="after")
    def _some(self) -> "ProcessorsTable":
        if not any(dict(self).values()):
            raise ValueError("a node without processors runs nothing\nwrite for example `CPU = 4`")
        return self


class MemoryTable(_Strict):
    """`[memories.KIND]`: how many of a kind a node has, and how large each is."""

    megabytes: Positive
    count: Positive = 1


class MemoriesTable(_Strict):
    """`[memories]`: by kind."""

    SYSMEM: MemoryTable | None = None
    FBMEM: MemoryTable | None = None
    ZCMEM: MemoryTable | None = None
    RDMEM: MemoryTable | None = None
    SOCKMEM: MemoryTable | None = None


class LauncherTable(_Strict):
    """`[launcher]`: one of mapc's by name, or a command of the user's own."""

    use: str = ""
    command: Template | None = None
    options: list[str] = []
    ranks_per_node: Positive = 1
    environment: dict[str, str] = {}
    mpi: Mpi | None = None
    tag: Tag | None = None
    failed: list[Tag] = []

    @model_validator(mode="after")
    def _one_way(self) -> "LauncherTable":
        if bool(self.use) == bool(self.command):
            problem = "gives both `use` and `command`" if self.use else "names no launcher"
            raise ValueError(f'{problem}\nwrite either `use = "mpirun"` or `command = "..."`')
        if self.use and self.use not in known_launchers():
            raise ValueError(
                f"there is no launcher `{self.use}`\n{did_you_mean(self.use, known_launchers())}"
            )
        return self

    def launcher(self) -> Launcher:
        """Return the launcher, with this table's settings over the shipped ones."""
        own = {key: getattr(self, key) for key in self.model_fields_set - {"use", "command"}}
        if self.use:
            return shipped_launcher(self.use).model_copy(update=own)
        return Launcher(name="command", command=self.command).model_copy(update=own)


class MachineFile(_Strict):
    """A whole machine file."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    nodes: Positive = 1
    processors: ProcessorsTable
    memories: MemoriesTable = MemoriesTable()
    launcher: LauncherTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A machine, and how ranks are started on it."""

    machine: Machine
    launcher: Launcher = LOCAL


def read_machine_file(file: Path) -> Site:
    """Return the machine that a file describes; all mistakes in it at once."""
    parsed, _ = read_toml(file, MachineFile, NO_SUCH_MACHINE)
    kinds = ((kind, dict(parsed.processors).get(kind.value, 0)) for kind in ProcKind)
    memories = ((kind, dict(parsed.memories).get(kind.value)) for kind in MemKind)
    return Site(
        machine=Machine(
            name=parsed.name,
            nodes=parsed.nodes,
            procs=tuple((kind, count) for kind, count in kinds if count),
            memories=tuple(
                Memory(kind=kind, count=memory.count, megabytes=memory.megabytes)
                for kind, memory in memories
                if memory is not None
            ),
        ),
        launcher=LOCAL if parsed.launcher is None else parsed.launcher.launcher(),
    )
