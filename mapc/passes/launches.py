"""Pass `launches`: report mapping statements for a way in which a task is never launched."""

from dataclasses import dataclass
from typing import ClassVar

from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import TaskGraph
from mapc.policy.model import PlaceRule, Policy
from mapc.policy.spots import has_other_tasks, task_spot
from mapc.syntax import ast
from mapc.syntax.walk import walk
from mapc.text import Reporter, codes

_ONLY_INDEX = frozenset(("ipoint", "ispace"))
_ONLY_SINGLE = frozenset(("depth", "parent", "processor"))


@dataclass(frozen=True, slots=True)
class Launches:
    """Compare mapping statements with the launches that are known."""

    name: ClassVar[str] = "launches"

    def run(self, mapping: Mapping, report: Reporter) -> Mapping:
        """Return the mapping unchanged; findings go to `report`."""
        for rule in mapping.policy.index_maps:
            if _never(rule, mapping.graph, index=True):
                _report(mapping.policy, rule, report, index=True)
        for rule in mapping.policy.single_maps:
            if _never(rule, mapping.graph, index=False):
                _report(mapping.policy, rule, report, index=False)
        return mapping


def never_launched_so(graph: TaskGraph, task: str, *, index: bool) -> bool:
    """Return whether all launches of a task are known and none is an (index) launch."""
    launches = graph.launches_of(task)
    return bool(launches) and all(launch.is_index is not index for launch in launches)


def _never(rule: PlaceRule, graph: TaskGraph, *, index: bool) -> bool:
    # A processor kind is a string to Python.
    return type(rule.task) is str and never_launched_so(graph, rule.task, index=index)


def _report(policy: Policy, rule: PlaceRule, report: Reporter, *, index: bool) -> None:
    how, other = (
        ("as an index launch", "SingleTaskMap") if index else ("individually", "IndexTaskMap")
    )
    spot = task_spot(rule)
    advice = "remove the statement"
    if has_other_tasks(rule):
        advice = f"remove `{rule.task}` from the list"
    elif members_of(policy, rule.function).isdisjoint(_ONLY_INDEX if index else _ONLY_SINGLE):
        advice = f"write {other} {spot.text} {rule.function};"
    report.warning(
        codes.LAUNCH_KIND, f"task `{rule.task}` is never launched {how}", spot, help=advice
    )


def members_of(policy: Policy, function: str) -> frozenset[str]:
    """Return the names of all members that a function uses, with everything it calls."""
    members: set[str] = set()
    seen = {function}
    pending = [function]
    while pending:
        found = policy.index.functions.get(pending.pop())
        if found is None:
            continue
        for node in walk(found):
            match node:
                case ast.Member(name=name) | ast.MethodCall(name=name):
                    members.add(name)
                case ast.Call(function=called) if called not in seen:
                    seen.add(called)
                    pending.append(called)
                case _:
                    pass
    return frozenset(members)
