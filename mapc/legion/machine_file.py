"""Read a machine file: a TOML description of equal nodes and of how ranks are started on them."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator, model_validator

from mapc.graph.figures import Emulation
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
from mapc.legion.machine_models import on_its_base
from mapc.legion.machine_tables import (
    Count,
    CpuTable,
    EmulationTable,
    GpuTable,
    LinksTable,
    Positive,
    Strict,
    figures,
)
from mapc.legion.toml_file import read_toml
from mapc.policy.kinds import MemKind, ProcKind
from mapc.text.codes import NO_SUCH_MACHINE
from mapc.text.nearest import did_you_mean


class ProcessorsTable(Strict):
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


class MemoryTable(Strict):
    """`[memories.KIND]`: how many of a kind a node has, and how large each is."""

    megabytes: Positive
    count: Positive = 1


class MemoriesTable(Strict):
    """`[memories]`: by kind."""

    SYSMEM: MemoryTable | None = None
    FBMEM: MemoryTable | None = None
    ZCMEM: MemoryTable | None = None
    RDMEM: MemoryTable | None = None
    SOCKMEM: MemoryTable | None = None


class LauncherTable(Strict):
    """`[launcher]`: one of mapc's by name, or a command of the user's own."""

    use: str = ""
    command: Template | None = None
    options: list[str] = Field(default=[])
    ranks_per_node: Positive = 1
    environment: dict[str, str] = Field(default={})
    mpi: Mpi | None = None
    tag: Tag | None = None
    failed: list[Tag] = Field(default=[])

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


class MachineFile(Strict):
    """A whole machine file."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    description: str = ""
    based_on: str = ""
    nodes: Positive = 1
    processors: ProcessorsTable
    memories: MemoriesTable = MemoriesTable()
    cpu: CpuTable | None = None
    gpu: GpuTable | None = None
    links: LinksTable | None = None
    emulation: EmulationTable | None = None
    launcher: LauncherTable | None = None

    @field_validator("emulation")
    @classmethod
    def _whole_model(
        cls, emulation: EmulationTable | None, info: ValidationInfo
    ) -> EmulationTable | None:
        """Check that all is there that is emulated; what is invalid itself is told already."""
        given = info.data
        missing = [name for name in ("cpu", "gpu", "links") if given.get(name, True) is None]
        if missing:
            raise ValueError(
                f"an emulated machine needs `[{missing[0]}]`: how fast it is\n"
                'add the table, or start with `based_on = "p100x4"`'
            )
        if "processors" in given and "memories" in given:
            _gpus_have_memory(given["processors"].GPU, given["memories"])
        return emulation


def _gpus_have_memory(gpus: int, memories: MemoriesTable) -> None:
    """Raise ValueError for GPUs whose memories are not described."""
    if not (gpus and memories.FBMEM and memories.ZCMEM):
        raise ValueError(
            "an emulated machine needs GPUs, framebuffers and zero-copy memory\n"
            "write `GPU = 1` in `[processors]`, add `[memories.FBMEM]` and `[memories.ZCMEM]`"
        )
    if memories.FBMEM.count != gpus:
        raise ValueError(
            f"{gpus} GPUs have {memories.FBMEM.count} framebuffers\n"
            f"write `count = {gpus}` in `[memories.FBMEM]`"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A machine, and how ranks are started on it."""

    machine: Machine
    launcher: Launcher = LOCAL


def read_machine_file(file: Path) -> Site:
    """Return the machine that a file describes; all mistakes in it at once."""
    parsed, _ = read_toml(file, MachineFile, NO_SUCH_MACHINE, complete=on_its_base)
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
            description=parsed.description,
            emulation=_emulation(parsed),
        ),
        launcher=LOCAL if parsed.launcher is None else parsed.launcher.launcher(),
    )


def _emulation(parsed: MachineFile) -> Emulation | None:
    if parsed.emulation is None or not (parsed.cpu and parsed.gpu and parsed.links):
        return None
    return Emulation(
        figures=figures(parsed.cpu, parsed.gpu, parsed.links, parsed.processors.CPU),
        time_scale=parsed.emulation.time_scale,
    )
