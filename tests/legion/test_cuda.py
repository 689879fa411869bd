"""The driver: a stand-in where there is none, and the real one (here a fake) where there is."""

import ctypes
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from mapc.legion import cuda, runtime
from mapc.legion.cuda import Device, gpu_devices, standin_folder
from mapc.legion.runtime import LegionRuntime
from mapc.legion.toolchain import find_toolchain

DRIVER = """
extern "C" {
int cuInit(unsigned) { return 0; }
int cuDeviceGetCount(int *count) { *count = 2; return 0; }
int cuDeviceGet(int *device, int number) { *device = number; return 0; }
int cuDeviceGetName(char *name, int, int device) { *name++ = 'A' + device; *name = 0; return 0; }
int cuDeviceTotalMem_v2(unsigned long *size, int) { *size = 8ul << 30; return 0; }
}
"""


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a driver with two devices on the library path."""
    (tmp_path / "driver.cc").write_text(DRIVER)
    command = [*find_toolchain().command, "-shared", "-fPIC", "driver.cc", "-o", "libcuda.so.1"]
    subprocess.run(command, cwd=tmp_path, check=True)
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def needs_cuda(tmp_path: Path) -> LegionRuntime:
    return LegionRuntime(
        origin="Legion_ROOT",
        root=tmp_path,
        release="",
        version="0",
        include_dirs=(),
        library_dirs=(),
        libraries=(),
        ld_library_path=(tmp_path / "lib",),
        network="",
        needs_cuda=True,
    )


@pytest.mark.usefixtures("driver")
def test_devices_of_a_driver() -> None:
    assert gpu_devices() == (
        Device(name="A", megabytes=8192),
        Device(name="B", megabytes=8192),
    )


def test_a_driver_that_does_not_work(driver: Path) -> None:
    (driver / "libcuda.so.1").write_text("broken")
    cuda._devices.cache_clear()
    assert gpu_devices() == ()


def test_the_stand_in(cache: Path) -> None:
    folder = standin_folder(find_toolchain())
    library = ctypes.CDLL(str(folder / "libcuda.so.1"))
    text = ctypes.c_char_p()
    assert library.cuInit(0) == 100
    assert library.cuGetErrorName(100, ctypes.byref(text)) == 0
    assert text.value == b"CUDA_ERROR_NO_DEVICE"
    assert standin_folder(find_toolchain()) == folder


@pytest.mark.parametrize("devices", [(), (Device(name="A", megabytes=1),)])
def test_the_stand_in_never_hides_a_driver(
    devices: tuple[Device, ...],
    needs_cuda: LegionRuntime,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("Legion_ROOT", os.fspath(needs_cuda.root))
    monkeypatch.setattr(runtime, "own_runtime", lambda _: needs_cuda)
    monkeypatch.setattr(runtime, "gpu_devices", lambda: devices)
    found = runtime.find_runtime()
    if devices:
        assert found == needs_cuda
    else:
        first, *rest = found.ld_library_path
        assert (first / "libcuda.so.1").is_file()
        assert replace(found, ld_library_path=tuple(rest)) == needs_cuda
