"""The Policy: what a `*.mapl` file says, as frozen data.

Rules are expanded (one task and one region each) and unique: of statements with the same key the
first holds, as the reference's section 10 demands. `None` as task, region or kind is `*`.
"""

import hashlib
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, TypeVar

from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.types import FunctionInstance, Type
from mapc.syntax import ast
from mapc.text import Source, Span

RegionRef: TypeAlias = str | int | None
K = TypeVar("K", bound=Hashable)
R = TypeVar("R")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """A statement with a key that an earlier one has; it is ignored there."""

    span: Span
    first: Span


Rule: TypeAlias = (
    TaskRule | RegionRule | LayoutRule | LimitRule | CollectRule | PlaceRule | ReplicateRule
)


@dataclass(frozen=True, slots=True)
class RuleIndex:
    """The rules of a policy by their keys, so that a question costs the same in any file.

    Mapping statements have the type of the key beside it: a processor kind is a string to Python
    and would pass for a task of that name.
    """

    tasks: dict[str | None, TaskRule]
    regions: dict[tuple[str | None, RegionRef, ProcKind | None], RegionRule]
    layouts: dict[tuple[str | None, RegionRef, MemKind | ProcKind | None], LayoutRule]
    limits: dict[str | None, LimitRule]
    collects: dict[tuple[str | None, RegionRef], CollectRule]
    index_maps: dict[tuple[type, str | None], PlaceRule]
    single_maps: dict[tuple[type, str | None], PlaceRule]
    replicates: dict[str | None, ReplicateRule]
    functions: dict[str, ast.Function]


@dataclass(frozen=True, kw_only=True)
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
    repeats: tuple[Repeat, ...] = ()
    globals: tuple[ast.Assign | ast.Print, ...] = ()
    functions: tuple[ast.Function, ...] = ()
    instances: tuple[FunctionInstance, ...] = ()
    global_types: tuple[tuple[str, Type], ...] = ()

    @cached_property
    def digest(self) -> str:
        """What tells this text from others, in generated mappers and in their logs."""
        return hashlib.sha256(self.source.text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @cached_property
    def index(self) -> RuleIndex:
        """The rules by their keys."""
        return RuleIndex(
            tasks=_first((rule.task, rule) for rule in self.tasks),
            regions=_first(((rule.task, rule.region, rule.proc), rule) for rule in self.regions),
            layouts=_first(((rule.task, rule.region, rule.kind), rule) for rule in self.layouts),
            limits=_first((rule.task, rule) for rule in self.limits),
            collects=_first(((rule.task, rule.region), rule) for rule in self.collects),
            index_maps=_first(((type(rule.task), rule.task), rule) for rule in self.index_maps),
            single_maps=_first(((type(rule.task), rule.task), rule) for rule in self.single_maps),
            replicates=_first((rule.task, rule) for rule in self.replicates),
            functions=_first((function.name, function) for function in self.functions),
        )

    def function(self, name: str) -> ast.Function:
        """Return one function; raises KeyError for a name that is not defined."""
        return self.index.functions[name]


def _first(pairs: Iterable[tuple[K, R]]) -> dict[K, R]:
    """Return a table of pairs in which the first of several equal keys holds."""
    table: dict[K, R] = {}
    for key, value in pairs:
        table.setdefault(key, value)
    return table
