"""A digest of what a mapping decides, the same for policies between which nothing differs."""

import hashlib
import json
from collections.abc import Iterator

from mapc.graph.difference import value_json
from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import Task
from mapc.passes.decisions import decisions
from mapc.passes.launch_samples import launches_to_try
from mapc.passes.launches import never_launched_so
from mapc.passes.placements import Placements
from mapc.passes.resolve import usable_kinds
from mapc.policy import lookup
from mapc.policy.canonical import canonical
from mapc.policy.kinds import ProcKind


def signature_of(mapping: Mapping) -> str:
    """Return a digest of what a mapping decides, whatever the text that decides it.

    Where launch domains and machine are known, an index map counts as the placements it evaluates
    to; otherwise placement functions count as programs, whatever their names are.
    """
    placements = Placements(mapping.policy)
    decided = []
    for task in mapping.graph.tasks:
        kinds = usable_kinds(mapping, task)
        own = [
            [key.what, key.argument, key.kind, key.memory, value_json(side.value)]
            for key, side in decisions(mapping.policy, task, kinds).items()
        ]
        decided.append([task.name, own, list(_placed(mapping, placements, task, kinds))])
    text = json.dumps(decided, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _placed(
    mapping: Mapping, placements: Placements, task: Task, kinds: tuple[ProcKind, ...]
) -> Iterator[list[object]]:
    """Yield, for every kind, how tasks are placed in either way of launching them."""
    kept: dict[str, object] = {}
    for kind in kinds:
        index = lookup.index_map_rule(mapping.policy, task.name, kind)
        if index is not None and not never_launched_so(mapping.graph, task.name, index=True):
            if index.function not in kept:
                kept[index.function] = _tables(mapping, placements, task, index.function)
            yield ["index", kind, kept[index.function]]
        single = lookup.single_map_rule(mapping.policy, task.name, kind)
        if single is not None and not never_launched_so(mapping.graph, task.name, index=False):
            yield ["single", kind, canonical(mapping.policy, single.function)]


def _tables(mapping: Mapping, placements: Placements, task: Task, function: str) -> object:
    """Return where every point of the known launches goes, or the program where that is open."""
    launches = launches_to_try(mapping.graph, mapping.machine, task.name)
    tables: list[object] = []
    for domain in launches.domains if launches.known else ():
        spots = placements.spots(function, task.name, domain, launches.shapes[0])
        if isinstance(spots, str):
            return canonical(mapping.policy, function)
        tables.append([domain, [[spot.kind, *spot.processors] for spot in spots]])
    return tables or canonical(mapping.policy, function)
