"""Find a machine by the name or the file that users give, and share it out to ranks."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mapc.graph.machine import Machine
from mapc.legion.cuda import gpu_devices
from mapc.legion.failures import failure
from mapc.legion.machine_models import model_file, model_names
from mapc.legion.probe import host_machine, shared_out
from mapc.policy.kinds import ProcKind
from mapc.text import ExitCode
from mapc.text.codes import NO_SUCH_MACHINE, TOO_MANY_RANKS
from mapc.text.nearest import did_you_mean

if TYPE_CHECKING:
    from mapc.legion.application import Application
    from mapc.legion.machine_file import Site

HOST = "host"
AUTO = "auto"


def known_machines() -> tuple[str, ...]:
    """Return the names that `find_machine` knows."""
    return (HOST, *model_names())


def find_machine(name: str, app: "Application | None" = None) -> Machine:
    """Return a machine by name or file; what `auto` means is decided by `chosen_machine`."""
    name = chosen_machine(name, app)
    return host_machine() if name == HOST else find_site(name).machine


def chosen_machine(name: str, app: "Application | None" = None) -> str:
    """Return what `auto` stands for; another name as it is.

    The real machine when it has a GPU, or the application could not use one; else the machine
    that the application's experiments refer to.
    """
    if name != AUTO:
        return name
    if app is None or not app.file.machine.reference or not _uses_gpus(app) or gpu_devices():
        return HOST
    return app.file.machine.reference


def find_site(name: str, ranks: int | None = None, app: "Application | None" = None) -> "Site":
    """Return a machine with a node for every rank, and how ranks are started there.

    `name` may be a file. Without `ranks` the file's nodes count, and one rank is run on the host;
    ranks of the host share its processors and memory. Where `auto` means a machine of too few
    nodes, it is the model of several such (`p100x4-2n` for two of `p100x4`), else the host.
    """
    # Importing pydantic takes longer than many a check.
    from mapc.legion.machine_file import Site, read_machine_file

    chosen = chosen_machine(name, app)
    referred_by = app if name == AUTO else None
    if referred_by is not None and chosen != HOST and (ranks or 1) > 1:
        nodes = read_machine_file(_file_of(chosen, referred_by)).machine.nodes
        chosen = chosen if nodes >= (ranks or 1) else _with_nodes(chosen, ranks or 1)
    if chosen == HOST:
        host = host_machine()
        return Site(machine=host if ranks is None else shared_out(host, ranks))
    site = read_machine_file(_file_of(chosen, referred_by))
    nodes = site.machine.nodes
    if ranks is not None and ranks > nodes:
        raise failure(
            TOO_MANY_RANKS,
            f"{ranks} ranks are asked for, but the machine {site.machine.name} has"
            f" {nodes} {'node' if nodes == 1 else 'nodes'}",
            help=_more_nodes(chosen, nodes, ranks),
            exit_code=ExitCode.USAGE,
        )
    return replace(site, machine=replace(site.machine, nodes=ranks or nodes))


def _file_of(name: str, referred_by: "Application | None") -> Path:
    if name in model_names():
        return model_file(name)
    if not (name.endswith(".toml") or os.sep in name):
        advice = did_you_mean(name, known_machines())
        if referred_by is not None:
            file = referred_by.folder / "app.toml"
            advice = (
                f"{advice}\ncorrect `reference` in `[machine]` of {file}, or use another machine"
            )
        raise _unknown(f"there is no machine `{name}`", advice)
    path = Path(name).expanduser()
    if not path.is_file():
        raise _unknown(
            f"there is no machine file {name}", "give the path of a TOML file, or `host`"
        )
    return path


def _with_nodes(name: str, ranks: int) -> str:
    several = f"{name}-{ranks}n"
    return several if several in model_names() else HOST


def _uses_gpus(app: "Application") -> bool:
    return any(ProcKind.GPU in task.variants for task in app.file.tasks.values())


def _more_nodes(name: str, nodes: int, ranks: int) -> str:
    if name in model_names():
        return (
            f"use `--ranks {nodes}`, or a machine file of your own with"
            f' `based_on = "{name}"` and `nodes = {ranks}`'
        )
    return f"use `--ranks {nodes}`, or write `nodes = {ranks}` in {name}"


def _unknown(message: str, advice: str) -> Exception:
    return failure(NO_SUCH_MACHINE, message, help=advice, exit_code=ExitCode.USAGE)
