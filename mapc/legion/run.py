"""Run a built application on Legion, with the mapper under test or with its own."""

import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from mapc.graph.machine import Machine
from mapc.legion.app_build import BuiltApplication
from mapc.legion.launch import LaunchSpec, launch
from mapc.legion.launchers import LOCAL, Launcher
from mapc.legion.memory import available_megabytes
from mapc.legion.outcome import Outcome
from mapc.legion.probe import machine_flags
from mapc.legion.ranks import run_ranks
from mapc.legion.runtime import LegionRuntime

# The log goes to standard error because abort() loses what is still in standard output's buffer.
# safe_mapper turns silent failures into messages; automatic tracing would replay old decisions
# without asking the mapper.
_ALWAYS = ("-logfile", "stderr", "-lg:safe_mapper", "-lg:no_auto_tracing")


def run_application(
    app: BuiltApplication,
    runtime: LegionRuntime,
    machine: Machine,
    *,
    mapper: Path | None = None,
    args: Sequence[str] = (),
    runtime_args: Sequence[str] = (),
    timeout: float | None = None,
    extra_env: Mapping[str, str] | None = None,
    memory_limit: int | None = None,
    folder: Path | None = None,
    cancel: threading.Event | None = None,
    launcher: Launcher = LOCAL,
) -> Outcome:
    """Run an application, a rank for every node of the machine, and return how that ended.

    `args` are the preset's, `runtime_args` more options for Legion, such as profiling. Without a
    `memory_limit` a run may take nine tenths of what is free.
    """
    limit = memory_limit or available_megabytes() * 900_000
    spec = LaunchSpec(
        command=command_line(app, runtime, machine, args, runtime_args),
        folder=folder,
        environment={**run_environment(runtime, mapper), **(extra_env or {})},
        timeout=app.app.file.run.timeout if timeout is None else timeout,
        memory_limit=limit,
    )
    if machine.nodes == 1 and launcher.is_local:
        return launch(spec, cancel)
    return run_ranks(spec, runtime, machine, launcher, cancel)


def command_line(
    app: BuiltApplication,
    runtime: LegionRuntime,
    machine: Machine,
    args: Sequence[str] = (),
    runtime_args: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the whole command line of each process of a run."""
    network = runtime.network if machine.nodes > 1 else "none"
    return (
        str(app.binary),
        *app.app.file.run.args,
        *args,
        *machine_flags(machine),
        *(("-ll:networks", network) if runtime.has_network else ()),
        *_ALWAYS,
        *runtime_args,
    )


def run_environment(runtime: LegionRuntime, mapper: Path | None) -> dict[str, str]:
    """Return the variables that let the program find its libraries and load the mapper."""
    environment = {
        "LD_LIBRARY_PATH": _joined([*map(str, runtime.ld_library_path)], "LD_LIBRARY_PATH"),
    }
    if mapper is not None:
        environment["LD_PRELOAD"] = _joined([str(mapper)], "LD_PRELOAD")
    return environment


def _joined(first: list[str], name: str) -> str:
    """Return a search list with the user's own entries behind ours."""
    return os.pathsep.join([*first, *filter(None, [os.environ.get(name)])])
