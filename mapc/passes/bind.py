"""Pass `bind`: the names of the policy meet the tasks and regions of the application.

Where the application is not known (a graph made from the policy alone), every name is taken as
real. Names that the application lacks are `mapc.passes.names`'s to report.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import ClassVar, TypeAlias

from mapc.graph.mapping import EVERY_TASK, Mapping
from mapc.graph.taskgraph import Origin, Requirement, Task, TaskGraph
from mapc.policy.model import (
    CollectRule,
    LayoutRule,
    Policy,
    RegionRef,
    RegionRule,
    Rule,
)
from mapc.text import Reporter

Place: TypeAlias = tuple[int, RegionRef]
"""A region operand and where it stands among all of them."""


@dataclass(frozen=True, slots=True)
class Bind:
    """Give the graph a node for every task and argument that can be decided on."""

    name: ClassVar[str] = "bind"

    def run(self, mapping: Mapping, report: Reporter) -> Mapping:
        """Return the mapping with its graph completed; nothing is reported."""
        policy, graph = mapping.policy, mapping.graph
        if graph.origin is Origin.OBSERVED:
            return mapping
        spoken = _Regions.of(policy, graph)
        tasks = [
            task if task.complete else replace(task, requirements=spoken.requirements(task.name))
            for task in graph.tasks
        ]
        if not tasks:
            names = {rule.task for rule in rules(policy) if type(rule.task) is str}
            if any(rule.task is None for rule in rules(policy)):
                names.add(EVERY_TASK)
            # `*` comes last: it speaks for the others.
            ordered = sorted(names, key=lambda name: (name == EVERY_TASK, name))
            tasks = [Task(name=n, requirements=spoken.requirements(n)) for n in ordered]
        return replace(mapping, graph=replace(graph, tasks=tuple(tasks)))


def rules(policy: Policy) -> Iterator[Rule]:
    """Yield every rule of a policy."""
    return chain(
        policy.tasks,
        policy.regions,
        policy.layouts,
        policy.limits,
        policy.collects,
        policy.index_maps,
        policy.single_maps,
        policy.replicates,
    )


def region_rules(policy: Policy) -> Iterator[RegionRule | LayoutRule | CollectRule]:
    """Yield every rule that has a region operand."""
    return chain(policy.regions, policy.layouts, policy.collects)


@dataclass(frozen=True, slots=True)
class _Regions:
    """The regions that a policy speaks of, for one task and for all."""

    for_all: list[Place] = field(default_factory=list)
    for_one: dict[str, list[Place]] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: Policy, graph: TaskGraph) -> "_Regions":
        """Collect them, without those that the application is known to lack."""
        found = cls()
        known = set(graph.regions) if graph.knows_regions else None
        for place, rule in enumerate(region_rules(policy)):
            if known is not None and isinstance(rule.region, str) and rule.region not in known:
                continue
            if rule.task is None:
                found.for_all.append((place, rule.region))
            else:
                found.for_one.setdefault(rule.task, []).append((place, rule.region))
        return found

    def requirements(self, task: str) -> tuple[Requirement, ...]:
        """Return one requirement for each region that the policy speaks of for a task."""
        own = self.for_one.get(task, [])
        places = heapq.merge(self.for_all, own, key=lambda place: place[0])
        return tuple(map(_requirement, dict.fromkeys(region for _, region in places)))


def _requirement(ref: RegionRef) -> Requirement:
    match ref:
        case None:
            return Requirement(index=None, names=())
        case int():
            return Requirement(index=ref, names=())
        case str():
            return Requirement(index=None, names=(ref,))
