"""What tasks read and write, with what is decided about it: what drawings of a mapping show."""

from collections.abc import Iterator
from dataclasses import dataclass

from mapc.graph.mapping import ArgumentDecision, Mapping
from mapc.graph.taskgraph import Privilege, Requirement, Task, TaskGraph
from mapc.policy.kinds import MemKind, ProcKind

UNDECIDED = "#98a1ab"
PROC_COLOURS: dict[ProcKind, str] = {
    ProcKind.CPU: "#3b82c4",
    ProcKind.GPU: "#2e9e5b",
    ProcKind.OMP: "#c98a14",
    ProcKind.IO: "#8a6fc9",
    ProcKind.PY: "#c2528b",
    ProcKind.PROC: "#7b6a58",
}
MEM_COLOURS: dict[MemKind, str] = {
    MemKind.SYSMEM: "#3b82c4",
    MemKind.FBMEM: "#2e9e5b",
    MemKind.ZCMEM: "#d97706",
    MemKind.RDMEM: "#c2528b",
    MemKind.SOCKMEM: "#7c5cc4",
    MemKind.REGSOCKMEM: "#a16207",
    MemKind.VIRTUAL: "#5b6675",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskBox:
    """A task and the kinds that it may run on, best first; none where nobody decided."""

    name: str
    kinds: tuple[ProcKind, ...]

    @property
    def colour(self) -> str:
        """The colour of the best kind."""
        return PROC_COLOURS[self.kinds[0]] if self.kinds else UNDECIDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a task does with a region, and in which memory on its best kind of processor."""

    task: str
    region: str
    privilege: Privilege
    memory: MemKind | None

    @property
    def colour(self) -> str:
        """The colour of the memory."""
        return MEM_COLOURS[self.memory] if self.memory is not None else UNDECIDED

    @property
    def reads(self) -> bool:
        """Whether the region's data goes into the task."""
        return self.privilege in {Privilege.READ, Privilege.READ_WRITE, Privilege.UNKNOWN}

    @property
    def writes(self) -> bool:
        """Whether the task's data goes into the region."""
        return self.privilege in {
            Privilege.WRITE_DISCARD,
            Privilege.READ_WRITE,
            Privilege.REDUCE,
        }

    @property
    def words(self) -> str:
        """The privilege, and the memory if it is decided."""
        memory = f" in {self.memory.value}" if self.memory is not None else ""
        return f"{self.privilege.value}{memory}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedFlow:
    """Tasks in the order of their first launches, regions, and what connects them."""

    tasks: tuple[TaskBox, ...]
    regions: tuple[str, ...]
    accesses: tuple[Access, ...]

    @property
    def kinds(self) -> tuple[ProcKind, ...]:
        """The kinds whose colours are in use."""
        used = {box.kinds[0] for box in self.tasks if box.kinds}
        return tuple(kind for kind in ProcKind if kind in used)

    @property
    def memories(self) -> tuple[MemKind, ...]:
        """The memories whose colours are in use."""
        used = {access.memory for access in self.accesses}
        return tuple(kind for kind in MemKind if kind in used)


def decided_flow(mapping: Mapping) -> DecidedFlow:
    """Return what is to be drawn of a mapping."""
    decisions = {decision.task: decision for decision in mapping.tasks}
    boxes: list[TaskBox] = []
    accesses: list[Access] = []
    for task in _ordered(mapping.graph):
        decision = decisions.get(task.name)
        kinds = _usable(mapping, task, decision.processors) if decision is not None else ()
        boxes.append(TaskBox(name=task.name, kinds=kinds))
        accesses += _accesses(task, kinds, decision.arguments if decision is not None else ())
    return DecidedFlow(
        tasks=tuple(boxes),
        regions=tuple(dict.fromkeys(access.region for access in accesses)),
        accesses=tuple(accesses),
    )


def _usable(mapping: Mapping, task: Task, kinds: tuple[ProcKind, ...]) -> tuple[ProcKind, ...]:
    """Return the kinds that the machine has, and the task a variant for."""
    machine = mapping.machine
    found = [
        kind
        for kind in kinds
        if (not task.variants or kind in task.variants)
        and (machine is None or machine.count(kind) > 0)
    ]
    return tuple(found)


def _ordered(graph: TaskGraph) -> Iterator[Task]:
    first = dict.fromkeys(launch.task for launch in graph.launches)
    yield from (graph.by_name[name] for name in first if name in graph.by_name)
    yield from (task for task in graph.tasks if task.name not in first)


def _accesses(
    task: Task, kinds: tuple[ProcKind, ...], arguments: tuple[ArgumentDecision, ...]
) -> Iterator[Access]:
    """Yield the accesses of a task; its decisions stand in the order of its requirements."""
    for number, requirement in enumerate(task.requirements):
        argument = arguments[number] if number < len(arguments) else None
        yield Access(
            task=task.name,
            region=_label(requirement),
            privilege=requirement.privilege,
            memory=_memory(argument, kinds),
        )


def _label(requirement: Requirement) -> str:
    return requirement.label if requirement.names else f"argument {requirement.label}"


def _memory(argument: ArgumentDecision | None, kinds: tuple[ProcKind, ...]) -> MemKind | None:
    """Return the first memory on the best kind for which there is a decision."""
    by_kind = {d.proc: d.memories for d in argument.memories} if argument is not None else {}
    for kind in (*kinds, *by_kind):
        if by_kind.get(kind):
            return by_kind[kind][0]
    return None
