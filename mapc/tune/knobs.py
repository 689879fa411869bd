"""Which knobs there are: from the task graph and the machine, only legal choices.

Decisions that belong together are one knob first (the layout of a region, in every task that uses
it) and finer knobs later (in one task alone), because a change in one place only often costs a
copy at the border to the others.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import log

from mapc.graph.machine import Machine
from mapc.graph.taskgraph import Privilege, Requirement, Task, TaskGraph
from mapc.policy.kinds import DEFAULT_ORDER, ProcKind
from mapc.tune.families import FAMILIES, placement_functions
from mapc.tune.space import LEAVE, Choice, Group, Knob, Space, word

# What a good choice is worth where it touches everything, before anything was tried (natural
# logarithms of speed-ups; the published tables of such decisions give their order).
_PROCESSORS, _MEMORY, _COLLECT, _LIMIT, _BASE = 0.5, 0.4, 0.05, 0.005, 0.5
_SPREAD_FAR, _SPREAD_NEAR = 0.3, 0.02
_TOGETHER, _EXACT, _ALIGNED = 0.25, 0.1, 0.03
_MANY_FIELDS = 4

LAYOUTS = (
    "AOS C_order",
    "SOA C_order",
    "AOS C_order Align == 128",
    "SOA C_order Align == 128",
    "AOS C_order Exact",
    "SOA C_order Exact",
)
LIMITS = (1, 2, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A policy to start from; the knobs' statements are written before its text, and so win."""

    name: str
    text: str


def make_space(
    graph: TaskGraph,
    machine: Machine,
    bases: Sequence[Base] = (),
    scored: Collection[str] = (),
) -> Space:
    """Return the space of an observed application on a machine.

    `scored` are the tasks that the figure of merit times; without any, all of them.
    """
    taken = {w for base in bases for w in re.findall(r"\w+", base.text)}
    knobs = [
        knob for knob in _knobs(graph, machine, time_shares(graph, scored)) if len(knob.choices) > 1
    ]
    if bases:
        knobs.append(_base_knob(bases))
    return Space(
        knobs=tuple(knobs),
        functions=tuple(f for kind in machine.kinds for f in placement_functions(kind, taken)),
        kinds=tuple((t.name, k) for t in graph.tasks if (k := _kind(t, machine)) is not None),
    )


def _base_knob(bases: Sequence[Base]) -> Knob:
    return Knob(
        key="base",
        group=Group.BASE,
        about="policy underneath",
        choices=(LEAVE, *(_choice(base.name, base.text.rstrip(), _BASE) for base in bases)),
        weight=1.0,
    )


def _knobs(graph: TaskGraph, machine: Machine, shares: dict[str, float]) -> Iterator[Knob]:
    yield from _processor_knobs(graph, machine, shares)
    yield from _memory_knobs(graph, machine, shares)
    yield from _layout_knobs(graph, shares)
    yield from _limit_knobs(graph, shares)
    yield _collect_knob(graph)
    yield from _index_knobs(graph, machine, shares)


def time_shares(graph: TaskGraph, scored: Collection[str] = ()) -> dict[str, float]:
    """Return each task's share of the time that counts; equal shares where none was measured."""
    # A task that launches others spends its time waiting for them.
    parents = {launch.parent for launch in graph.launches}
    counts = [t.name not in parents and (not scored or t.name in scored) for t in graph.tasks]
    seconds = {
        t.name: (t.seconds or 0.0) if real else 0.0
        for t, real in zip(graph.tasks, counts, strict=True)
    }
    total = sum(seconds.values())
    if total <= 0:
        return {task.name: 1 / len(graph.tasks) for task in graph.tasks}
    return {name: value / total for name, value in seconds.items()}


def _kind(task: Task, machine: Machine) -> ProcKind | None:
    """Return the kind on which the default mapper runs a task, None where it cannot run."""
    usable = [k for k in machine.kinds if not task.variants or k in task.variants]
    return next((kind for kind in DEFAULT_ORDER if kind in usable), None)


def _processor_knobs(
    graph: TaskGraph, machine: Machine, shares: dict[str, float]
) -> Iterator[Knob]:
    for task in graph.tasks:
        kinds = [k for k in machine.kinds if k in task.variants]
        orders = permutations(kinds) if len(kinds) > 1 else ()
        yield Knob(
            key=f"task:{task.name}",
            group=Group.TASK,
            about=f"processors of {task.name}",
            choices=(LEAVE, *(_processors(task.name, order) for order in orders)),
            weight=shares[task.name],
            tasks=(task.name,),
        )


def _processors(task: str, kinds: Sequence[ProcKind]) -> Choice:
    words = ", ".join(kind.value for kind in kinds)
    statement = f"Task {word(task)} {words};"
    return Choice(
        label=words, statements=(statement,), family=words, kind=kinds[0], prior=_PROCESSORS
    )


def _memory_knobs(graph: TaskGraph, machine: Machine, shares: dict[str, float]) -> Iterator[Knob]:
    for kind in machine.kinds:
        memories = machine.visible(kind)
        if len(memories) < 2:
            continue
        lists = [", ".join([m.value, *(x.value for x in memories if x is not m)]) for m in memories]
        for label, tasks, users, weight in _arguments(graph, shares):
            yield Knob(
                key=f"memory:{kind.value}:{tasks}:{label}",
                group=Group.REGION,
                about=f"memory of {label} on {kind.value}{_where(tasks)}",
                choices=(
                    LEAVE,
                    *(
                        _choice(x, f"Region {tasks} {users} {kind.value} {x};", _MEMORY)
                        for x in lists
                    ),
                ),
                weight=weight,
            )


def _layout_knobs(graph: TaskGraph, shares: dict[str, float]) -> Iterator[Knob]:
    """Yield knobs from the coarsest to the finest: every region, one region, one argument."""
    every = ("every region", "*", "*", 1.0)
    for label, tasks, users, weight in (every, *_arguments(graph, shares)):
        fields = _most_fields(graph, label, tasks, shares)
        yield Knob(
            key=f"layout:{tasks}:{label}",
            group=Group.LAYOUT,
            about=f"layout of {label}{_where(tasks)}",
            choices=(
                LEAVE,
                *(
                    _choice(x, f"Layout {tasks} {users} * {x};", _layout_prior(x, fields))
                    for x in LAYOUTS
                ),
            ),
            weight=weight,
        )


def _layout_prior(words: str, fields: int) -> float:
    """Return what a layout is worth, by what it does to the bytes of one element.

    Fields side by side pay where a task uses many of them; aligning each of them then pads every
    one to the alignment, which costs what it was to gain. Experts ask for exact instances.
    """
    aligned, exact = "Align" in words, "Exact" in words
    prior = _EXACT if exact else 0.0
    if words.startswith("AOS"):
        return prior - _TOGETHER if aligned else prior + _TOGETHER * (fields >= _MANY_FIELDS)
    return prior + (_ALIGNED if aligned else 0.0)


def _most_fields(graph: TaskGraph, label: str, tasks: str, shares: dict[str, float]) -> int:
    """Return the greatest number of fields that a task which counts uses of a region at once."""
    return max(
        (
            len(requirement.fields)
            for task in graph.tasks
            for requirement in task.requirements
            if tasks in {"*", word(task.name)}
            and shares[task.name] > 0
            and (label in requirement.names[:1] or (tasks, label) == ("*", "every region"))
        ),
        default=0,
    )


def _limit_knobs(graph: TaskGraph, shares: dict[str, float]) -> Iterator[Knob]:
    for task in graph.tasks:
        if graph.domains_of(task.name):
            yield Knob(
                key=f"limit:{task.name}",
                group=Group.LIMIT,
                about=f"how many {task.name} at a time",
                choices=(
                    LEAVE,
                    *(
                        _choice(f"at most {n}", f"InstanceLimit {word(task.name)} {n};", _LIMIT)
                        for n in LIMITS
                    ),
                ),
                weight=shares[task.name],
            )


def _collect_knob(graph: TaskGraph) -> Knob:
    reads = any(r.privilege is Privilege.READ for t in graph.tasks for r in t.requirements)
    collect = _choice("collected once read", "CollectMemory * *;", _COLLECT)
    return Knob(
        key="collect:*",
        group=Group.COLLECT,
        about="instances that are only read",
        choices=(LEAVE, collect) if reads else (LEAVE,),
        weight=0.1,
    )


def _index_knobs(graph: TaskGraph, machine: Machine, shares: dict[str, float]) -> Iterator[Knob]:
    """Yield a knob for all tasks launched over the same domain, then one for each of them."""
    together: dict[tuple[int, ...], list[str]] = {}
    for task in graph.tasks:
        kind = _kind(task, machine)
        if kind is None or machine.count(kind) * machine.nodes < 2:
            continue
        for domain in graph.domains_of(task.name):
            together.setdefault(domain, []).append(task.name)
    choices = (LEAVE, *_spreads(machine))
    launches = sorted(together.items())
    for domain, tasks in launches:
        extents = "x".join(map(str, domain))
        about = f"points of launches over {extents}"
        yield _index_knob(f"index:{extents}", about, choices, tasks, sum(shares[t] for t in tasks))
    for _, tasks in launches:
        for name in tasks if len(tasks) > 1 else ():
            yield _index_knob(f"index:{name}", f"points of {name}", choices, [name], shares[name])


def _spreads(machine: Machine) -> Iterator[Choice]:
    """Yield the ways to spread a launch.

    Where the processors share one memory little depends on them; elsewhere they decide how much
    data moves. Points on one processor cost all others' work.
    """
    far = machine.nodes > 1 or machine.count(ProcKind.GPU) > 1
    most = max((count for _, count in machine.procs), default=1) * machine.nodes
    for family in FAMILIES:
        prior = _SPREAD_FAR if far else _SPREAD_NEAR
        if family.name == "first":
            prior = -log(most)
        yield Choice(label=family.label, family=family.name, prior=prior)


def _index_knob(
    key: str, about: str, choices: tuple[Choice, ...], tasks: list[str], weight: float
) -> Knob:
    return Knob(
        key=key, group=Group.INDEX, about=about, choices=choices, weight=weight, tasks=tuple(tasks)
    )


def _arguments(graph: TaskGraph, shares: dict[str, float]) -> Iterator[tuple[str, str, str, float]]:
    """Yield label, task operand, region operand and weight of every argument, joint ones first."""
    users: dict[str, list[tuple[Task, Requirement]]] = {}
    for task in graph.tasks:
        for requirement in task.requirements:
            if requirement.names and requirement.fields:
                users.setdefault(requirement.names[0], []).append((task, requirement))
    for name in sorted(users):
        weight = sum(shares[t.name] * byte_share(t, r) for t, r in users[name])
        yield name, "*", word(name), min(weight, 1.0)
    for name in sorted(users):
        for task, requirement in users[name] if len(users[name]) > 1 else ():
            weight = shares[task.name] * byte_share(task, requirement)
            yield name, word(task.name), word(name), weight


def byte_share(task: Task, requirement: Requirement) -> float:
    """Return the share of a task's bytes that one argument holds; equal shares where unknown."""
    sizes = [r.bytes or 0 for r in task.requirements]
    if not sum(sizes):
        return 1 / max(1, len(task.requirements))
    return (requirement.bytes or 0) / sum(sizes)


def _choice(label: str, statement: str, prior: float) -> Choice:
    return Choice(label=label, statements=(statement,), family=label, prior=prior)


def _where(tasks: str) -> str:
    return "" if tasks == "*" else f" in {tasks}"
