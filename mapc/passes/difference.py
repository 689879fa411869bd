"""Compare two mappings of one application, or two policies by the names in them.

A decision differs if the policies would have a task do something else, not if they say it in other
words, in another order, or with the names written out that `*` stands for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, permutations, product

from mapc.graph.difference import (
    DECISIONS,
    Basis,
    Change,
    Difference,
    PlacementChange,
    TaskChanges,
)
from mapc.graph.mapping import EVERY_TASK, Mapping
from mapc.graph.taskgraph import Origin, Requirement, Task
from mapc.passes.bind import rules
from mapc.passes.decisions import Key, decisions, labels, layout_in
from mapc.passes.launches import never_launched_so
from mapc.passes.placements import Comparison, Placements, placer
from mapc.passes.resolve import usable_kinds
from mapc.policy import lookup
from mapc.policy.canonical import canonical
from mapc.policy.kinds import DEFAULT_ORDER, MemKind, ProcKind
from mapc.policy.model import LayoutRule, PlaceRule, Policy, RegionRule
from mapc.syntax import ast
from mapc.syntax.walk import walk

_MEMORIES = tuple(MemKind)
_MOST_PAIRS = 400
"""Pairs of names that one argument may have, of a task whose arguments are not known."""


def difference(a: Mapping, b: Mapping) -> Difference:
    """Return which decisions of two mappings differ; their passes have run without errors."""
    comparison = Comparison(
        a=Placements(a.policy), b=Placements(b.policy), graph=a.graph, machine=a.machine
    )
    changed = []
    names = []
    placements: list[PlacementChange] = []
    for task in _tasks(a, b):
        names.append(task.name)
        kinds = _kinds(a, b, task)
        changes = tuple(_changes(a.policy, b.policy, task, kinds))
        if changes:
            one = TaskChanges(task=task.name, changes=changes, kinds=kinds, arguments=labels(task))
            changed.append(one)
        placements += _placements(comparison, task, kinds)
    return Difference(
        a=a.policy.source.name,
        b=b.policy.source.name,
        names=tuple(names),
        application=a.graph.application,
        machine=a.machine.name if a.machine is not None else "",
        tasks=tuple(changed),
        placements=tuple(placements),
    )


def _tasks(a: Mapping, b: Mapping) -> Iterator[Task]:
    """Yield every task that either mapping knows, with the arguments that either knows."""
    names = {task.name for graph in (a.graph, b.graph) for task in graph.tasks}
    if a.graph.origin is Origin.POLICY:
        # A function may place a task that no statement names.
        names.update(_named_in_functions(a.policy), _named_in_functions(b.policy))
    for name in sorted(names, key=lambda name: (name == EVERY_TASK, name)):
        found = [
            graph.by_name.get(name) or graph.by_name.get(EVERY_TASK) or Task(name=name)
            for graph in (a.graph, b.graph)
        ]
        arguments = {(r.index, r.names): r for task in found for r in task.requirements}
        yield replace(found[0], name=name, requirements=tuple(arguments.values()))


def _named_in_functions(policy: Policy) -> Iterator[str]:
    for function in policy.functions:
        yield from (node.value for node in walk(function) if isinstance(node, ast.NameLiteral))


def _kinds(a: Mapping, b: Mapping, task: Task) -> tuple[ProcKind, ...]:
    """Return the kinds on which either policy may run a task.

    Where nothing is known of its variants or the machine, also those that a policy speaks of.
    """
    kinds = {*usable_kinds(a, task), *usable_kinds(b, task)}
    ruled = all(lookup.task_rule(one.policy, task.name) is not None for one in (a, b))
    if not (ruled or task.variants or a.machine is not None):
        kinds.update(_spoken(a.policy), _spoken(b.policy))
    return tuple(kind for kind in DEFAULT_ORDER if kind in kinds)


def _spoken(policy: Policy) -> Iterator[ProcKind]:
    for rule in rules(policy):
        match rule:
            case RegionRule(proc=ProcKind() as kind) | LayoutRule(kind=ProcKind() as kind):
                yield kind
            case PlaceRule(task=ProcKind() as kind):
                yield kind


# --- decisions -----------------------------------------------------------------------------------


def _changes(a: Policy, b: Policy, task: Task, kinds: tuple[ProcKind, ...]) -> Iterator[Change]:
    """Yield the decisions about a task that differ, beside its placement."""
    changed = set()
    for change in _differing(a, b, task, kinds, labels(task)):
        changed.add(change.argument)
        yield change
    if task.complete:
        return
    # An argument may have several of the names; where one of them alone makes a difference,
    # nothing is added by another beside it.
    pairs = [
        pair
        for pair in islice(_pairs(task.requirements), _MOST_PAIRS)
        if changed.isdisjoint((*pair.names, *({str(pair.index)} - {"None"})))
    ]
    both = replace(task, requirements=tuple(pairs))
    for change in _differing(a, b, both, kinds, tuple(map(_pair_label, pairs))):
        if change.argument is not None:
            yield change


def _pair_label(pair: Requirement) -> str:
    return " of ".join(pair.names) if pair.index is None else f"{pair.index} ({pair.names[0]})"


def _differing(
    a: Policy, b: Policy, task: Task, kinds: tuple[ProcKind, ...], names: Sequence[str]
) -> Iterator[Change]:
    """Yield the decisions that differ; `names` are those of the arguments."""
    decided_a, decided_b = decisions(a, task, kinds), decisions(b, task, kinds)
    for key in sorted({**decided_a, **decided_b}, key=lambda key: _order(key, kinds)):
        left = decided_a.get(key) or layout_in(a, task, key)
        right = decided_b.get(key) or layout_in(b, task, key)
        if left.value != right.value:
            yield Change(
                what=key.what,
                a=left,
                b=right,
                argument=None if key.argument is None else names[key.argument],
                kind=key.kind,
                memory=key.memory,
            )


def _order(key: Key, kinds: tuple[ProcKind, ...]) -> tuple[int, ...]:
    """Return what puts a task's own decisions first, then each argument's in the order of kinds."""
    return (
        -1 if key.argument is None else key.argument,
        DECISIONS.index(key.what),
        -1 if key.kind is None else kinds.index(key.kind),
        -1 if key.memory is None else _MEMORIES.index(key.memory),
    )


def _pairs(requirements: tuple[Requirement, ...]) -> Iterator[Requirement]:
    """Yield arguments with two of the names that the policies speak of, in either order."""
    numbers = [one.index for one in requirements if one.index is not None and not one.names]
    names = [one.names[0] for one in requirements if one.index is None and one.names]
    for number, name in product(numbers, names):
        yield Requirement(index=number, names=(name,))
    for pair in permutations(names, 2):
        yield Requirement(index=None, names=pair)


# --- placement -----------------------------------------------------------------------------------


def _placements(
    comparison: Comparison, task: Task, kinds: tuple[ProcKind, ...]
) -> Iterator[PlacementChange]:
    a, b = comparison.a.policy, comparison.b.policy
    for single in (False, True):
        if never_launched_so(comparison.graph, task.name, index=not single):
            continue
        find = lookup.single_map_rule if single else lookup.index_map_rule
        found: dict[tuple[PlaceRule | None, PlaceRule | None], list[ProcKind]] = {}
        for kind in kinds:
            pair = find(a, task.name, kind), find(b, task.name, kind)
            found.setdefault(pair, []).append(kind)
        for (left, right), on in found.items():
            if left is None or right is None:
                if left is not right:
                    yield PlacementChange(
                        task=task.name,
                        single=single,
                        kinds=tuple(on),
                        basis=Basis.DEFAULT,
                        a=placer(left),
                        b=placer(right),
                    )
            elif canonical(a, left.function) != canonical(b, right.function):
                yield comparison.compare(task.name, tuple(on), left, right, single=single)
