"""Pass `verify`: what a machine and an observed application can rule out before a run."""

from dataclasses import dataclass
from typing import ClassVar

from mapc.graph.machine import Machine
from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import Privilege, Requirement, Task
from mapc.passes.resolve import kinds_of
from mapc.policy import lookup
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.spots import has_other_tasks, list_spot, name_in_policy
from mapc.text import Reporter, Span, codes


@dataclass(frozen=True, slots=True)
class Verify:
    """Check variants, memories and virtual mappings against machine and application."""

    name: ClassVar[str] = "verify"

    def run(self, mapping: Mapping, report: Reporter) -> Mapping:
        """Return the mapping unchanged; findings go to `report`."""
        for task in mapping.graph.tasks:
            _check_variants(mapping, task, report)
            for requirement in task.requirements:
                _check_memories(mapping, task, requirement, report)
        return mapping


def _check_variants(mapping: Mapping, task: Task, report: Reporter) -> None:
    rule = lookup.task_rule(mapping.policy, task.name)
    if rule is None or not task.variants or set(rule.procs) & set(task.variants):
        return
    wanted = ", ".join(kind.value for kind in rule.procs)
    have = ", ".join(kind.value for kind in task.variants)
    written = f"write Task {name_in_policy(task.name)} {have};"
    if rule.task is not None and has_other_tasks(rule):
        written = f"remove it from the list, and {written}"
    report.warning(
        codes.NO_VARIANT,
        f"task `{task.name}` has no variant for {wanted}, so the default mapper decides",
        list_spot(rule.span),
        help=f"it has variants for {have}: {written}",
    )


def _check_memories(
    mapping: Mapping, task: Task, requirement: Requirement, report: Reporter
) -> None:
    virtual: dict[ProcKind, Span] = {}
    for kind in running_kinds(mapping, task):
        candidates, rules = lookup.region_candidates(
            mapping.policy, task.name, requirement.index, requirement.names, kind
        )
        if not candidates or not rules:
            continue
        if candidates[0] is MemKind.VIRTUAL and requirement.privilege is Privilege.REDUCE:
            virtual[kind] = list_spot(rules[0].span)
        machine = mapping.machine
        if machine is None or not machine.memories or MemKind.VIRTUAL in candidates:
            continue
        if not set(candidates) & set(machine.visible(kind)):
            listed = ", ".join(m.value for m in candidates)
            report.warning(
                codes.NO_SUCH_MEMORY,
                f"machine `{machine.name}` has none of {listed} for {kind.value}, so the default "
                "mapper chooses the memory",
                list_spot(rules[0].span),
                help=f"add {_first(machine, kind)} to the list",
            )
    if virtual:
        operands = f"{name_in_policy(task.name)} {name_in_policy(requirement.label)}"
        written = (f"Region {operands} {k.value} {_first(mapping.machine, k)};" for k in virtual)
        report.error(
            codes.VIRTUAL_REDUCTION,
            f"argument `{requirement.label}` of `{task.name}` is a reduction, which cannot "
            "be mapped virtually",
            next(iter(virtual.values())),
            help=f"write {' '.join(written)}",
        )


def running_kinds(mapping: Mapping, task: Task) -> tuple[ProcKind, ...]:
    """Return the kind on which a task will run, or all candidates where that is not known."""
    kinds = kinds_of(mapping, task)
    machine = mapping.machine
    if machine is None:
        return kinds
    usable = [
        k for k in kinds if machine.count(k) > 0 and (not task.variants or k in task.variants)
    ]
    return tuple(usable[:1])


def _first(machine: Machine | None, kind: ProcKind) -> str:
    visible = machine.visible(kind) if machine is not None else ()
    fallback = MemKind.FBMEM if kind is ProcKind.GPU else MemKind.SYSMEM
    return (visible[0] if visible else fallback).value
