"""What an application's description tells about its tasks and regions: their names."""

from mapc.graph.taskgraph import TaskGraph, from_names
from mapc.legion.application import Application


def names_of(application: Application) -> TaskGraph:
    """Return the names of an application's tasks and regions.

    A description that lists no names at all says nothing, so that none can be missing from it.
    """
    names = application.file.names
    if not names.tasks and not names.regions:
        return TaskGraph(application=application.name)
    return from_names(application.name, names.tasks, names.regions)
