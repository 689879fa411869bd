"""Which rules compete for every decision, and which of them win.

Looks at more than `resolve` shows: at every processor kind on which a task may run, and at every
memory in which an instance may lie, so that a rule that never wins decides nothing in any run.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import Privilege, Requirement, Task
from mapc.passes.launches import never_launched_so
from mapc.passes.resolve import kinds_of
from mapc.policy import lookup
from mapc.policy.kinds import REACHES, MemKind, ProcKind
from mapc.policy.model import RegionRule, Rule

R = TypeVar("R", bound=Rule)


@dataclass(slots=True)
class Contests:
    """The outcome of all contests; rules are known by `id`, for they live as long as the policy."""

    winners: set[int] = field(default_factory=set)
    losers: dict[int, dict[int, None]] = field(default_factory=dict)
    """The lines of the rules that won where this one competed."""
    unusable: dict[int, dict[ProcKind, None]] = field(default_factory=dict)
    """The kinds that can address none of the memories of a rule."""
    runs_on: dict[ProcKind, None] = field(default_factory=dict)
    """Every kind on which some task may run."""

    @classmethod
    def of(cls, mapping: Mapping) -> "Contests":
        """Hold every contest of a mapping whose graph is bound to the policy."""
        contests = cls()
        for task in mapping.graph.tasks:
            contests._task(mapping, task)
        return contests

    def _task(self, mapping: Mapping, task: Task) -> None:
        index = mapping.policy.index
        for table in (index.tasks, index.limits, index.replicates):
            self._first(table.get(key) for key in (task.name, None))
        kinds = possible_kinds(mapping, task)
        self.runs_on.update(dict.fromkeys(kinds))
        for is_index, maps in ((True, index.index_maps), (False, index.single_maps)):
            if never_launched_so(mapping.graph, task.name, index=is_index):
                continue
            for kind in kinds:
                keys = ((str, task.name), (ProcKind, kind), (type(None), None))
                self._first(maps.get(key) for key in keys)
        for requirement in task.requirements:
            self._argument(mapping, task, kinds, requirement)

    def _argument(
        self, mapping: Mapping, task: Task, kinds: Sequence[ProcKind], requirement: Requirement
    ) -> None:
        index = mapping.policy.index
        levels = tuple(lookup.levels(task.name, requirement.index, requirement.names))
        for kind in kinds:
            regions: list[RegionRule] = []
            for level in levels:
                pair = (index.regions.get((*level, kind)), index.regions.get((*level, None)))
                regions += [rule for rule in pair if rule is not None][:1]
                if all(pair):
                    self._lose(pair[1], pair[0])
            usable = self._memories(regions, kind)
            for memory in usable if usable and task.complete else REACHES[kind]:
                if memory is not MemKind.VIRTUAL:
                    self._first(
                        index.layouts.get((*level, by))
                        for level in levels
                        for by in (memory, kind, None)
                    )
        if requirement.privilege in {Privilege.READ, Privilege.UNKNOWN}:
            self._first(index.collects.get(level) for level in levels)

    def _memories(self, regions: list[RegionRule], kind: ProcKind) -> tuple[MemKind, ...]:
        """Let the lists for one argument compete; return the memories that can be addressed."""
        came_from: dict[MemKind, RegionRule] = {}
        for rule in regions:
            usable = [memory for memory in rule.mems if memory in REACHES[kind]]
            if not usable:
                self.unusable.setdefault(id(rule), {}).setdefault(kind)
            elif all(memory in came_from for memory in usable):
                for memory in usable:
                    self._lose(rule, came_from[memory])
            else:
                self.winners.add(id(rule))
            for memory in usable:
                came_from.setdefault(memory, rule)
        return tuple(came_from)

    def _first(self, candidates: Iterable[Rule | None]) -> None:
        """Let the first of some rules win."""
        present = [rule for rule in candidates if rule is not None]
        if not present:
            return
        self.winners.add(id(present[0]))
        for rule in present[1:]:
            self._lose(rule, present[0])

    def _lose(self, rule: Rule | None, winner: Rule | None) -> None:
        if rule is not None and winner is not None and rule is not winner:
            self.losers.setdefault(id(rule), {}).setdefault(winner.span.line)


def possible_kinds(mapping: Mapping, task: Task) -> tuple[ProcKind, ...]:
    """Return every kind on which a task may run, as far as anybody can tell.

    A statement for `*` says little about a task whose variants are not known: the default mapper
    decides where no kind of the statement has one.
    """
    machine = mapping.machine
    present = machine.kinds if machine is not None and machine.kinds else tuple(ProcKind)
    known = tuple(kind for kind in task.variants if kind in present) or task.variants or present
    rule = lookup.task_rule(mapping.policy, task.name)
    shown = kinds_of(mapping, task)
    if rule is None:
        return tuple(dict.fromkeys((*shown, *known)))
    if task.variants:
        fits = set(rule.procs) & set(known)
    else:
        fits = set(rule.procs) if rule.task is not None else set()
    return rule.procs if fits else tuple(dict.fromkeys((*shown, *known)))
