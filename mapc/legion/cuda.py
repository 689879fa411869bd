"""The CUDA driver library that Legion wants at start: the real one, or mapc's stand-in."""

import functools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from mapc.legion.build_cache import Recipe, build
from mapc.legion.failures import failure
from mapc.legion.toolchain import Toolchain
from mapc.resources import resource
from mapc.text.codes import SUPPORT_BUILD

# A driver's initialisation can hang or crash on a broken installation, and it starts threads: it
# runs in a process of its own.
_PROBE = """
import ctypes, json
cuda = ctypes.CDLL("libcuda.so.1")
count = ctypes.c_int()
if cuda.cuInit(0) != 0 or cuda.cuDeviceGetCount(ctypes.byref(count)) != 0:
    raise SystemExit(1)
devices = []
for number in range(count.value):
    device, size = ctypes.c_int(), ctypes.c_size_t()
    name = ctypes.create_string_buffer(128)
    cuda.cuDeviceGet(ctypes.byref(device), number)
    cuda.cuDeviceGetName(name, 128, device)
    cuda.cuDeviceTotalMem_v2(ctypes.byref(size), device)
    devices.append([name.value.decode(errors="replace"), size.value >> 20])
print(json.dumps(devices))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One GPU that the driver offers."""

    name: str
    megabytes: int


def gpu_devices() -> tuple[Device, ...]:
    """Return the GPUs of this machine; none without a working driver."""
    return _devices(os.environ.get("LD_LIBRARY_PATH", ""), os.environ.get("CUDA_VISIBLE_DEVICES"))


@functools.cache
def _devices(_search: str, _visible: str | None) -> tuple[Device, ...]:
    """Ask the driver once for each setting of the environment that it obeys."""
    try:
        answer = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if answer.returncode != 0:
            return ()
        rows = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()
    return tuple(Device(name=name, megabytes=megabytes) for name, megabytes in rows)


def standin_folder(toolchain: Toolchain) -> Path:
    """Return the folder of the stand-in `libcuda.so.1`, built on first use."""
    source = resource("backends", "legion", "src", "cuda_standin.cc").read_text()
    entry = build(
        Recipe(
            command=(*toolchain.command, "-O1", "-shared", "-fPIC", "-Wl,-soname,libcuda.so.1"),
            source_name="cuda_standin.cc",
            source=source,
            output="libcuda.so.1",
            inputs=(toolchain.identity,),
        )
    )
    if not entry.ok:
        raise failure(
            SUPPORT_BUILD,
            f"{toolchain.command[0]} cannot build a small shared library: {entry.first_error}",
            help="set `CXX` to a working g++ or clang++",
        )
    return entry.folder
