"""Pass `place`: evaluate the placement function of every known launch before anything runs.

A point that leaves the machine, or lands on a processor of another kind, stops a Legion program
late and badly; here it is a finding on the expression that is wrong.
"""

from dataclasses import dataclass
from typing import ClassVar

from mapc.graph.machine import Machine
from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import Task
from mapc.passes.verify import running_kinds
from mapc.policy import lookup
from mapc.policy.evaluate import Placement
from mapc.policy.faults import EvaluationError
from mapc.policy.kinds import ProcKind
from mapc.policy.model import PlaceRule
from mapc.policy.shape import Shape
from mapc.policy.spots import function_spot, name_in_policy
from mapc.text import Reporter, codes

MOST_POINTS = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """Evaluate the globals, and index maps over the launch domains that are known."""

    name: ClassVar[str] = "place"

    def run(self, mapping: Mapping, report: Reporter) -> Mapping:
        """Return the mapping unchanged; findings go to `report`."""
        machine, policy = mapping.machine, mapping.policy
        if machine is None or report.has_errors or not (policy.index_maps or policy.globals):
            return mapping
        try:
            placement = Placement(policy, shape_of(machine))
        except EvaluationError as error:
            report.add(error.diagnostic)
            return mapping
        for task in mapping.graph.tasks:
            for kind in running_kinds(mapping, task):
                rule = lookup.index_map_rule(policy, task.name, kind)
                if rule is not None:
                    _check(mapping, placement, task, rule, kind, report)
        return mapping


def shape_of(machine: Machine) -> Shape:
    """Return the machine's extents, as `Machine(K)` of the language sees them."""
    return Shape(nodes=machine.nodes, procs=dict(machine.procs))


def _check(
    mapping: Mapping,
    placement: Placement,
    task: Task,
    rule: PlaceRule,
    kind: ProcKind,
    report: Reporter,
) -> None:
    for domain in mapping.graph.domains_of(task.name):
        size = 1
        for extent in domain:
            size *= extent
        if not 0 < size <= MOST_POINTS:
            continue
        try:
            placed = placement.index(rule.function, task.name, domain)
        except EvaluationError as error:
            report.add(error.diagnostic)
            return
        wrong = next((found.kind for found in placed.sets if found.kind is not kind), None)
        if wrong is not None:
            report.error(
                codes.WRONG_PROCESSOR_KIND,
                f"`{rule.function}` gives {wrong.value} processors, but task `{task.name}` "
                f"runs on {kind.value}",
                function_spot(rule),
                help=f"build the machine with Machine({kind.value}), or write "
                f"Task {name_in_policy(task.name)} {wrong.value};",
            )
            return
