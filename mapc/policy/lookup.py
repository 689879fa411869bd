"""Which rule of a policy decides what: precedence, and nothing else (reference, section 10)."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias, TypeVar

from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.model import (
    CollectRule,
    LayoutRule,
    LimitRule,
    PlaceRule,
    Policy,
    RegionRef,
    RegionRule,
    ReplicateRule,
    TaskRule,
)

Level: TypeAlias = tuple[str | None, RegionRef]
R = TypeVar("R", TaskRule, LimitRule, ReplicateRule)


def task_rule(policy: Policy, task: str) -> TaskRule | None:
    """Return the `Task` statement of a task: its own, otherwise the one for `*`."""
    return _exact_or_star(policy.tasks, task)


def region_candidates(
    policy: Policy,
    task: str,
    requirement: int | None,
    names: Sequence[str],
    proc: ProcKind,
) -> tuple[tuple[MemKind, ...], tuple[RegionRule, ...]]:
    """Return the memories for a requirement, best first, and the rules they come from.

    `names` are the requirement's names, most specific first. Nothing is dropped for not being
    visible. A rule whose kinds all came earlier is among the rules only if it is the first.
    """
    mems: dict[MemKind, None] = {}
    rules: list[RegionRule] = []
    for task_key, region_key in levels(task, requirement, names):
        rule = _of_kind(policy.regions, task_key, region_key, proc)
        if rule is None:
            continue
        before = len(mems)
        mems.update(dict.fromkeys(rule.mems))
        if len(mems) > before:
            rules.append(rule)
    return tuple(mems), tuple(rules)


def layout_rule(
    policy: Policy,
    task: str,
    requirement: int | None,
    names: Sequence[str],
    mem: MemKind,
    proc: ProcKind | None,
) -> LayoutRule | None:
    """Return the one `Layout` statement that applies to an instance in `mem`."""
    for task_key, region_key in levels(task, requirement, names):
        here = [
            rule for rule in policy.layouts if rule.task == task_key and rule.region == region_key
        ]
        for kind in (mem, proc, None):
            for rule in here:
                if rule.kind == kind and type(rule.kind) is type(kind):
                    return rule
    return None


def index_map_rule(policy: Policy, task: str, kind: ProcKind | None) -> PlaceRule | None:
    """Return the `IndexTaskMap` statement for a task that runs on `kind`."""
    return _place_rule(policy.index_maps, task, kind)


def single_map_rule(policy: Policy, task: str, kind: ProcKind | None) -> PlaceRule | None:
    """Return the `SingleTaskMap` statement for a task that runs on `kind`."""
    return _place_rule(policy.single_maps, task, kind)


def limit_rule(policy: Policy, task: str) -> LimitRule | None:
    """Return the `InstanceLimit` statement of a task."""
    return _exact_or_star(policy.limits, task)


def collect_rule(
    policy: Policy, task: str, requirement: int | None, names: Sequence[str], read_only: bool
) -> CollectRule | None:
    """Return a `CollectMemory` statement that applies, the most specific one."""
    if not read_only:
        return None
    for task_key, region_key in levels(task, requirement, names):
        for rule in policy.collects:
            if rule.task == task_key and rule.region == region_key:
                return rule
    return None


def replicate_rule(policy: Policy, task: str) -> ReplicateRule | None:
    """Return the `ControlReplicate` statement that names a task, or the one for `*`."""
    return _exact_or_star(policy.replicates, task)


def levels(task: str, requirement: int | None, names: Sequence[str]) -> Iterator[Level]:
    """Yield the keys that match one requirement of a task, most specific first."""
    for task_key in (task, None):
        if requirement is not None:
            yield task_key, requirement
        for name in names:
            yield task_key, name
        yield task_key, None


def _exact_or_star(rules: Sequence[R], task: str) -> R | None:
    for key in (task, None):
        for rule in rules:
            if rule.task == key:
                return rule
    return None


def _of_kind(
    rules: Sequence[RegionRule], task: str | None, region: RegionRef, proc: ProcKind
) -> RegionRule | None:
    """Return the rule of one level: for the exact processor kind, otherwise for `*`."""
    for kind in (proc, None):
        for rule in rules:
            if rule.task == task and rule.region == region and rule.proc is kind:
                return rule
    return None


def _place_rule(rules: Sequence[PlaceRule], task: str, kind: ProcKind | None) -> PlaceRule | None:
    # A processor kind is a string to Python, so the types have to be compared as well.
    for rule in rules:
        if rule.task == task and not isinstance(rule.task, ProcKind):
            return rule
    for wanted in (kind, None):
        for rule in rules:
            if rule.task is wanted:
                return rule
    return None
