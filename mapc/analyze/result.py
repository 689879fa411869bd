"""The result of an analysis: frozen records, and the JSON that others read."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantFacts:
    """A variant; a flag is None where it depends on what is not known."""

    kind: str
    name: str = ""
    function: str = ""
    leaf: bool | None = False
    inner: bool | None = False
    idempotent: bool | None = False
    replicable: bool | None = False
    layouts: tuple[int, ...] = ()
    """Requirements for which the variant demands a layout."""
    returns: str = "void"
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRun:
    """What a run tells of a task: how many ran (each point of an index launch), in which time."""

    count: int | None = None
    seconds: float | None = None
    origin: str = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchRun:
    """What a run tells of a launch: the extents of its domains, none for a single launch.

    `bytes` are, by requirement, the fields asked for in the subregion of one point.
    """

    domains: tuple[tuple[int, ...], ...] = ()
    bytes: tuple[int | None, ...] = ()
    origin: str = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """A task; `id` is None if it is only known when the program runs."""

    name: str
    id: int | None
    function: str
    variants: tuple[VariantFacts, ...] = ()
    top_level: bool = False
    origin: str = "source"
    seen: TaskRun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementFacts:
    """A region requirement.

    `region` and `partition` are attached names, else names of variables, else empty. For a
    partition, `region` is what it divides. `alternatives` are what else may stand in its place,
    where a condition decides. `optional`: it may be missing; `repeated`: a loop adds several.
    """

    index: int
    region: str
    partition: str = ""
    parent: str = ""
    variable: str = ""
    projection: int | None = None
    privilege: str = "UNKNOWN"
    coherence: str = "UNKNOWN"
    redop: str = ""
    tag: int | None = None
    fields: tuple[str, ...] = ()
    optional: bool = False
    repeated: bool = False
    line: int = 0
    alternatives: tuple["RequirementFacts", ...] = ()
    names: tuple[str, ...] = ()
    """As a mapper sees them: of the region, of its partition, of the parent."""
    known: bool = True
    """Whether it is for this region or the alternatives, and no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchFacts:
    """A launch at one place, of one task, with one set of requirements."""

    kind: str
    task: str
    inside: str
    dim: int | None = None
    domain: tuple[int, ...] = ()
    in_loop: bool = False
    conditional: bool = False
    file: str = ""
    line: int = 0
    requirements: tuple[RequirementFacts, ...] = ()
    mapper: int | None = None
    tag: int | None = None
    loops: tuple[int, ...] = ()
    """Lines of the loops around it, outermost first."""
    origin: str = "source"
    domain_origin: str = "source"
    seen: LaunchRun | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationFacts:
    """An operation that is no task: a fill, a copy, an inline mapping, an attachment.

    `requirements` are what it does to regions; of a copy, first all sources.
    """

    kind: str
    inside: str
    file: str
    line: int
    regions: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    in_loop: bool = False
    requirements: tuple[RequirementFacts, ...] = ()
    loops: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionFacts:
    """A partition: how it was made, and whether its parts are `disjoint`, `aliased` or unknown."""

    name: str
    region: str
    made: str
    kind: str
    complete: bool | None = None
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFacts:
    """A region with its fields; `partition` is the partition that it is a part of, if it is one."""

    name: str
    dim: int | None = None
    extents: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()
    field_space: str = ""
    partition: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFacts:
    """Data that one requirement writes and another reads, in one parent task.

    Writer and reader are numbers of launches, or of other operations if their kind is `operation`.
    `region` is what the reader calls it: a partition, or a region.
    """

    writer: int
    writer_requirement: int
    reader: int
    reader_requirement: int
    region: str
    writer_kind: str = "launch"
    reader_kind: str = "launch"
    fields: tuple[str, ...] = ()
    loop_carried: bool = False
    certain: bool = True
    """Whether the regions are known to overlap, and nothing in between may replace the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that could not be known, and where."""

    what: str
    file: str
    line: int
    column: int = 0


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What an application does, as its sources say."""

    tasks: tuple[TaskFacts, ...] = ()
    launches: tuple[LaunchFacts, ...] = ()
    operations: tuple[OperationFacts, ...] = ()
    regions: tuple[RegionFacts, ...] = ()
    partitions: tuple[PartitionFacts, ...] = ()
    flows: tuple[FlowFacts, ...] = ()
    notes: tuple[Note, ...] = ()
    messages: tuple[dict[str, Any], ...] = field(default=())
    """What the compiler did not understand."""
    complete: bool = True
    """Whether the program was followed to its end."""

    def as_json(self) -> dict[str, Any]:
        """Return the analysis as others read it: `in` for the task that a launch is in."""
        data = {
            name: [asdict(item) for item in getattr(self, name)]
            for name in ("tasks", "launches", "operations", "regions", "partitions", "flows")
        }
        for launch in (*data["launches"], *data["operations"]):
            launch["in"] = launch.pop("inside")
        unknown = [asdict(note) for note in self.notes]
        return {**data, "unknown": unknown, "complete": self.complete}
