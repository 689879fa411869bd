"""Run a built application on Legion, with the mapper under test or with its own."""

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mapc.graph.machine import Machine
from mapc.legion.app_build import BuiltApplication
from mapc.legion.counters import counter_folder, read_counters
from mapc.legion.emulator import driver_folder, emulation_environment, emulation_library
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
        environment={**run_environment(runtime, mapper, machine), **(extra_env or {})},
        timeout=app.app.file.run.timeout if timeout is None else timeout,
        memory_limit=limit,
    )

    def started(spec: LaunchSpec) -> Outcome:
        if machine.nodes == 1 and launcher.is_local:
            return launch(spec, cancel)
        return run_ranks(spec, runtime, machine, launcher, cancel)

    if not machine.emulated:
        return started(spec)
    with counter_folder() as counters:
        modelled = emulation_environment(machine, counters)
        outcome = started(replace(spec, environment={**modelled, **spec.environment}))
        return replace(outcome, counters=read_counters(counters))


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
        *_scale_args(app, machine),
        *machine_flags(machine),
        *(("-ll:networks", network) if runtime.has_network else ()),
        # Modelled nodes share no memory, though their ranks could.
        *(("-ll:ipc_limit", "1") if machine.emulated and machine.nodes > 1 else ()),
        *_ALWAYS,
        *runtime_args,
    )


def run_environment(
    runtime: LegionRuntime, mapper: Path | None, machine: Machine | None = None
) -> dict[str, str]:
    """Return the variables that let the program find its libraries and load the mapper.

    The driver of an emulated machine comes before any other.
    """
    folders, preloaded = [*map(str, runtime.ld_library_path)], []
    if mapper is not None:
        preloaded.append(str(mapper))
    if machine is not None and machine.emulated:
        folders.insert(0, str(driver_folder()))
        preloaded.append(str(emulation_library(runtime)))
    environment = {"LD_LIBRARY_PATH": _joined(folders, "LD_LIBRARY_PATH")}
    if preloaded:
        environment["LD_PRELOAD"] = _joined(preloaded, "LD_PRELOAD")
    return environment


def _scale_args(app: BuiltApplication, machine: Machine) -> tuple[str, ...]:
    """Return how the application is told how many modelled bytes a real one stands for."""
    option = app.app.file.run.scale_option
    return (option, f"{machine.data_scale:g}") if option and machine.emulated else ()


def _joined(first: list[str], name: str) -> str:
    """Return a search list with the user's own entries behind ours."""
    return os.pathsep.join([*first, *filter(None, [os.environ.get(name)])])
