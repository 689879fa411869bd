"""The emulated CUDA driver: built on first use, and told which machine it stands for."""

from pathlib import Path

from mapc.graph.figures import Access, Emulation, Link, Speed
from mapc.graph.machine import Machine
from mapc.legion.build_cache import Entry, Recipe, build, digest_of
from mapc.legion.failures import failure
from mapc.legion.runtime import LegionRuntime
from mapc.legion.toolchain import Toolchain, find_toolchain
from mapc.policy.kinds import MemKind, ProcKind
from mapc.resources import resource
from mapc.text import ExitCode
from mapc.text.codes import NO_EMULATION, SUPPORT_BUILD

NETWORK_COUNTERS = "network-%.json"
_DRIVER = ("-std=c++17", "-O2", "-fPIC", "-shared", "-Wl,-soname,libcuda.so.1")
_SHIM = ("-std=c++17", "-O2", "-fPIC", "-shared")


def gpu_include_folder() -> Path:
    """Return the folder of `mapc/gpu.h`, with which applications describe their kernels."""
    return resource("backends", "emulator", "include")


def require_emulation(runtime: LegionRuntime, machine: Machine) -> None:
    """Raise for an emulated machine on a Legion that has no use for GPUs."""
    if machine.emulated and not runtime.has_cuda:
        raise failure(
            NO_EMULATION,
            f"the GPUs of {machine.name} cannot be emulated: the Legion in {runtime.root} was"
            " built without CUDA",
            help="unset `Legion_ROOT` to use the Legion that mapc installs, or run with"
            " `--machine host`",
            exit_code=ExitCode.TOOL,
        )


def driver_folder() -> Path:
    """Return the folder of the emulated `libcuda.so.1`."""
    toolchain = find_toolchain()
    sources = sorted(resource("backends", "emulator").glob("*.cc"))
    headers = resource("backends", "emulator").glob("*.h")
    entry = build(
        Recipe(
            command=(*toolchain.command, *_DRIVER, *map(str, sources)),
            output="libcuda.so.1",
            tail=("-lpthread",),
            inputs=(toolchain.identity, digest_of([*sources, *headers])),
        )
    )
    return _usable(entry, toolchain, "emulated driver").folder


def emulation_library(runtime: LegionRuntime) -> Path:
    """Return the library to preload: reductions into framebuffer, and locks that share cores."""
    toolchain = find_toolchain()
    sources = sorted(resource("backends", "emulator", "shim").glob("*.cc"))
    entry = build(
        Recipe(
            command=(*toolchain.command, *_SHIM, *runtime.compile_flags, *map(str, sources)),
            output="libmapc_emulation.so",
            tail=("-ldl",),
            inputs=(toolchain.identity, runtime.identity, digest_of(sources)),
        )
    )
    return _usable(entry, toolchain, "library for emulated GPUs").output


def emulation_environment(machine: Machine, counters: Path) -> dict[str, str]:
    """Return the variables that describe an emulated machine to the driver and to applications.

    Each rank writes its counters to a file in the folder `counters`.
    """
    if machine.emulation is None:
        return {}
    told = {
        "MAPC_EMU_CONFIG": _settings(_driver_figures(machine, machine.emulation)),
        "MAPC_EMU_STATS": str(counters / "%.json"),
        "MAPC_MODEL": _settings(_speeds(machine.emulation)),
    }
    network = machine.emulation.figures.network
    if network is not None and machine.nodes > 1:
        byte = machine.data_scale * machine.time_scale / network.gbs
        message = 1000 * machine.time_scale * network.us
        told["MAPC_EMU_NETWORK"] = f"{byte:.10g} {message:.10g}"
        told["MAPC_EMU_NETWORK_STATS"] = str(counters / NETWORK_COUNTERS)
    return told


def _driver_figures(machine: Machine, emulation: Emulation) -> dict[str, float]:
    figures, scale = emulation.figures, emulation.data_scale
    found: dict[str, float] = {
        "gpus": machine.count(ProcKind.GPU),
        "fb_mb": machine.megabytes(MemKind.FBMEM) / scale,
        "fb_mbs": figures.gpu.near.gbs * 1000,
        "launch_us": figures.launch_us,
        "time_scale": emulation.time_scale,
        "data_scale": scale,
        "peer": int(figures.peer is not None),
    }
    links: dict[str, Link | None] = {
        "h2d": figures.h2d,
        "d2h": figures.d2h,
        "peer": figures.peer,
    }
    for name, link in links.items():
        if link is not None:
            found |= {f"{name}_mbs": link.gbs * 1000, f"{name}_us": link.us}
    return found


def _speeds(emulation: Emulation) -> dict[str, float]:
    figures = emulation.figures
    return {
        **_speed("gpu", "fb", figures.gpu),
        **_speed("cpu", "sys", figures.cpu),
    }


def _speed(processor: str, own: str, speed: Speed) -> dict[str, float]:
    def access(name: str, found: Access) -> dict[str, float]:
        return {
            f"{processor}.{name}_gbs": found.gbs,
            f"{processor}.{name}_access_ns": found.access_ns,
        }

    return {
        f"{processor}.fp32_gflops": speed.fp32_gflops,
        f"{processor}.fp64_gflops": speed.fp64_gflops,
        **access(own, speed.near),
        **access("zc", speed.far),
    }


def _settings(values: dict[str, float]) -> str:
    return ";".join(f"{name}={value:.10g}" for name, value in values.items())


def _usable(entry: Entry, toolchain: Toolchain, what: str) -> Entry:
    if entry.ok:
        return entry
    raise failure(
        SUPPORT_BUILD,
        f"mapc's own {what} does not compile with {toolchain.command[0]}: {entry.first_error}",
        help=f"use g++ 9 or newer; all messages are in {entry.folder}/output.txt",
    )
