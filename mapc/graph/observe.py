"""TaskGraph from what a running mapper saw (its `seen` and `timing` records).

The generated mapper logs every task it is asked about: requirements with names, privileges, fields
and sizes, variants, launch domain. That makes the graph of any Legion program without its sources,
at the price of one short run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mapc.graph.taskgraph import Launch, Origin, Privilege, Requirement, Task, TaskGraph
from mapc.policy.kinds import ProcKind


def from_records(application: str, records: Iterable[Mapping[str, Any]]) -> TaskGraph:
    """Return the graph that the records of one or more ranks describe."""
    tasks: dict[str, Task] = {}
    launches: dict[Launch, None] = {}
    seconds: dict[str, float] = {}
    for record in records:
        match record.get("event"):
            case "seen":
                task = _task(record)
                tasks[task.name] = _merge(tasks.get(task.name), task)
                launches.setdefault(_launch(record))
            case "timing":
                name = str(record["task"])
                seconds[name] = seconds.get(name, 0.0) + float(record["seconds"])
            case _:
                pass
    return TaskGraph(
        application=application,
        origin=Origin.OBSERVED,
        tasks=tuple(_timed(tasks[name], seconds.get(name)) for name in sorted(tasks)),
        launches=tuple(sorted(launches, key=lambda x: (x.task, x.parent, x.domain))),
    )


def _task(record: Mapping[str, Any]) -> Task:
    return Task(
        name=str(record["task"]),
        variants=tuple(ProcKind(kind) for kind in record.get("variants", ())),
        requirements=tuple(_requirement(item) for item in record.get("requirements", ())),
        complete=True,
    )


def _requirement(item: Mapping[str, Any]) -> Requirement:
    privilege = str(item.get("privilege", ""))
    known = privilege in set(Privilege)
    return Requirement(
        index=int(item["index"]),
        names=tuple(map(str, item.get("names", ()))),
        privilege=Privilege(privilege) if known else Privilege.UNKNOWN,
        fields=tuple(map(str, item.get("fields", ()))),
        bytes=int(item["bytes"]) if item.get("bytes") is not None else None,
    )


def _launch(record: Mapping[str, Any]) -> Launch:
    domain = tuple(map(int, record.get("domain", ()))) if record.get("index") else ()
    return Launch(task=str(record["task"]), parent=str(record.get("parent") or ""), domain=domain)


def _merge(old: Task | None, new: Task) -> Task:
    """Return the richer of two sightings: a task may be launched with more or fewer arguments."""
    if old is None or len(new.requirements) > len(old.requirements):
        return new
    return old


def _timed(task: Task, seconds: float | None) -> Task:
    return replace(task, seconds=seconds)
