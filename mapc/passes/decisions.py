"""Every decision about a task by its name, so that two policies can be compared.

Placement is not among them: what a function places is found out by evaluating it
(`mapc.passes.placements`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mapc.graph.difference import Side
from mapc.graph.taskgraph import Requirement, Task
from mapc.passes.resolve import collected_by, default_memories, memories_on
from mapc.policy import lookup
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.model import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The name of a decision, as in `mapc.graph.difference.Change`; arguments by their number."""

    what: str
    argument: int | None = None
    kind: ProcKind | None = None
    memory: MemKind | None = None


def decisions(policy: Policy, task: Task, kinds: Iterable[ProcKind]) -> dict[Key, Side]:
    """Return what a policy decides about a task that may run on some processor kinds.

    Layouts are those in the memories that the policy lists, or the default mapper would choose.
    """
    kinds = tuple(kinds)
    found = dict(_about_task(policy, task))
    for number, requirement in enumerate(task.requirements):
        found.update(_about_argument(policy, task, kinds, number, requirement))
    return found


def layout_in(policy: Policy, task: Task, key: Key) -> Side:
    """Return the layout that an argument would have in the memory of a key."""
    assert key.argument is not None
    assert key.memory is not None
    requirement = task.requirements[key.argument]
    rule = lookup.layout_rule(
        policy, task.name, requirement.index, requirement.names, key.memory, key.kind
    )
    return Side() if rule is None else Side(value=rule.layout, lines=(rule.span.line,))


def labels(task: Task) -> tuple[str, ...]:
    """Return what each argument is called; of several with one name the first keeps it."""
    taken: list[str] = []
    for number, requirement in enumerate(task.requirements):
        choices = (requirement.label, str(number), f"{requirement.label} #{number}")
        taken.append(next((one for one in choices if one not in taken), choices[-1]))
    return tuple(taken)


def _about_task(policy: Policy, task: Task) -> Iterator[tuple[Key, Side]]:
    rule = lookup.task_rule(policy, task.name)
    procs = tuple(kind.value for kind in rule.procs) if rule else ()
    yield Key(what="processors"), Side(value=procs, lines=(rule.span.line,) if rule else ())
    limit = lookup.limit_rule(policy, task.name)
    yield (
        Key(what="limit"),
        Side(value=limit.limit, lines=(limit.span.line,)) if limit else Side(),
    )
    replicate = lookup.replicate_rule(policy, task.name)
    lines = (replicate.span.line,) if replicate else ()
    yield Key(what="replicate"), Side(value=replicate is not None, lines=lines)


def _about_argument(
    policy: Policy,
    task: Task,
    kinds: tuple[ProcKind, ...],
    number: int,
    requirement: Requirement,
) -> Iterator[tuple[Key, Side]]:
    for kind in kinds:
        found = memories_on(policy, task, requirement, kind)
        names = tuple(memory.value for memory in found.memories)
        yield (
            Key(what="memories", argument=number, kind=kind),
            Side(value=names, lines=found.lines),
        )
        for memory in found.memories or default_memories(kind):
            if memory is not MemKind.VIRTUAL:
                key = Key(what="layout", argument=number, kind=kind, memory=memory)
                yield key, layout_in(policy, task, key)
    collect = collected_by(policy, task, requirement)
    lines = (collect.span.line,) if collect else ()
    yield Key(what="collect", argument=number), Side(value=collect is not None, lines=lines)
