"""What a run saw, merged into what the sources say; each fact says where it comes from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mapc.analyze.result import (
    Analysis,
    LaunchFacts,
    LaunchRun,
    Note,
    RequirementFacts,
    TaskFacts,
    TaskRun,
    VariantFacts,
)
from mapc.graph.observe import from_records
from mapc.graph.taskgraph import Launch, Requirement, Task, TaskGraph

RUN = "run"
Record = Mapping[str, Any]


def with_run(found: Analysis, records: Iterable[Record]) -> Analysis:
    """Return the analysis with the `seen` and `timing` records of a run.

    A domain that only the run knows is filled in. Tasks and launches that only the run knows are
    added, each with a note, because the analysis missed them.
    """
    every = tuple(records)
    seen = from_records("", every)
    launches = [_launch(one, seen) for one in found.launches]
    tasks = [_task(one, seen, every) for one in found.tasks]
    names = {one.name for one in tasks}
    new_tasks = [_new_task(one, seen, every) for one in seen.tasks if one.name not in names]
    new_launches = list(_new_launches(found, seen))
    missed = [*(f"the task {one.name}" for one in new_tasks)]
    missed += [f"a launch of {one.task} in {one.inside}" for one in new_launches]
    notes = [Note(what=f"{what} was seen in the run only", file="", line=0) for what in missed]
    return replace(
        found,
        tasks=(*tasks, *new_tasks),
        launches=(*launches, *new_launches),
        notes=(*found.notes, *notes),
    )


def _task(one: TaskFacts, seen: TaskGraph, records: Iterable[Record]) -> TaskFacts:
    return replace(one, seen=_timing(one.name, records)) if one.name in seen.by_name else one


def _timing(name: str, records: Iterable[Record]) -> TaskRun:
    """Return how often a task ran on all ranks, and for how long."""
    own = [r for r in records if r.get("event") == "timing" and r.get("task") == name]
    if not own:
        return TaskRun()
    return TaskRun(
        count=sum(int(record.get("count", 0)) for record in own),
        seconds=round(sum(float(record["seconds"]) for record in own), 6),
    )


def _launch(one: LaunchFacts, seen: TaskGraph) -> LaunchFacts:
    """Return a launch with what the run says of launches like it."""
    alike = [launch for launch in seen.launches_of(one.task) if _is_like(one, launch)]
    if not alike:
        return one
    domains = tuple(launch.domain for launch in alike if launch.domain)
    made = replace(one, seen=LaunchRun(domains=domains, bytes=_bytes(seen.by_name[one.task])))
    if one.domain or len(domains) != 1 or one.dim not in (None, len(domains[0])):
        return made
    return replace(made, dim=len(domains[0]), domain=domains[0], domain_origin=RUN)


def _is_like(one: LaunchFacts, launch: Launch) -> bool:
    """Whether a launch in the sources may be the one that a run saw."""
    if launch.parent != one.inside:
        return False
    return one.kind == "must_epoch" or launch.is_index == (one.kind == "index")


def _bytes(task: Task) -> tuple[int | None, ...]:
    return tuple(one.bytes for one in sorted(task.requirements, key=lambda r: r.index or 0))


def _new_task(one: Task, seen: TaskGraph, records: Iterable[Record]) -> TaskFacts:
    return TaskFacts(
        name=one.name,
        id=next((int(r["id"]) for r in records if r.get("task") == one.name and "id" in r), None),
        function="",
        variants=tuple(
            VariantFacts(kind=kind.value, leaf=None, inner=None, idempotent=None, replicable=None)
            for kind in one.variants
        ),
        top_level=any(not launch.parent for launch in seen.launches_of(one.name)),
        origin=RUN,
        seen=_timing(one.name, records),
    )


def _new_launches(found: Analysis, seen: TaskGraph) -> Iterator[LaunchFacts]:
    """Yield the launches that the sources do not have; the first task is launched by none."""
    for launch in seen.launches:
        known = (one for one in found.launches if one.task == launch.task)
        if not launch.parent or any(_is_like(one, launch) for one in known):
            continue
        task = seen.by_name[launch.task]
        yield LaunchFacts(
            kind="index" if launch.is_index else "single",
            task=launch.task,
            inside=launch.parent,
            dim=len(launch.domain) or None,
            domain=launch.domain,
            requirements=tuple(map(_requirement, task.requirements)),
            origin=RUN,
            domain_origin=RUN,
            seen=LaunchRun(domains=(launch.domain,) if launch.domain else (), bytes=_bytes(task)),
        )


def _requirement(one: Requirement) -> RequirementFacts:
    """Return a requirement; a run gives its names, the most specific first."""
    return RequirementFacts(
        index=one.index or 0,
        region=one.names[0] if one.names else "",
        parent=one.names[-1] if one.names else "",
        privilege=one.privilege.value,
        fields=one.fields,
        names=one.names,
    )
