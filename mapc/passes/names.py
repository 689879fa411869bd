"""Pass `names`: report tasks, regions and arguments that the application does not have.

A statement about one of them never decides anything. Runs before `bind`, which adds to the graph
what the policy names.
"""

from dataclasses import dataclass
from typing import ClassVar

from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import Origin, Task, TaskGraph
from mapc.passes.bind import region_rules, rules
from mapc.policy.model import CollectRule, LayoutRule, RegionRule
from mapc.policy.spots import has_other_tasks, region_spot, task_spot
from mapc.text import Reporter, codes
from mapc.text.nearest import did_you_mean

_MOST_PROPOSALS = 50
"""Nobody reads more, and looking for a near name takes long."""


@dataclass(frozen=True, slots=True)
class Names:
    """Compare the names of the policy with those of a known application."""

    name: ClassVar[str] = "names"

    def run(self, mapping: Mapping, report: Reporter) -> Mapping:
        """Return the mapping unchanged; findings go to `report`."""
        if mapping.graph.origin is not Origin.POLICY:
            _Check(mapping, report).run()
        return mapping


class _Check:
    """The check of one policy."""

    def __init__(self, mapping: Mapping, report: Reporter) -> None:
        self.policy, self.graph, self.report = mapping.policy, mapping.graph, report
        self.proposals = 0

    def run(self) -> None:
        """Report every name without a counterpart, once for each statement."""
        regions = set(self.graph.regions)
        for rule in rules(self.policy):
            if self.graph.tasks and type(rule.task) is str and rule.task not in self.graph.by_name:
                self.report.warning(
                    codes.NO_SUCH_TASK,
                    f"the application has no task `{rule.task}`, so this never decides anything",
                    task_spot(rule),
                    help=self._near(rule.task, self.graph.by_name)
                    or _removal(rule.task, others=has_other_tasks(rule)),
                )
        for rule in region_rules(self.policy):
            task = self.graph.by_name.get(rule.task or "")
            match rule.region:
                case int() as number:
                    self._number(rule, number, task)
                case str() as region if self.graph.knows_regions and region not in regions:
                    self._region(rule, region, self.graph.regions, "the application has no region")
                case str() as region if task is not None and task.complete:
                    own = tuple(n for r in task.requirements for n in r.names)
                    if region not in own:
                        self._region(rule, region, own, f"task `{task.name}` has no region")
                case _:
                    pass

    def _region(
        self,
        rule: RegionRule | LayoutRule | CollectRule,
        region: str,
        known: tuple[str, ...],
        message: str,
    ) -> None:
        self.report.warning(
            codes.NO_SUCH_REGION,
            f"{message} `{region}`, so this never decides anything",
            region_spot(rule.span, region),
            help=self._near(region, known) or "remove the statement",
        )

    def _near(self, name: str, known: "tuple[str, ...] | dict[str, Task]") -> str:
        self.proposals += 1
        return did_you_mean(name, known) if self.proposals <= _MOST_PROPOSALS else ""

    def _number(
        self, rule: RegionRule | LayoutRule | CollectRule, number: int, task: Task | None
    ) -> None:
        count = _count(self.graph, rule.task, task)
        if count is None or number < count:
            return
        what = f"task `{task.name}` has" if task is not None else "no task has more than"
        self.report.warning(
            codes.NO_SUCH_REQUIREMENT,
            f"{what} {count} region requirement{'' if count == 1 else 's'}, counted from 0: "
            f"there is no {number}",
            region_spot(rule.span, number),
            help=("use 0" if count == 1 else f"use a number from 0 to {count - 1}")
            if count
            else "remove the statement",
        )


def _count(graph: TaskGraph, name: str | None, task: Task | None) -> int | None:
    """Return how many requirements a statement may number, None where that is not known."""
    if task is not None:
        return task.arity if task.complete else None
    if name is None and graph.complete:
        return max(each.arity for each in graph.tasks)
    return None


def _removal(task: str, *, others: bool) -> str:
    return f"remove `{task}` from the list" if others else "remove the statement"
