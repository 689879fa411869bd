"""Run one program as several ranks: started by mapc on this machine, or by a cluster's launcher.

On this machine ranks talk through shared memory and the loopback device only, and find each other
over a Unix-domain socket in a folder that only this run's owner can read.
"""

import os
import shutil
import threading
from collections.abc import Mapping
from dataclasses import replace

from mapc.graph.machine import Machine
from mapc.legion.failures import failure
from mapc.legion.launch import LaunchSpec, launch, launch_ranks
from mapc.legion.launchers import Launcher
from mapc.legion.outcome import Outcome
from mapc.legion.rank_folders import rank_folders
from mapc.legion.rank_output import attributed
from mapc.legion.rank_parts import bootstrap_plugin, network_shim, ucx_shim
from mapc.legion.runtime import LegionRuntime
from mapc.policy.kinds import ProcKind
from mapc.text import ExitCode
from mapc.text.codes import NO_LAUNCHER, NO_RANKS

_LOOPBACK = {"UCX_TLS": "sm,tcp,self", "UCX_NET_DEVICES": "lo"}
_NAP = "MAPC_RANK_NAP_US"
_NAP_US = "100"
_MPI_PLUGIN = "legate/wrapper/librealm_ucp_bootstrap_mpi_{mpi}.so"
_GRACE = 1.0  # the others of a failed rank have nothing to save


def require_ranks(runtime: LegionRuntime, machine: Machine, launcher: Launcher) -> None:
    """Raise for a run of several ranks that cannot work; says nothing about the policy."""
    if launcher.command is not None:
        program = launcher.command.split()[0]
        if shutil.which(program) is None:
            raise failure(
                NO_LAUNCHER,
                f"the ranks are to be started with `{program}`, which is not on the path",
                help="load the module that has it, or write another `[launcher]` in the machine"
                ' file: `use = "local"` starts ranks on this machine',
                exit_code=ExitCode.TOOL,
            )
    if machine.nodes > 1 and not (runtime.has_ucx or (runtime.has_network and launcher.command)):
        what = f"wheel {runtime.release}" if runtime.release else f"Legion in {runtime.root}"
        lacks = "UCX, with which mapc starts ranks itself" if runtime.has_network else "a network"
        raise failure(
            NO_RANKS,
            f"{machine.nodes} ranks are asked for, but the {what} was built without {lacks}",
            help=_other_legion(runtime),
            exit_code=ExitCode.TOOL,
        )


def run_ranks(
    spec: LaunchSpec,
    runtime: LegionRuntime,
    machine: Machine,
    launcher: Launcher,
    cancel: threading.Event | None = None,
) -> Outcome:
    """Run a rank for every node of the machine and return how they ended."""
    require_ranks(runtime, machine, launcher)
    environment = {**spec.environment, **launcher.environment}
    if runtime.has_ucx:
        preloaded = [str(ucx_shim()), environment.get("LD_PRELOAD", "")]
        if machine.emulated:
            preloaded.insert(0, str(network_shim()))
        environment["LD_PRELOAD"] = os.pathsep.join(filter(None, preloaded))
    if launcher.is_local:
        return _run_here(replace(spec, environment=environment), machine, cancel)
    environment = {**_mpi_bootstrap(runtime, launcher), **environment}
    command = launcher.command_line(machine, spec.command, environment)
    outcome = launch(replace(spec, command=command, environment={}), cancel)
    return replace(attributed(outcome, launcher, machine.nodes), command=spec.command)


def _run_here(spec: LaunchSpec, machine: Machine, cancel: threading.Event | None) -> Outcome:
    with rank_folders() as (socket, shared):
        common = {
            **spec.environment,
            **_LOOPBACK,
            **({} if shared is None else {"UCX_POSIX_DIR": str(shared)}),
            _NAP: os.environ.get(_NAP, _NAP_US),
            "REALM_UCP_BOOTSTRAP_MODE": "plugin",
            "REALM_UCP_BOOTSTRAP_PLUGIN": str(bootstrap_plugin()),
            "MAPC_RANKS": str(machine.nodes),
            "MAPC_RANK_SOCKET": str(socket),
        }
        return launch_ranks(
            replace(spec, environment=common, grace=min(spec.grace, _GRACE)),
            [_of_rank(rank, machine) for rank in range(machine.nodes)],
            cancel,
        )


def _of_rank(rank: int, machine: Machine) -> Mapping[str, str]:
    """Return what only one rank is told: its number, and its share of the GPUs."""
    own = {"MAPC_RANK": str(rank)}
    gpus = 0 if machine.emulated else machine.count(ProcKind.GPU)
    if gpus:
        everything = os.environ.get("CUDA_VISIBLE_DEVICES")
        devices = everything.split(",") if everything else [str(n) for n in range(1024)]
        own["CUDA_VISIBLE_DEVICES"] = ",".join(devices[rank * gpus : (rank + 1) * gpus])
    return own


def _mpi_bootstrap(runtime: LegionRuntime, launcher: Launcher) -> dict[str, str]:
    """Return how ranks of a cluster find each other: through the launcher's MPI.

    An own Legion has the plugin that fits its MPI, under the name that Realm looks for by itself.
    """
    plugin = runtime.library_dirs[0] / _MPI_PLUGIN.format(mpi=launcher.mpi)
    if not runtime.has_ucx or not plugin.is_file():
        return {}
    return {"REALM_UCP_BOOTSTRAP_MODE": "mpi", "REALM_UCP_BOOTSTRAP_PLUGIN": str(plugin)}


def _other_legion(runtime: LegionRuntime) -> str:
    if runtime.origin == "Legion_ROOT":
        return (
            "build it with `-DLegion_NETWORKS=ucx`, or unset `Legion_ROOT` to use the Legion that"
            " mapc installs, or run with `--ranks 1`"
        )
    return "unset `MAPC_LEGION_VERSION` to use the wheel that has UCX, or run with `--ranks 1`"
