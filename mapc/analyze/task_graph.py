"""The task graph of an analysis: the representation on which the passes work."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mapc.analyze.result import Analysis, LaunchFacts, RequirementFacts, TaskFacts, VariantFacts
from mapc.graph.taskgraph import Launch, Origin, Privilege, Requirement, Task, TaskGraph
from mapc.policy.kinds import ProcKind

UNKNOWN_NAMES = ("the name of a region or partition", "what a name is attached to")
"""How the notes about names begin that only a run knows."""
_UNKNOWN_TASK = "unknown"
_PRIVILEGES = {"WRITE_ONLY": Privilege.WRITE_DISCARD}


def task_graph(analysis: Analysis, application: str = "") -> TaskGraph:
    """Return the graph that an analysis gives.

    A task is complete if all its requirements are known: the program was understood, and every
    launch of the task says what it is for. Launches are in the order of the program.
    """
    launches: dict[str, list[LaunchFacts]] = {}
    for launch in analysis.launches:
        launches.setdefault(launch.task, []).append(launch)
    same_name: dict[str, list[TaskFacts]] = {}
    for facts in analysis.tasks:
        same_name.setdefault(facts.name, []).append(facts)
    understood = analysis.complete and not analysis.messages and _UNKNOWN_TASK not in launches
    tasks = [
        _task(name, facts, launches.get(name, []), understood=understood)
        for name, facts in sorted(same_name.items())
    ]
    first = [Launch(task=facts.name) for facts in analysis.tasks if facts.top_level]
    ways = [way for launch in analysis.launches if (way := _way(launch)).task in same_name]
    return TaskGraph(
        application=application,
        origin=Origin.ANALYZED,
        tasks=tuple(tasks),
        launches=tuple(dict.fromkeys((*first, *ways))),
        region_names=_region_names(analysis),
        more_regions=not understood
        or any(note.what.startswith(UNKNOWN_NAMES) for note in analysis.notes),
    )


def _task(
    name: str, facts: list[TaskFacts], launches: list[LaunchFacts], *, understood: bool
) -> Task:
    variants = [variant for one in facts for variant in one.variants]
    launched = bool(launches) or any(one.top_level for one in facts)
    sure = all(_is_known(one) for launch in launches for one in launch.requirements)
    return Task(
        name=name,
        variants=_kinds(variants),
        requirements=_requirements(launches),
        complete=understood and launched and sure,
        replicable=_replicable(variants),
        constrained=tuple(
            dict.fromkeys(
                (ProcKind(variant.kind), number)
                for variant in variants
                if variant.kind in set(ProcKind)
                for number in variant.layouts
            )
        ),
    )


def _kinds(variants: Iterable[VariantFacts]) -> tuple[ProcKind, ...]:
    """Return the kinds with a variant in the order of the language; none if one is not known."""
    kinds = {variant.kind for variant in variants}
    return () if "UNKNOWN" in kinds else tuple(kind for kind in ProcKind if kind.value in kinds)


def _replicable(variants: Iterable[VariantFacts]) -> bool | None:
    answers = {variant.replicable for variant in variants}
    return True if True in answers else None if None in answers or not answers else False


def _is_known(requirement: RequirementFacts) -> bool:
    """Whether a requirement is this, or one of its alternatives, and there are no more of it."""
    return (
        requirement.known
        and not requirement.repeated
        and all(_is_known(one) for one in requirement.alternatives)
    )


def _requirements(launches: list[LaunchFacts]) -> tuple[Requirement, ...]:
    """Return the requirements of the launch that has most, then what stands elsewhere for them."""
    if not launches:
        return ()
    richest = max(launches, key=lambda launch: len(launch.requirements))
    first = {one.index: _requirement(one) for one in richest.requirements}
    others: dict[tuple[int, tuple[str, ...]], Requirement] = {}
    for launch in launches:
        for facts in launch.requirements:
            for one in map(_requirement, _all(facts)):
                assert one.index is not None
                main = first.setdefault(one.index, one)
                if one.names == main.names:
                    first[one.index] = _merged(main, one)
                else:
                    key = one.index, one.names
                    others[key] = _merged(others.get(key, one), one)
    return (*first.values(), *(others[key] for key in sorted(others)))


def _all(facts: RequirementFacts) -> Iterator[RequirementFacts]:
    yield facts
    yield from facts.alternatives


def _requirement(facts: RequirementFacts) -> Requirement:
    return Requirement(
        index=facts.index,
        names=facts.names,
        privilege=privilege_of(facts.privilege),
        fields=facts.fields,
    )


def privilege_of(name: str) -> Privilege:
    """Return a privilege without its masks; what discards nothing but the output is as it is."""
    base = name.partition("|")[0]
    known = _PRIVILEGES.get(base, base)
    return Privilege(known) if known in set(Privilege) else Privilege.UNKNOWN


def _merged(one: Requirement, other: Requirement) -> Requirement:
    """Return what a requirement is in one launch or another: all fields, the wider privilege."""
    fields = tuple(dict.fromkeys((*one.fields, *other.fields)))
    return replace(one, fields=fields, privilege=_wider(one.privilege, other.privilege))


def _wider(one: Privilege, other: Privilege) -> Privilege:
    both = {one, other}
    if len(both) == 1:
        return one
    if Privilege.UNKNOWN in both:
        return Privilege.UNKNOWN
    if Privilege.NONE in both:
        return (both - {Privilege.NONE}).pop()
    return Privilege.READ_WRITE


def _way(launch: LaunchFacts) -> Launch:
    is_index = launch.kind == "index" or launch.dim is not None
    return Launch(
        task=launch.task,
        parent=launch.inside,
        domain=launch.domain,
        unsized=is_index and not launch.domain,
    )


def _region_names(analysis: Analysis) -> tuple[str, ...]:
    """Return all names that are attached to regions and partitions."""
    names = {region.name for region in analysis.regions}
    names.update(partition.name for partition in analysis.partitions)
    for launch in analysis.launches:
        for facts in launch.requirements:
            names.update(name for one in _all(facts) for name in one.names)
    return tuple(sorted(names))
