"""Questions of the form: where do the points of this launch go? What `mapc place` answers."""

from dataclasses import dataclass
from typing import Any

from mapc.policy.evaluate import Placement
from mapc.policy.kinds import ProcKind
from mapc.policy.lookup import index_map_rule, single_map_rule, task_rule
from mapc.policy.model import PlaceRule, Policy
from mapc.policy.shape import Processor, Shape, TaskContext
from mapc.text import Diagnostic, ExitCode, MapcError, Severity, codes
from mapc.text.nearest import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A launch on a machine with `procs` processors of every kind on each node.

    `task` is a task's name or a processor kind, which stands for a task without an entry of its
    own that runs on this kind. With a `parent` processor the task is launched individually.
    """

    task: str
    nodes: int
    procs: int
    domain: tuple[int, ...] = ()
    parent: Processor | None = None
    own: Processor = (0, 0)


def answer(policy: Policy, query: Query) -> dict[str, Any]:
    """Return the JSON object of the command contract for one query.

    Raises MapcError when no statement places the task, EvaluationError when its function fails.
    """
    rule, kind = _rule(policy, query)
    placement = Placement(policy, Shape(query.nodes, dict.fromkeys(ProcKind, query.procs)))
    head = {
        "task": query.task,
        "function": rule.function,
        "nodes": query.nodes,
        "procs": query.procs,
        "domain": list(query.domain),
    }
    if query.parent is not None:
        parent = TaskContext(name="parent", processor=query.parent, kind=kind)
        task = TaskContext(name=query.task, processor=query.own, kind=kind, parent=parent)
        found = placement.single(rule.function, task)
        return {**head, "points": [{"point": [], "targets": [list(p) for p in found.processors]}]}
    placed = placement.index(rule.function, query.task, query.domain)
    return {
        **head,
        "points": [
            {"point": list(point), "targets": [list(p) for p in chosen.processors]}
            for point, chosen in zip(placed.points, placed.sets, strict=True)
        ],
    }


def _rule(policy: Policy, query: Query) -> tuple[PlaceRule, ProcKind | None]:
    """Return the statement that places a task, and the kind it runs on where that is known."""
    find = index_map_rule if query.parent is None else single_map_rule
    rules = policy.index_maps if query.parent is None else policy.single_maps
    named = {rule.task for rule in rules if not isinstance(rule.task, ProcKind)}
    if query.task in set(ProcKind) - named:
        kind = ProcKind(query.task)
        rule = find(policy, "", kind)
        if rule is not None:
            return rule, kind
    stated = task_rule(policy, query.task)
    for kind_ in (*(stated.procs if stated is not None else ProcKind), None):
        rule = find(policy, query.task, kind_)
        if rule is not None:
            return rule, kind_ if stated is not None else None
    statement = "IndexTaskMap" if query.parent is None else "SingleTaskMap"
    raise MapcError(
        Diagnostic(
            code=codes.NOT_PLACED,
            severity=Severity.ERROR,
            message=f"no {statement} statement places `{query.task}`: the default mapper does",
            help=did_you_mean(query.task, [str(rule.task) for rule in rules if rule.task])
            or f"write {statement} {query.task} FUNCTION;",
        ),
        exit_code=ExitCode.POLICY,
    )
