"""The driver without Legion: its clockwork, its entry points, Realm's kernels."""

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.legion.cuda import standin_folder
from mapc.legion.runtime import find_runtime
from mapc.legion.toolchain import find_toolchain
from tests.emulator.conftest import EMULATOR, Unit

MACHINE = (
    "gpus=2; fb_mb=1024; time_scale=20; h2d_mbs=4000; d2h_mbs=2000; peer_mbs=8000; fb_mbs=100000;"
    "h2d_us=10; d2h_us=10; peer_us=10; fb_us=10; launch_us=5"
)

# What a program finds of a driver: each answer with what the function wrote.
PROBE = """
import ctypes, json, sys
cuda = ctypes.CDLL(sys.argv[1])
number, text = ctypes.c_int(-1), ctypes.c_char_p()
def asked(name, *arguments):
    return [getattr(cuda, name)(*arguments), number.value, (text.value or b"").decode()]
print(json.dumps([
    asked("cuInit", 0), asked("cuDriverGetVersion", ctypes.byref(number)),
    asked("cuDeviceGetCount", ctypes.byref(number)),
    asked("cuGetErrorName", 100, ctypes.byref(text)),
    asked("cuGetErrorString", 100, ctypes.byref(text)),
    asked("cuMemFree_v2", ctypes.c_ulonglong(0)), asked("cuMemFreeHost", ctypes.c_void_p(0)),
]))
"""


def probe(library: Path, **environment: str) -> tuple[list[list[object]], str]:
    """Return what a driver answers, and what it says."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(library)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout), done.stderr


def test_timelines_find_the_first_gap(unit: Unit, tell: Callable[[str], None]) -> None:
    out = unit("timeline", EMULATOR / "timeline.cc")
    assert out.startswith("gaps 12000 ")
    tell(f"emulator: timelines against plain lists: {out.strip()}")


def test_entry_points_and_modelled_times(unit: Unit, tell: Callable[[str], None]) -> None:
    out = unit("driver", settings=MACHINE)
    assert out.count(" us modelled, ") == 18
    tell(f"emulator: copied and filled boxes: {out.splitlines()[0]}, 0 wrong")


@pytest.mark.needs_legion
def test_every_kernel_of_realms(unit: Unit, tell: Callable[[str], None]) -> None:
    """The header of the wheel gives the structures, so that a change of them shows."""
    out = unit("kernels", *find_runtime().compile_flags)
    assert out.startswith("launches 2600 ")
    tell(f"emulator: Realm's kernels element by element: {out.strip()}, 0 wrong")


def test_without_gpus_it_is_the_stand_in(driver: Path) -> None:
    standin = standin_folder(find_toolchain()) / "libcuda.so.1"
    assert probe(driver, MAPC_EMU_CONFIG="") == probe(standin)
    assert probe(driver, MAPC_EMU_CONFIG="gpus=0;fb_mb=512") == probe(standin)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("gpus=2;fb_gb=16", "cannot use the setting `fb_gb=16`"),
        ("gpus=two", "cannot use the setting `gpus=two`"),
        ("gpus=1.5", "cannot use the setting `gpus=1.5`"),
        ("gpus=1;time_scale=0", "cannot use the setting `time_scale=0`"),
        ("gpus=1;h2d_us=-1", "cannot use the setting `h2d_us=-1`"),
        ("gpus=1;drop=", "cannot use the setting `drop=`"),
        ("no-such-file", "cannot read the file `no-such-file`"),
    ],
)
def test_bad_settings_are_refused(driver: Path, settings: str, said: str) -> None:
    answers, text = probe(driver, MAPC_EMU_CONFIG=settings)
    assert answers[0][0] == 1
    assert text == f"MAPC_EMU_CONFIG: {said}\n"


def test_settings_from_a_file(driver: Path, tmp_path: Path) -> None:
    file = tmp_path / "machine"
    file.write_text("# two of them\ngpus = 2\n\nfb_mb = 64\n")
    answers, text = probe(driver, MAPC_EMU_CONFIG=str(file))
    assert (answers[0][0], answers[2][:2], text) == (0, [0, 2], "")


def test_counters_name_the_rank(driver: Path, tmp_path: Path) -> None:
    probe(
        driver,
        MAPC_EMU_CONFIG="gpus=2;data_scale=400",
        MAPC_EMU_STATS=str(tmp_path / "rank%.json"),
        MAPC_RANK="3",
    )
    counters = json.loads((tmp_path / "rank3.json").read_text())
    assert counters["data_scale"] == 400
    assert sorted(counters["resources"]) == [
        f"gpu{gpu}.{name}"
        for gpu in (0, 1)
        for name in sorted(("d2h", "fb", "h2d", "sm", f"to_gpu{1 - gpu}"))
    ]


def test_it_needs_no_other_library(driver: Path) -> None:
    """It is loaded into every process of Legion's: what it pulled in would come along."""
    assert ctypes.CDLL(str(driver)).cuInit(0) in {0, 1, 100}
    listed = subprocess.run(["readelf", "-d", driver], capture_output=True, text=True, check=True)
    needed = {
        line.split("[")[1].rstrip("]") for line in listed.stdout.splitlines() if "NEEDED" in line
    }
    assert needed <= {
        "libstdc++.so.6",
        "libm.so.6",
        "libgcc_s.so.1",
        "libc.so.6",
        "ld-linux-x86-64.so.2",
    }
