"""Which rule of a policy decides what: precedence, and nothing else (reference, section 10)."""

from collections.abc import Iterator, Mapping, Sequence
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
    return _exact_or_star(policy.index.tasks, task)


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
    for rule in region_rules(policy, task, requirement, names, proc):
        before = len(mems)
        mems.update(dict.fromkeys(rule.mems))
        if len(mems) > before:
            rules.append(rule)
    return tuple(mems), tuple(rules)


def region_rules(
    policy: Policy,
    task: str,
    requirement: int | None,
    names: Sequence[str],
    proc: ProcKind,
) -> Iterator[RegionRule]:
    """Yield the `Region` statements whose lists are concatenated, the most specific first."""
    table = policy.index.regions
    for level in levels(task, requirement, names):
        rule = table.get((*level, proc)) or table.get((*level, None))
        if rule is not None:
            yield rule


def layout_rule(
    policy: Policy,
    task: str,
    requirement: int | None,
    names: Sequence[str],
    mem: MemKind,
    proc: ProcKind | None,
) -> LayoutRule | None:
    """Return the one `Layout` statement that applies to an instance in `mem`."""
    table = policy.index.layouts
    for level in levels(task, requirement, names):
        for kind in (mem, proc, None):
            rule = table.get((*level, kind))
            if rule is not None:
                return rule
    return None


def index_map_rule(policy: Policy, task: str, kind: ProcKind | None) -> PlaceRule | None:
    """Return the `IndexTaskMap` statement for a task that runs on `kind`."""
    return _place_rule(policy.index.index_maps, task, kind)


def single_map_rule(policy: Policy, task: str, kind: ProcKind | None) -> PlaceRule | None:
    """Return the `SingleTaskMap` statement for a task that runs on `kind`."""
    return _place_rule(policy.index.single_maps, task, kind)


def limit_rule(policy: Policy, task: str) -> LimitRule | None:
    """Return the `InstanceLimit` statement of a task."""
    return _exact_or_star(policy.index.limits, task)


def collect_rule(
    policy: Policy, task: str, requirement: int | None, names: Sequence[str], read_only: bool
) -> CollectRule | None:
    """Return a `CollectMemory` statement that applies, the most specific one."""
    if not read_only:
        return None
    found = (policy.index.collects.get(level) for level in levels(task, requirement, names))
    return next((rule for rule in found if rule is not None), None)


def replicate_rule(policy: Policy, task: str) -> ReplicateRule | None:
    """Return the `ControlReplicate` statement that names a task, or the one for `*`."""
    return _exact_or_star(policy.index.replicates, task)


def levels(task: str, requirement: int | None, names: Sequence[str]) -> Iterator[Level]:
    """Yield the keys that match one requirement of a task, most specific first."""
    for task_key in (task, None):
        if requirement is not None:
            yield task_key, requirement
        for name in names:
            yield task_key, name
        yield task_key, None


def _exact_or_star(table: Mapping[str | None, R], task: str) -> R | None:
    return table.get(task) or table.get(None)


def _place_rule(
    table: Mapping[tuple[type, str | None], PlaceRule], task: str, kind: ProcKind | None
) -> PlaceRule | None:
    by_kind = None if kind is None else table.get((ProcKind, kind))
    return table.get((str, task)) or by_kind or table.get((type(None), None))
