"""TaskGraph: what an application does, as far as it is known.

Tasks with their variants and region requirements, and how they are launched. Frozen data first;
the networkx view is made on demand, because importing networkx costs more than a whole check.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from mapc.policy.kinds import ProcKind

if TYPE_CHECKING:
    import networkx as nx


class Origin(StrEnum):
    """How a task graph came to be known."""

    POLICY = "policy"  # the names that a policy mentions
    NAMES = "names"  # the names that an application's description lists
    DESCRIBED = "described"  # names, and more about the tasks that the description tells of
    OBSERVED = "observed"  # what a run of the application did
    ANALYZED = "analyzed"  # what the sources of the application say


class Privilege(StrEnum):
    """What a task may do with a region, in Legion's terms."""

    NONE = "NO_ACCESS"
    READ = "READ_ONLY"
    READ_WRITE = "READ_WRITE"
    WRITE_DISCARD = "WRITE_DISCARD"
    REDUCE = "REDUCE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One region requirement; `names` are region, partition and parent, most specific first.

    Where other launches of a task, or a condition, put another region in its place, that is a
    further requirement with the same `index`, behind all others.

    `index` is None where only a name is known (a policy names it). `bytes` is the size of the
    fields asked for in one point's subregion, None where unknown.
    """

    index: int | None
    names: tuple[str, ...]
    privilege: Privilege = Privilege.UNKNOWN
    fields: tuple[str, ...] = ()
    bytes: int | None = None

    @property
    def label(self) -> str:
        """The name by which people know this argument, else its number."""
        if self.names:
            return self.names[0]
        return "*" if self.index is None else str(self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """One way in which a task is launched; `domain` is empty for a single launch.

    `unsized` marks an index launch over a domain that is not known.
    """

    task: str
    parent: str = ""
    domain: tuple[int, ...] = ()
    unsized: bool = False

    @property
    def is_index(self) -> bool:
        """Whether this is an index launch."""
        return self.unsized or bool(self.domain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task; no variants, or a None, means that these are not known.

    If it is `complete`, it has no requirements but these; otherwise others may exist. `seconds` is
    the time one profiled run spent in it. `constrained` are the numbers of requirements whose
    layout a variant demands.
    """

    name: str
    variants: tuple[ProcKind, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    complete: bool = False
    replicable: bool | None = None
    seconds: float | None = None
    constrained: tuple[tuple[ProcKind, int], ...] = ()

    @property
    def arity(self) -> int:
        """How many requirements it has, those that stand in one place counted once."""
        return len({number if r.index is None else r.index
                    for number, r in enumerate(self.requirements)})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TaskGraph:
    """Every task of an application and every way in which it is launched.

    `more_regions`: regions may have names that are not known.
    """

    application: str = ""
    origin: Origin = Origin.POLICY
    tasks: tuple[Task, ...] = ()
    launches: tuple[Launch, ...] = ()
    region_names: tuple[str, ...] = field(default=())
    more_regions: bool = False

    @cached_property
    def by_name(self) -> dict[str, Task]:
        """The tasks by name."""
        return {task.name: task for task in self.tasks}

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Every region and partition name known, sorted."""
        used = {n for t in self.tasks for r in t.requirements for n in r.names}
        return tuple(sorted(used.union(self.region_names)))

    @property
    def complete(self) -> bool:
        """Whether every requirement of every task is known."""
        return bool(self.tasks) and all(task.complete for task in self.tasks)

    @property
    def knows_regions(self) -> bool:
        """Whether a region that is not among `regions` does not exist."""
        return not self.more_regions and (bool(self.region_names) or self.complete)

    def launches_of(self, task: str) -> tuple[Launch, ...]:
        """Return the launches of one task."""
        return self._launches.get(task, ())

    @cached_property
    def _launches(self) -> dict[str, tuple[Launch, ...]]:
        found: dict[str, list[Launch]] = {}
        for launch in self.launches:
            found.setdefault(launch.task, []).append(launch)
        return {task: tuple(launches) for task, launches in found.items()}

    def domains_of(self, task: str) -> tuple[tuple[int, ...], ...]:
        """Return the extents of every launch domain of one task, sorted."""
        return tuple(sorted({launch.domain for launch in self.launches_of(task) if launch.domain}))

    @cached_property
    def digraph(self) -> "nx.MultiDiGraph[tuple[str, str]]":
        """The data flow: `("task", t)` and `("region", r)` nodes, read and write edges.

        An edge carries its `Requirement` as `requirement`. A region's node is the most specific
        name of the requirement; requirements without a name have no edge.
        """
        import networkx as nx

        graph: nx.MultiDiGraph[tuple[str, str]] = nx.MultiDiGraph()
        for task in self.tasks:
            here = ("task", task.name)
            graph.add_node(here, task=task)
            for requirement in task.requirements:
                if not requirement.names:
                    continue
                region = ("region", requirement.names[0])
                if requirement.privilege is not Privilege.WRITE_DISCARD:
                    graph.add_edge(region, here, requirement=requirement)
                if requirement.privilege is not Privilege.READ:
                    graph.add_edge(here, region, requirement=requirement)
        return graph


def from_names(application: str, tasks: Iterable[str], regions: Iterable[str]) -> TaskGraph:
    """Return the graph of an application of which only names are known."""
    return TaskGraph(
        application=application,
        origin=Origin.NAMES,
        tasks=tuple(Task(name=name) for name in sorted(set(tasks))),
        region_names=tuple(sorted(set(regions))),
    )
