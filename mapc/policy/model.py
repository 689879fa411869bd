"""The Policy: what a `*.mapl` file says, as frozen data.

Rules are expanded (one task and one region each) and unique: of statements with the same key the
first holds, as the reference's section 10 demands. `None` as task, region or kind is `*`.
"""

from dataclasses import dataclass
from typing import TypeAlias

from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.types import FunctionInstance, Type
from mapc.syntax import ast
from mapc.text import Source, Span

RegionRef: TypeAlias = str | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRule:
    """`Task t P1, P2;`: processor kinds, in order of preference."""

    task: str | None
    procs: tuple[ProcKind, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRule:
    """`Region t r P M1, M2;`: memories of one requirement, best first."""

    task: str | None
    region: RegionRef
    proc: ProcKind | None
    mems: tuple[MemKind, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """`Align op bytes`."""

    op: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutSpec:
    """The layout that a statement asks for; the defaults are those of the reference, 10.3."""

    soa: bool = True
    c_order: bool = False
    align: Alignment | None = None
    exact: bool = False
    compact: bool = False

    def words(self) -> str:
        """Return the layout words that mean this, in the house order."""
        words = ["SOA" if self.soa else "AOS", "C_order" if self.c_order else "F_order"]
        if self.align is not None:
            words.append(f"Align {self.align.op} {self.align.bytes}")
        if self.compact:
            words.append("Compact")
        if self.exact:
            words.append("Exact")
        return " ".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutRule:
    """`Layout t r X words;`: `kind` is a memory kind, a processor kind or None."""

    task: str | None
    region: RegionRef
    kind: MemKind | ProcKind | None
    layout: LayoutSpec
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRule:
    """`InstanceLimit t n;`."""

    task: str | None
    limit: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectRule:
    """`CollectMemory t r;`."""

    task: str | None
    region: RegionRef
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRule:
    """`IndexTaskMap t f;` or `SingleTaskMap t f;`; `task` may be a processor kind."""

    task: str | ProcKind | None
    function: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicateRule:
    """`ControlReplicate t;`."""

    task: str | None
    span: Span


Rule: TypeAlias = (
    TaskRule | RegionRule | LayoutRule | LimitRule | CollectRule | PlaceRule | ReplicateRule
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Every rule of one policy file in source order, and its placement program.

    `assigns`, `prints` and `functions` are the placement program; `instances` are the functions
    once per combination of argument types they are called with, callees before callers where
    there is no recursion; `global_types` holds the type of every global variable.
    """

    source: Source
    tasks: tuple[TaskRule, ...] = ()
    regions: tuple[RegionRule, ...] = ()
    layouts: tuple[LayoutRule, ...] = ()
    limits: tuple[LimitRule, ...] = ()
    collects: tuple[CollectRule, ...] = ()
    index_maps: tuple[PlaceRule, ...] = ()
    single_maps: tuple[PlaceRule, ...] = ()
    replicates: tuple[ReplicateRule, ...] = ()
    globals: tuple[ast.Assign | ast.Print, ...] = ()
    functions: tuple[ast.Function, ...] = ()
    instances: tuple[FunctionInstance, ...] = ()
    global_types: tuple[tuple[str, Type], ...] = ()

    def function(self, name: str) -> ast.Function:
        """Return one function; raises KeyError for a name that is not defined."""
        for function in self.functions:
            if function.name == name:
                return function
        raise KeyError(name)
