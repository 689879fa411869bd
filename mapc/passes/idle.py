"""Pass `idle`: find the statements that never decide anything, and say why.

A statement decides if it makes at least one decision for some task, argument and kind. Of a task
that the graph does not describe everything is possible, so only what is certain counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from mapc.graph.mapping import IdleStatement, Mapping
from mapc.graph.taskgraph import Origin
from mapc.passes.bind import rules
from mapc.passes.contests import Contests
from mapc.passes.launches import never_launched_so
from mapc.passes.unused import unused_definitions
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.lookup import task_rule
from mapc.policy.model import (
    CollectRule,
    LayoutRule,
    PlaceRule,
    RegionRule,
    ReplicateRule,
    Rule,
)
from mapc.text import Reporter, Span

_MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Idle:
    """Write onto the mapping which statements have no effect."""

    name: ClassVar[str] = "idle"

    def run(self, mapping: Mapping, report: Reporter) -> Mapping:
        """Return the mapping with its idle statements; nothing is reported."""
        contests = Contests.of(mapping)
        reasons: dict[int, dict[str, None]] = {}
        spans: dict[int, Span] = {}
        busy: set[int] = set()
        for repeat in mapping.policy.repeats:
            spans[repeat.span.start] = repeat.span
            reasons.setdefault(repeat.span.start, {}).setdefault(
                f"line {repeat.first.line} is for the same and comes first"
            )
        for rule in rules(mapping.policy):
            spans[rule.span.start] = rule.span
            if id(rule) in contests.winners:
                busy.add(rule.span.start)
            else:
                reasons.setdefault(rule.span.start, {}).setdefault(_reason(mapping, contests, rule))
        busy |= _switch(mapping, busy)
        found = [
            IdleStatement(span=spans[start], reason="; ".join([*why][:2]))
            for start, why in reasons.items()
            if start not in busy
        ]
        found += (
            IdleStatement(span=span, reason="nothing that decides uses it")
            for span in unused_definitions(mapping.policy, busy)
        )
        return replace(mapping, idle=tuple(sorted(found, key=lambda one: one.span.start)))


def _switch(mapping: Mapping, busy: set[int]) -> set[int]:
    """Return the `ControlReplicate` statement that must stay when none is of use by itself.

    Having one at all turns off the default mapper's rule for top-level tasks.
    """
    starts = [rule.span.start for rule in mapping.policy.replicates]
    return set() if not starts or busy.intersection(starts) else {starts[0]}


def _reason(mapping: Mapping, contests: Contests, rule: Rule) -> str:
    """Return why a rule never wins."""
    graph = mapping.graph
    known = graph.origin is not Origin.POLICY
    if known and graph.tasks and type(rule.task) is str and rule.task not in graph.by_name:
        return f"the application has no task `{rule.task}`"
    if lines := contests.losers.get(id(rule)):
        return _decided(list(lines))
    if kinds := contests.unusable.get(id(rule)):
        return f"{' and '.join(kinds)} cannot address what it lists"
    return next(_unmatched(mapping, contests, rule), "there is nothing for it to decide")


def _decided(lines: list[int]) -> str:
    if len(lines) > _MOST_LINES:
        return f"lines {lines[0]}, {lines[1]} and {len(lines) - 2} more decide before it"
    *first, last = map(str, sorted(lines))
    return (
        f"lines {', '.join(first)} and {last} decide before it"
        if first
        else (f"line {last} decides before it")
    )


def _unmatched(mapping: Mapping, contests: Contests, rule: Rule) -> Iterator[str]:
    """Yield reasons why a rule never even competed."""
    task = mapping.graph.by_name.get(rule.task) if type(rule.task) is str else None
    who = f"task `{task.name}`" if task is not None else "the application"
    match rule:
        case RegionRule() | LayoutRule() | CollectRule():
            if not _has_region(mapping, rule):
                what = "region" if task is None else "argument"
                yield f"{who} has no {what} `{rule.region}`"
        case _:
            pass
    match rule:
        case RegionRule(proc=ProcKind() as kind) | LayoutRule(kind=ProcKind() as kind):
            yield _never_on(mapping, contests, rule, kind)
        case PlaceRule(task=ProcKind() as kind) if kind not in contests.runs_on:
            yield f"no task runs on {kind.value}"
        case PlaceRule(task=str() as name):
            index = mapping.policy.index.index_maps.get((str, name)) is rule
            how = "as an index launch" if index else "individually"
            if never_launched_so(mapping.graph, name, index=index):
                yield f"task `{name}` is never launched {how}"
        case LayoutRule(kind=MemKind() as memory):
            yield f"no argument that it is for lies in {memory.value}"
        case CollectRule():
            yield "no argument that it is for is only read"
        case ReplicateRule():
            yield "the application has no such task"
        case _:
            pass


def _has_region(mapping: Mapping, rule: RegionRule | LayoutRule | CollectRule) -> bool:
    """Return whether some task that a rule is for has the argument it names."""
    tasks = mapping.graph.tasks
    if rule.task is not None:
        found = mapping.graph.by_name.get(rule.task)
        tasks = () if found is None else (found,)
    region = rule.region
    return any(
        region is None or region == requirement.index or region in requirement.names
        for task in tasks
        for requirement in task.requirements
    )


def _never_on(mapping: Mapping, contests: Contests, rule: Rule, kind: ProcKind) -> str:
    own = task_rule(mapping.policy, rule.task) if type(rule.task) is str else None
    if own is not None and kind not in own.procs:
        return f"line {own.span.line} lets task `{rule.task}` run on {', '.join(own.procs)} only"
    if rule.task is None and kind not in contests.runs_on:
        return f"no task runs on {kind.value}"
    return f"no task that it is for runs on {kind.value}"
