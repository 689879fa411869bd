"""Examine what mapc needs and finds on this machine; looks only, fetches and builds nothing."""

import ctypes.util
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from mapc.legion.cuda import gpu_devices
from mapc.legion.install import damage
from mapc.legion.launchers import known_launchers
from mapc.legion.memory import available_megabytes, usable_cores
from mapc.legion.pins import chosen_pin
from mapc.legion.runtime import LegionRuntime, known_runtime
from mapc.legion.toolchain import find_toolchain
from mapc.paths import cache_location
from mapc.text import MapcError

_OLDEST_PYTHON = (3, 11)
_LEGION_NEEDS = {"z": "zlib1g", "atomic": "libatomic1"}


class State(StrEnum):
    """What a finding means for the user."""

    OK = "ok"
    MISSING = "missing"  # something does not work before this is mended
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: how it is, and what to do about it."""

    name: str
    state: State
    text: str
    help: str = ""


def examine() -> tuple[Finding, ...]:
    """Return everything worth knowing before the first run, or after a strange one."""
    looks = (
        _python,
        _compiler,
        _make,
        _legion,
        _libraries,
        _gpu,
        _processors,
        _ranks,
        _cache,
        _disk,
    )
    return tuple(look() for look in looks)


def _python() -> Finding:
    text = f"{platform.python_version()} in {sys.executable}"
    if sys.version_info[:2] >= _OLDEST_PYTHON:
        return Finding(name="Python", state=State.OK, text=text)
    return Finding(name="Python", state=State.MISSING, text=text, help="use Python 3.11 or newer")


def _compiler() -> Finding:
    try:
        found = find_toolchain()
    except MapcError as error:
        return _from_error("C++ compiler", error)
    text = f"{found.version} ({' '.join(found.command)})"
    if found.is_clang:
        return Finding(
            name="C++ compiler",
            state=State.NOTE,
            text=text,
            help="with g++ mappers compile several times faster, through a precompiled header",
        )
    return Finding(name="C++ compiler", state=State.OK, text=text)


def _make() -> Finding:
    path = shutil.which("make")
    if path:
        return Finding(name="make", state=State.OK, text=path)
    return Finding(
        name="make",
        state=State.NOTE,
        text="not found",
        help="install it if your application's `command` calls make",
    )


def _legion() -> Finding:
    try:
        found = known_runtime()
        pin = None if os.environ.get("Legion_ROOT") else chosen_pin()  # noqa: SIM112
    except MapcError as error:
        return _from_error("Legion", error)
    if found is not None:
        return Finding(name="Legion", state=State.OK, text=_legion_text(found))
    assert pin is not None
    wrong = damage(pin, cache_location() / "runtime" / pin.version)
    text = f"wheel {pin.version} is damaged: {wrong}" if wrong else "not installed yet"
    return Finding(
        name="Legion",
        state=State.NOTE,
        text=text,
        help=f"the first build or run fetches {pin.version} from your package index",
    )


def _legion_text(found: LegionRuntime) -> str:
    where = f"wheel {found.release}" if found.origin == "wheel" else "Legion_ROOT"
    return f"{found.version} from {where} in {found.root}"


def _libraries() -> Finding:
    """Look for the system's libraries that the ready-made Legion is linked with."""
    absent = {n: p for n, p in _LEGION_NEEDS.items() if ctypes.util.find_library(n) is None}
    if not absent:
        return Finding(name="system libraries", state=State.OK, text="all found")
    return Finding(
        name="system libraries",
        state=State.MISSING,
        text=", ".join(f"lib{name}" for name in absent) + " not found",
        help=f"install them (Debian, Ubuntu: `apt install {' '.join(absent.values())}`)",
    )


def _gpu() -> Finding:
    devices = gpu_devices()
    if devices:
        text = ", ".join(f"{device.name} ({device.megabytes} MB)" for device in devices)
        return Finding(name="GPU", state=State.OK, text=text)
    return Finding(
        name="GPU",
        state=State.NOTE,
        text="no NVIDIA driver or no device",
        help="runs use processors, or emulated GPUs where the machine asks for some",
    )


def _processors() -> Finding:
    text = f"{usable_cores()} cores, {available_megabytes()} MB of memory free"
    return Finding(name="machine", state=State.OK, text=text)


def _ranks() -> Finding:
    try:
        found = known_runtime()
    except MapcError as error:
        return _from_error("several ranks", error)
    if found is None:
        return Finding(
            name="several ranks", state=State.NOTE, text="known once Legion is installed"
        )
    if found.has_network:
        launchers = [n for n in known_launchers() if shutil.which(n)]
        start = "mapc starts them here" if found.has_ucx else "a launcher starts them"
        text = f"{found.network}: {start}; launchers: {', '.join(launchers) or 'none'}"
        return Finding(name="several ranks", state=State.OK, text=text)
    return Finding(
        name="several ranks",
        state=State.NOTE,
        text="this Legion was built without a network: one rank only",
        help="unset `MAPC_LEGION_VERSION`, or set `Legion_ROOT` to a Legion built with UCX",
    )


def _cache() -> Finding:
    root = cache_location()
    sizes = cache_sizes(root)
    parts = ", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in sizes.items())
    text = f"{root}: {parts}" if parts else f"{root}: empty"
    if root.exists() and not os.access(root, os.W_OK):
        return Finding(
            name="cache",
            state=State.MISSING,
            text=f"{text}; cannot be written",
            help="make it writable, or set `MAPC_CACHE` to a folder that is",
        )
    return Finding(name="cache", state=State.OK, text=text)


def cache_sizes(root: Path) -> dict[str, int]:
    """Return the bytes in each part of the cache."""
    if not root.is_dir():
        return {}
    return {
        part.name: sum(
            path.lstat().st_size
            for path in part.rglob("*")
            if path.is_file() and not path.is_symlink()
        )
        for part in sorted(root.iterdir())
        if part.is_dir()
    }


def _disk() -> Finding:
    """Look at the disk that the cache is on or will be on."""
    root = cache_location()
    existing = next(path for path in (root, *root.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    text = f"{free / 1e9:.1f} GB free for the cache"
    if free > 1_000_000_000:
        return Finding(name="disk", state=State.OK, text=text)
    return Finding(
        name="disk",
        state=State.NOTE,
        text=text,
        help="Legion, precompiled headers and builds want about 1 GB: set `MAPC_CACHE` elsewhere",
    )


def _from_error(name: str, error: MapcError) -> Finding:
    """Return what a failed look says."""
    first = error.diagnostics[0]
    return Finding(name=name, state=State.MISSING, text=first.message, help=first.help)
