"""What an application's description tells about its tasks and regions."""

from collections.abc import Iterator

from mapc.graph.taskgraph import Launch, Origin, Requirement, Task, TaskGraph, from_names
from mapc.legion.application import AppFile, Application, RequirementTable, TaskTable


def names_of(application: Application) -> TaskGraph:
    """Return the graph of an application as far as its description tells."""
    return graph_of(application.file)


def graph_of(file: AppFile) -> TaskGraph:
    """Return the graph that a description gives.

    A description that lists no names at all says nothing, so that none can be missing from it.
    """
    name, names, tables = file.app.name, file.names, file.tasks
    if not names.tasks and not names.regions and not tables:
        return TaskGraph(application=name)
    if not tables:
        return from_names(name, names.tasks, names.regions)
    every = sorted({*names.tasks, *tables})
    return TaskGraph(
        application=name,
        origin=Origin.DESCRIBED,
        tasks=tuple(_task(task, tables.get(task, TaskTable())) for task in every),
        launches=tuple(
            launch for task in sorted(tables) for launch in _launches(task, tables[task])
        ),
        region_names=tuple(sorted(set(names.regions))),
    )


def _task(name: str, table: TaskTable) -> Task:
    return Task(
        name=name,
        variants=tuple(table.variants),
        requirements=tuple(
            _requirement(index, one) for index, one in enumerate(table.requirements or ())
        ),
        complete=table.requirements is not None,
        replicable=table.replicable,
    )


def _requirement(index: int, table: RequirementTable) -> Requirement:
    names = (table.region, table.partition, table.parent)
    return Requirement(
        index=index,
        names=tuple(dict.fromkeys(name for name in names if name)),
        privilege=table.privilege,
        fields=tuple(table.fields),
    )


def _launches(task: str, table: TaskTable) -> Iterator[Launch]:
    """Yield the ways in which a task is launched; none where that is not known."""
    if table.domain or table.launch in {"index", "both"}:
        yield Launch(task=task, domain=tuple(table.domain), unsized=not table.domain)
    if table.launch in {"single", "both"}:
        yield Launch(task=task)
