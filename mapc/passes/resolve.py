"""Pass `resolve`: one decision for every task and argument, with the lines that made it.

The order of precedence is the language's (reference, section 10), in `mapc.policy.lookup`; what
only the running program can know (which variant exists, which memory is full) stays a list.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from mapc.graph.mapping import (
    ArgumentDecision,
    LayoutDecision,
    Mapping,
    MemoryDecision,
    TaskDecision,
)
from mapc.graph.taskgraph import Privilege, Requirement, Task
from mapc.passes.launches import never_launched_so
from mapc.policy import lookup
from mapc.policy.kinds import DEFAULT_ORDER, REACHES, MemKind, ProcKind
from mapc.policy.model import CollectRule, PlaceRule, Policy, RegionRule
from mapc.text import Reporter


@dataclass(frozen=True, slots=True)
class Resolve:
    """Write the policy's decisions onto the tasks of the graph."""

    name: ClassVar[str] = "resolve"

    def run(self, mapping: Mapping, report: Reporter) -> Mapping:
        """Return the mapping with its decisions; nothing is reported."""
        decisions = tuple(_decide(mapping, task) for task in mapping.graph.tasks)
        return replace(mapping, tasks=decisions)


def kinds_of(mapping: Mapping, task: Task) -> tuple[ProcKind, ...]:
    """Return the processor kinds on which a task may run, preferred ones first.

    Those of its `Task` statement; else, in DefaultMapper's order, those with a variant, of which
    the machine's, if it has any; else those of the machine; else the two that every Legion
    program knows.
    """
    rule = lookup.task_rule(mapping.policy, task.name)
    if rule is not None:
        return rule.procs
    present = mapping.machine.kinds if mapping.machine is not None else ()
    there = tuple(kind for kind in task.variants if kind in present)
    known = there or task.variants or present or (ProcKind.GPU, ProcKind.CPU)
    return tuple(kind for kind in DEFAULT_ORDER if kind in known)


def usable_kinds(mapping: Mapping, task: Task) -> tuple[ProcKind, ...]:
    """Return those of them for which a variant and a processor are there, as far as is known.

    Where there are none, all of them.
    """
    kinds, machine = kinds_of(mapping, task), mapping.machine
    there = tuple(
        kind
        for kind in kinds
        if (machine is None or machine.count(kind) > 0)
        and (not task.variants or kind in task.variants)
    )
    return there or kinds


def _decide(mapping: Mapping, task: Task) -> TaskDecision:
    policy = mapping.policy
    procs = lookup.task_rule(policy, task.name)
    kinds = kinds_of(mapping, task)
    index = single = None
    if not never_launched_so(mapping.graph, task.name, index=True):
        index = _first_place(policy, task, kinds, single=False)
    if not never_launched_so(mapping.graph, task.name, index=False):
        single = _first_place(policy, task, kinds, single=True)
    limit = lookup.limit_rule(policy, task.name)
    replicate = lookup.replicate_rule(policy, task.name)
    return TaskDecision(
        task=task.name,
        processors=procs.procs if procs else (),
        processors_line=procs.span.line if procs else None,
        index_map=index.function if index else None,
        index_line=index.span.line if index else None,
        single_map=single.function if single else None,
        single_line=single.span.line if single else None,
        limit=limit.limit if limit else None,
        limit_line=limit.span.line if limit else None,
        replicate_line=replicate.span.line if replicate else None,
        arguments=_labelled(tuple(_argument(policy, task, kinds, r) for r in task.requirements)),
    )


def _labelled(arguments: tuple[ArgumentDecision, ...]) -> tuple[ArgumentDecision, ...]:
    """Return arguments with labels of their own; of several with one name the first keeps it."""
    taken: set[str] = set()
    result = []
    for number, argument in enumerate(arguments):
        label = str(number) if argument.label in taken else argument.label
        taken.add(label)
        result.append(replace(argument, label=label))
    return tuple(result)


def _first_place(
    policy: Policy, task: Task, kinds: tuple[ProcKind, ...], *, single: bool
) -> PlaceRule | None:
    find = lookup.single_map_rule if single else lookup.index_map_rule
    found = (find(policy, task.name, kind) for kind in kinds)
    return next((rule for rule in found if rule is not None), None)


def _argument(
    policy: Policy, task: Task, kinds: tuple[ProcKind, ...], requirement: Requirement
) -> ArgumentDecision:
    memories: list[MemoryDecision] = []
    layouts: dict[MemKind, LayoutDecision] = {}
    for kind in kinds:
        decision = memories_on(policy, task, requirement, kind)
        if decision.memories:
            memories.append(decision)
        for memory in decision.memories or default_memories(kind):
            if memory is MemKind.VIRTUAL or memory in layouts:
                continue
            layout = lookup.layout_rule(
                policy, task.name, requirement.index, requirement.names, memory, kind
            )
            if layout is not None:
                layouts[memory] = LayoutDecision(
                    memory=memory, layout=layout.layout, line=layout.span.line
                )
    collect = collected_by(policy, task, requirement)
    return ArgumentDecision(
        label=requirement.label,
        memories=tuple(memories),
        layouts=tuple(layouts.values()),
        collect_line=collect.span.line if collect else None,
    )


def collected_by(policy: Policy, task: Task, requirement: Requirement) -> CollectRule | None:
    """Return the statement by which an argument is collected; it may have to be read only."""
    return lookup.collect_rule(
        policy,
        task.name,
        requirement.index,
        requirement.names,
        read_only=requirement.privilege in {Privilege.READ, Privilege.UNKNOWN},
    )


def memories_on(
    policy: Policy, task: Task, requirement: Requirement, kind: ProcKind
) -> MemoryDecision:
    """Return the memories of an argument on one processor kind; none are the default mapper's."""
    candidates, rules = lookup.region_candidates(
        policy, task.name, requirement.index, requirement.names, kind
    )
    usable = tuple(m for m in candidates if m in REACHES[kind])
    return MemoryDecision(proc=kind, memories=usable, lines=_lines(rules, kind) if usable else ())


def _lines(rules: tuple[RegionRule, ...], kind: ProcKind) -> tuple[int, ...]:
    """Return the lines of the rules that add a memory which the processor can address."""
    seen: set[MemKind] = set()
    lines: dict[int, None] = {}
    for rule in rules:
        new = set(rule.mems) & set(REACHES[kind]) - seen
        if new:
            lines.setdefault(rule.span.line)
        seen |= new
    return tuple(lines)


def default_memories(kind: ProcKind) -> tuple[MemKind, ...]:
    """Return the memory in which DefaultMapper places instances for a processor kind."""
    return (MemKind.FBMEM,) if kind is ProcKind.GPU else (MemKind.SYSMEM,)
