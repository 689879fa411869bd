"""`mapc machines`: the machines that mapc knows, and what one of them is made of."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from mapc.cli.output import print_json


class MachineFormat(StrEnum):
    """How a machine is printed."""

    TEXT = "text"
    JSON = "json"
    DOT = "dot"


def machines(
    name: Annotated[
        str | None, typer.Argument(help="Machine to draw: a name or a file; all without.")
    ] = None,
    form: Annotated[MachineFormat, typer.Option("--format", help="How to print.")] = (
        MachineFormat.TEXT
    ),
) -> None:
    """List the machines that --machine takes, or draw one.

    Example: mapc machines p100x4
    """
    from mapc.graph.machine_dot import as_dot
    from mapc.graph.machine_text import as_json, as_text, columns
    from mapc.legion.machines import find_machine, known_machines

    if name is not None:
        machine = find_machine(name)
        if form is MachineFormat.JSON:
            print_json(as_json(machine))
        else:
            sys.stdout.write(as_dot(machine) if form is MachineFormat.DOT else as_text(machine))
        return
    if form is MachineFormat.DOT:
        raise typer.BadParameter("name the machine to draw", param_hint="NAME")
    found = [find_machine(known) for known in known_machines()]
    if form is MachineFormat.JSON:
        print_json({"machines": [as_json(machine) for machine in found]})
        return
    rows = [
        (
            machine.name,
            "1 node" if machine.nodes == 1 else f"{machine.nodes} nodes",
            ", ".join(f"{count} {kind}" for kind, count in machine.procs),
            "emulated" if machine.emulated else "real",
            machine.description,
        )
        for machine in found
    ]
    sys.stdout.write("\n".join(row.strip() for row in columns(rows)) + "\n")
