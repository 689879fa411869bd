"""Find a machine by the name or the file that users give, and share it out to ranks."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mapc.graph.machine import Machine
from mapc.legion.failures import failure
from mapc.legion.probe import host_machine, shared_out
from mapc.text import ExitCode
from mapc.text.codes import NO_SUCH_MACHINE, TOO_MANY_RANKS
from mapc.text.nearest import did_you_mean

if TYPE_CHECKING:
    from mapc.legion.machine_file import Site

_HOST_NAMES = ("host", "auto")


def known_machines() -> tuple[str, ...]:
    """Return the names that `find_machine` knows."""
    return ("host",)


def find_machine(name: str) -> Machine:
    """Return a machine by name; `host` and `auto` are the one mapc runs on."""
    return host_machine() if name in _HOST_NAMES else find_site(name).machine


def find_site(name: str, ranks: int | None = None) -> "Site":
    """Return a machine with a node for every rank, and how ranks are started there.

    `name` may be a file. Without `ranks` the file's nodes count, and one rank is run on the host;
    ranks of the host share its processors and memory.
    """
    # Importing pydantic takes longer than many a check.
    from mapc.legion.machine_file import Site, read_machine_file

    if name in _HOST_NAMES:
        host = host_machine()
        return Site(machine=host if ranks is None else shared_out(host, ranks))
    if not (name.endswith(".toml") or os.sep in name):
        advice = did_you_mean(name, known_machines())
        raise _unknown(f"there is no machine `{name}`", advice)
    path = Path(name).expanduser()
    if not path.is_file():
        raise _unknown(
            f"there is no machine file {name}", "give the path of a TOML file, or `host`"
        )
    site = read_machine_file(path)
    nodes = site.machine.nodes
    if ranks is not None and ranks > nodes:
        raise failure(
            TOO_MANY_RANKS,
            f"{ranks} ranks are asked for, but the machine {site.machine.name} has"
            f" {nodes} {'node' if nodes == 1 else 'nodes'}",
            help=f"use `--ranks {nodes}`, or write `nodes = {ranks}` in {name}",
            exit_code=ExitCode.USAGE,
        )
    return replace(site, machine=replace(site.machine, nodes=ranks or nodes))


def _unknown(message: str, advice: str) -> Exception:
    return failure(NO_SUCH_MACHINE, message, help=advice, exit_code=ExitCode.USAGE)
