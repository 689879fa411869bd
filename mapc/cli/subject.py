"""What a policy is checked against: the application and the machine that options name."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapc.graph.machine import Machine
    from mapc.graph.taskgraph import TaskGraph


def subject(app: str | None, machine: str | None) -> "tuple[TaskGraph | None, Machine | None]":
    """Return the names of an application and a machine, None for what is not named.

    Raises MapcError for an unknown application or machine.
    """
    graph = described = application = None
    if app is not None:
        from mapc.legion.app_file import find_application
        from mapc.legion.names import names_of

        application = find_application(app)
        graph = names_of(application)
    if machine is not None:
        from mapc.legion.machines import find_machine

        described = find_machine(machine, application)
    return graph, described
