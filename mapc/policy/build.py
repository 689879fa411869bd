"""Statements to rules: one rule for every task and region, the first of each key.

Names and types of the placement program are checked elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Generic, TypeAlias, TypeVar

from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.layouts import layout_of
from mapc.policy.model import (
    CollectRule,
    LayoutRule,
    LimitRule,
    PlaceRule,
    Policy,
    RegionRule,
    Repeat,
    ReplicateRule,
    Rule,
    TaskRule,
)
from mapc.policy.operands import mem_of, mems_of, proc_of, procs_of, region_of, target_of, task_of
from mapc.syntax import ast
from mapc.syntax.words import KIND_WORDS, LAYOUT_WORDS, MEM_WORDS, PROC_WORDS, proposal
from mapc.text import Related, Reporter
from mapc.text.codes import (
    DUPLICATE_KEY,
    LIMIT_BELOW_ONE,
    STEP_LIMIT,
    UNKNOWN_MEMORY_KIND,
    VIRTUAL_LAYOUT,
)

MOST_PAIRS = 300_000
"""Pairs of a task and a region that all statements may stand for."""

Key: TypeAlias = tuple[object, ...]
R = TypeVar("R", bound=Rule)


@dataclass(slots=True)
class _Rules(Generic[R]):
    """Rules of one kind with unique keys."""

    word: str
    report: Reporter
    found: dict[Key, R] = field(default_factory=dict)
    told: set[tuple[int, int]] = field(default_factory=set)
    repeats: list[Repeat] = field(default_factory=list)

    def add(self, key: Key, rule: R, shown: str) -> None:
        """Keep a rule unless its key is taken."""
        # A kind is a string to Python; its type keeps it apart from a task of that name.
        typed = tuple((type(part), part) for part in key)
        first = self.found.setdefault(typed, rule)
        if first is rule or (rule.span.start, first.span.start) in self.told:
            return
        self.told.add((rule.span.start, first.span.start))
        self.repeats.append(Repeat(span=rule.span, first=first.span))
        self.report.warning(
            DUPLICATE_KEY,
            f"`{self.word} {shown}` on line {rule.span.line} has no effect: "
            f"line {first.span.line} holds",
            rule.span,
            help="remove it, or merge the two statements",
            related=(Related(message="the statement that holds", span=first.span),),
        )

    def all(self) -> tuple[R, ...]:
        """Return the rules in source order."""
        return tuple(self.found.values())


class _Builder:
    """Collects the rules of a program."""

    def __init__(self, report: Reporter) -> None:
        self.report = report
        self.pairs = 0
        self.tasks = _Rules[TaskRule]("Task", report)
        self.regions = _Rules[RegionRule]("Region", report)
        self.layouts = _Rules[LayoutRule]("Layout", report)
        self.limits = _Rules[LimitRule]("InstanceLimit", report)
        self.collects = _Rules[CollectRule]("CollectMemory", report)
        self.index_maps = _Rules[PlaceRule]("IndexTaskMap", report)
        self.single_maps = _Rules[PlaceRule]("SingleTaskMap", report)
        self.replicates = _Rules[ReplicateRule]("ControlReplicate", report)

    def statement(self, statement: ast.Statement) -> None:
        """Add the rules of one statement; the placement program has none."""
        match statement:
            case ast.TaskStatement():
                self._task(statement)
            case ast.RegionStatement():
                self._region(statement)
            case ast.LayoutStatement():
                self._layout(statement)
            case ast.LimitStatement():
                self._limit(statement)
            case ast.CollectStatement(span=span):
                for task, region in self._pairs(statement):
                    collect = CollectRule(task=task_of(task), region=region_of(region), span=span)
                    self.collects.add((collect.task, collect.region), collect, _shown(task, region))
            case ast.IndexMapStatement():
                self._place(statement, self.index_maps)
            case ast.SingleMapStatement():
                self._place(statement, self.single_maps)
            case ast.ReplicateStatement(span=span):
                for task in statement.tasks:
                    replicate = ReplicateRule(task=task_of(task), span=span)
                    self.replicates.add((replicate.task,), replicate, _shown(task))
            case ast.Assign() | ast.Print() | ast.Function():
                pass

    def repeats(self) -> tuple[Repeat, ...]:
        """Return the statements that are ignored for a task and region that others have."""
        kinds = (
            *(self.tasks, self.regions, self.layouts, self.limits),
            *(self.collects, self.index_maps, self.single_maps, self.replicates),
        )
        return tuple(repeat for rules in kinds for repeat in rules.repeats)

    def _task(self, statement: ast.TaskStatement) -> None:
        procs = procs_of(statement.procs, self.report)
        for word in statement.tasks:
            rule = TaskRule(task=task_of(word), procs=procs, span=statement.span)
            self.tasks.add((rule.task,), rule, _shown(word))

    def _region(self, statement: ast.RegionStatement) -> None:
        proc = None if statement.proc.is_star else proc_of(statement.proc, self.report)
        mems = mems_of(statement.mems, proc, self.report)
        for task, region in self._pairs(statement):
            rule = RegionRule(
                task=task_of(task),
                region=region_of(region),
                proc=proc,
                mems=mems,
                span=statement.span,
            )
            shown = _shown(task, region, statement.proc)
            self.regions.add((rule.task, rule.region, rule.proc), rule, shown)

    def _layout(self, statement: ast.LayoutStatement) -> None:
        kind = self._layout_kind(statement.kind)
        layout = layout_of(statement.constraints, self.report)
        for task, region in self._pairs(statement):
            rule = LayoutRule(
                task=task_of(task),
                region=region_of(region),
                kind=kind,
                layout=layout,
                span=statement.span,
            )
            shown = _shown(task, region, statement.kind)
            self.layouts.add((rule.task, rule.region, rule.kind), rule, shown)

    def _pairs(
        self, statement: ast.RegionStatement | ast.LayoutStatement | ast.CollectStatement
    ) -> Iterator[tuple[ast.Word, ast.Word]]:
        """Yield every task with every region of a statement; none where there are too many."""
        count = len(statement.tasks) * len(statement.regions)
        self.pairs += count
        if self.pairs <= MOST_PAIRS:
            yield from product(statement.tasks, statement.regions)
        elif self.pairs - count <= MOST_PAIRS:
            self.report.error(
                STEP_LIMIT,
                f"up to here, the statements stand for more than {MOST_PAIRS} pairs of a task and "
                "a region",
                statement.span,
                help="write `*` for the tasks or the regions",
            )

    def _layout_kind(self, word: ast.Word) -> MemKind | ProcKind | None:
        """Return the third operand of `Layout`."""
        if word.is_star:
            return None
        if word.text in PROC_WORDS:
            return ProcKind(word.text)
        if word.text not in MEM_WORDS:
            self.report.error(
                UNKNOWN_MEMORY_KIND,
                f"`{word.text}` is neither a memory kind nor a processor kind",
                word.span,
                help="write `*` or a kind before the layout words"
                if word.text in LAYOUT_WORDS
                else proposal(word.text, KIND_WORDS, "write a kind, or `*` for all"),
            )
            return None
        kind = mem_of(word, self.report)
        if kind is MemKind.VIRTUAL:
            self.report.warning(
                VIRTUAL_LAYOUT,
                "`VIRTUAL` as third operand of `Layout` means `*`: it has no instances",
                word.span,
                help="write `*`",
            )
            return None
        return kind

    def _limit(self, statement: ast.LimitStatement) -> None:
        if statement.limit < 1:
            self.report.error(
                LIMIT_BELOW_ONE,
                f"the instance limit {statement.limit} is below 1",
                statement.limit_span,
                help="write 1 or more; without the statement there is no limit",
            )
        for word in statement.tasks:
            rule = LimitRule(task=task_of(word), limit=statement.limit, span=statement.span)
            self.limits.add((rule.task,), rule, _shown(word))

    def _place(
        self, statement: ast.IndexMapStatement | ast.SingleMapStatement, rules: _Rules[PlaceRule]
    ) -> None:
        for word in statement.tasks:
            rule = PlaceRule(task=target_of(word), function=statement.function, span=statement.span)
            rules.add((rule.task,), rule, _shown(word))


def build_policy(program: ast.Program, report: Reporter) -> Policy:
    """Return the rules and the placement program of a syntax tree."""
    builder = _Builder(report)
    for statement in program.statements:
        builder.statement(statement)
    return Policy(
        source=program.source,
        tasks=builder.tasks.all(),
        regions=builder.regions.all(),
        layouts=builder.layouts.all(),
        limits=builder.limits.all(),
        collects=builder.collects.all(),
        index_maps=builder.index_maps.all(),
        single_maps=builder.single_maps.all(),
        replicates=builder.replicates.all(),
        repeats=builder.repeats(),
        globals=tuple(s for s in program.statements if isinstance(s, ast.Assign | ast.Print)),
        functions=tuple(s for s in program.statements if isinstance(s, ast.Function)),
    )


def _shown(*words: ast.Word) -> str:
    """Return operands as they were written."""
    return " ".join(word.span.text for word in words)
