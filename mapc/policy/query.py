"""Questions of the form: where do the points of this launch go? What `mapc place` answers."""

from dataclasses import dataclass
from math import prod

from mapc.policy.evaluate import Placement
from mapc.policy.kinds import ProcKind
from mapc.policy.lookup import index_map_rule, single_map_rule, task_rule
from mapc.policy.model import PlaceRule, Policy
from mapc.policy.shape import Processor, Shape, TaskContext
from mapc.policy.table import PlacementTable
from mapc.text import Diagnostic, ExitCode, MapcError, Severity, codes
from mapc.text.codes import Code
from mapc.text.nearest import did_you_mean

MOST_POINTS = 4 * 10**6
MOST_PROCESSORS = 10**7
MOST_NODES = 10**6


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where the points of a query go; a single launch has one point, without coordinates."""

    query: Query
    table: PlacementTable


def answer(policy: Policy, query: Query) -> Answer:
    """Return where the points of one query go.

    Raises MapcError when the query is too large or no statement places the task, EvaluationError
    when its function fails.
    """
    _check_size(query)
    rule, kind = _rule(policy, query)
    shape = Shape(query.nodes, dict.fromkeys(ProcKind, query.procs))
    placement = Placement(policy, shape)
    if query.parent is None:
        table = placement.table(rule.function, query.task, query.domain)
    else:
        parent = TaskContext(name="parent", processor=query.parent, kind=kind)
        task = TaskContext(name=query.task, processor=query.own, kind=kind, parent=parent)
        table = PlacementTable(function=rule.function, task=query.task, domain=(), shape=shape)
        table.add([placement.single(rule.function, task)])
    if table.processors() > MOST_PROCESSORS:
        raise _too_large(
            f"the points have {table.processors()} processors in all; "
            f"at most {MOST_PROCESSORS} can be shown",
            "give a smaller --domain, or an index in place of `*`",
        )
    return Answer(query=query, table=table)


def _check_size(query: Query) -> None:
    """Raise MapcError for a launch or a machine above the limits."""
    points = prod(query.domain)
    if points > MOST_POINTS:
        raise _too_large(
            f"the launch has {_number(points)} points; at most {MOST_POINTS} can be placed",
            "give a smaller --domain: a block map looks the same there",
        )
    for what, count in (("nodes", query.nodes), ("processors on a node", query.procs)):
        if count > MOST_NODES:
            raise _too_large(
                f"the machine has {_number(count)} {what}; at most {MOST_NODES} can be placed on",
                "give fewer --nodes or --procs",
            )


def _number(count: int) -> str:
    return str(count) if count < 10**20 else "more than 10^20"


def _too_large(message: str, help: str) -> MapcError:
    return _failed(codes.PLACE_SIZE, message, help, ExitCode.USAGE)


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
    raise _failed(
        codes.NOT_PLACED,
        f"no {statement} statement places `{query.task}`: the default mapper does",
        did_you_mean(query.task, [str(rule.task) for rule in rules if rule.task])
        or f"write {statement} {query.task} FUNCTION;",
        ExitCode.POLICY,
    )


def _failed(code: Code, message: str, help: str, exit_code: ExitCode) -> MapcError:
    diagnostic = Diagnostic(code=code, severity=Severity.ERROR, message=message, help=help)
    return MapcError(diagnostic, exit_code=exit_code)
