"""mapc's own C for runs of several ranks, compiled on first use: bootstrap plugin and UCX shim."""

from pathlib import Path

from mapc.legion.build_cache import Recipe, build
from mapc.legion.failures import failure
from mapc.legion.toolchain import Toolchain, find_toolchain
from mapc.resources import resource
from mapc.text.codes import SUPPORT_BUILD

# The C++ compiler is the one that is known to work, and compiles C too.
FLAGS = ("-x", "c", "-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden")


def bootstrap_plugin() -> Path:
    """Return the library through which ranks of one machine find each other."""
    return _shared_library("bootstrap", find_toolchain())


def ucx_shim() -> Path:
    """Return the library that every rank preloads."""
    return _shared_library("ucx_shim", find_toolchain())


def network_shim() -> Path:
    """Return the library that makes an emulated machine's network as slow as the modelled one."""
    source = resource("backends", "emulator", "network", "network.c")
    return _shared_library("network", find_toolchain(), source)


def _shared_library(name: str, toolchain: Toolchain, source: Path | None = None) -> Path:
    source = source or resource("backends", "legion", "ranks", f"{name}.c")
    entry = build(
        Recipe(
            command=(*toolchain.command, *FLAGS),
            source_name=f"{name}.c",
            source=source.read_text(encoding="utf-8"),
            output=f"libmapc_{name}.so",
            tail=("-ldl",),
            inputs=(toolchain.identity,),
        )
    )
    if not entry.ok:
        raise failure(
            SUPPORT_BUILD,
            f"mapc's own {name}.c does not compile: {entry.first_error}",
            help="set `CXX` to a working g++ or clang++",
        )
    return entry.output
