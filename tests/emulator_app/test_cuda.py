"""The GPU variants as CUDA: nvcc compiles them, and one program runs with and without GPUs."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mapc.legion.app_build import BuiltApplication, build_application, include_folders
from mapc.legion.emulator import gpu_include_folder

NVCC = shutil.which("nvcc")
pytestmark = [
    pytest.mark.needs_legion,
    pytest.mark.slow,
    pytest.mark.skipif(NVCC is None, reason="there is no nvcc on the search path"),
]

HERE = Path(__file__).resolve().parent
FRAMEBUFFER = (HERE / "circuit_all_framebuffer.mapl").read_text()
EXPERT = (HERE.parents[1] / "apps/circuit/expert.mapl").read_text()  # also for CPUs
KERNELS = ("SolveWire", "MoveCharge", "UseCharge", "Stamp")


@pytest.fixture(scope="module")
def kernels(circuit: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the object file that nvcc makes of the GPU variants."""
    app = circuit.built.app
    made = tmp_path_factory.mktemp("cuda") / "gpu.o"
    include = [f"-I{folder}" for folder in (*include_folders(app), gpu_include_folder())]
    legion = [f for folder in circuit.runtime.include_dirs for f in ("-isystem", str(folder))]
    command = [str(NVCC), "-std=c++17", "-O2", "-x", "cu", *include, *legion]
    done = subprocess.run(
        [*command, "-c", str(app.folder / "gpu.cc"), "-o", str(made)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[:5000]
    return made


@pytest.fixture(scope="module")
def program(circuit: Any, kernels: Path) -> BuiltApplication:
    """Return the circuit with these kernels, linked with the CUDA runtime library of that nvcc."""
    dry = subprocess.run(
        [str(NVCC), "--dryrun", "-o", "x", str(kernels)], capture_output=True, text=True, check=True
    )
    libraries = next(
        line.partition("LIBRARIES=")[2].replace('"', "").split()
        for line in dry.stderr.splitlines()
        if "LIBRARIES=" in line
    )
    app = circuit.built.app
    sources = sorted(path.name for path in app.folder.glob("*.cc") if path.name != "gpu.cc")
    link = [str(kernels), *libraries, "-lcudart_static", "-lrt", "-ldl", "-lpthread"]
    build = app.file.build.model_copy(update={"sources": sources, "link": link})
    with_cuda = app.model_copy(update={"file": app.file.model_copy(update={"build": build})})
    return build_application(with_cuda, circuit.runtime)


def test_all_kernels_are_there(kernels: Path) -> None:
    content = kernels.read_bytes()
    assert b".nv_fatbin" in content
    for name in KERNELS:
        assert f"6kernelILi1EN7circuit{len(name)}{name}E".encode() in content, name


def test_one_program_runs_on_emulated_gpus(circuit: Any, program: BuiltApplication) -> None:
    ran = circuit(FRAMEBUFFER, "-l", "2", "-model-i", "1000", app=program)
    assert ran.succeeded, ran.output
    assert ran.counters["kernels"] == 8 * (4 * 8 + 2)


def test_and_without_any(circuit: Any, program: BuiltApplication) -> None:
    ran = circuit(EXPERT, "-l", "2", app=program, machine=circuit.without_gpus)
    assert ran.succeeded, ran.output
    assert "MODELLED" not in ran.output
