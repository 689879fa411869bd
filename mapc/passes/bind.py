"""Pass `bind`: the names of the policy meet the tasks and regions of the application.

Where the application is not known (a graph made from the policy alone), every name is taken as
real. Where it is, names without a counterpart are warned about: they never decide anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import ClassVar

from mapc.graph.mapping import EVERY_TASK, Mapping
from mapc.graph.taskgraph import Origin, Requirement, Task, TaskGraph
from mapc.policy.model import (
    CollectRule,
    LayoutRule,
    PlaceRule,
    Policy,
    RegionRef,
    RegionRule,
    Rule,
)
from mapc.text import Reporter, codes
from mapc.text.nearest import did_you_mean


@dataclass(frozen=True, slots=True)
class Bind:
    """Add what the policy names to the graph, and report names that the application lacks."""

    name: ClassVar[str] = "bind"

    def run(self, mapping: Mapping, report: Reporter) -> Mapping:
        """Return the mapping with a graph that has a node for every task that can be decided on."""
        policy, graph = mapping.policy, mapping.graph
        if graph.origin is not Origin.POLICY:
            _report_unknown(policy, graph, report)
        if graph.origin is Origin.OBSERVED:
            return mapping
        names = {task.name for task in graph.tasks}
        names.update(rule.task for rule in rules(policy) if type(rule.task) is str)
        tasks = [_from_policy(policy, name) for name in sorted(names)]
        if any(rule.task is None for rule in rules(policy)):
            tasks.append(_from_policy(policy, EVERY_TASK))
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


def _from_policy(policy: Policy, name: str) -> Task:
    """Return a task whose requirements are those that the policy speaks of, for it or for all."""
    wanted: dict[RegionRef, None] = {}
    for rule in region_rules(policy):
        if rule.task in {None, name}:
            wanted.setdefault(rule.region)
    return Task(name=name, requirements=tuple(map(_requirement, wanted)))


def _requirement(ref: RegionRef) -> Requirement:
    match ref:
        case None:
            return Requirement(index=None, names=())
        case int():
            return Requirement(index=ref, names=())
        case str():
            return Requirement(index=None, names=(ref,))


def _report_unknown(policy: Policy, graph: TaskGraph, report: Reporter) -> None:
    for rule in rules(policy):
        if type(rule.task) is str and rule.task not in graph.by_name:
            report.warning(
                codes.NO_SUCH_TASK,
                f"the application has no task `{rule.task}`, so this never decides anything",
                rule.span,
                help=did_you_mean(rule.task, graph.by_name),
            )
    for rule in region_rules(policy):
        match rule.region:
            case str() as region if region not in graph.regions:
                report.warning(
                    codes.NO_SUCH_REGION,
                    f"the application has no region `{region}`, so this never decides anything",
                    rule.span,
                    help=did_you_mean(region, graph.regions),
                )
            case int() as number:
                _report_number(rule, number, graph, report)
            case _:
                pass
    for place in policy.index_maps:
        _report_launch(place, graph, report)


def _report_number(
    rule: RegionRule | LayoutRule | CollectRule, number: int, graph: TaskGraph, report: Reporter
) -> None:
    task = graph.by_name.get(rule.task or "")
    if task is None or graph.origin is not Origin.OBSERVED or number < len(task.requirements):
        return
    count = len(task.requirements)
    report.warning(
        codes.NO_SUCH_REQUIREMENT,
        f"task `{task.name}` has {count} region requirements, counted from 0: there is no {number}",
        rule.span,
        help=f"use a number from 0 to {count - 1}" if count else "remove the statement",
    )


def _report_launch(rule: PlaceRule, graph: TaskGraph, report: Reporter) -> None:
    if graph.origin is not Origin.OBSERVED or type(rule.task) is not str:
        return
    launches = graph.launches_of(rule.task)
    if launches and not any(launch.is_index for launch in launches):
        report.warning(
            codes.LAUNCH_KIND,
            f"task `{rule.task}` is never launched as an index launch",
            rule.span,
            help=f"write SingleTaskMap {rule.task} {rule.function};",
        )
