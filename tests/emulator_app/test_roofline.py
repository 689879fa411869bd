"""What kernels cost on a modelled machine: C++, without a GPU or a driver."""

import subprocess
from pathlib import Path

import pytest

from mapc.legion.emulator import gpu_include_folder
from mapc.legion.runtime import LegionRuntime
from mapc.legion.toolchain import find_toolchain

HERE = Path(__file__).resolve().parent
STRICT = ("-std=c++17", "-Wall", "-Wextra", "-Wshadow", "-Werror", f"-I{gpu_include_folder()}")

USES_EVERYTHING = """\
#include "mapc/gpu.h"
#include "mapc/gpu.h"

struct Twice {
  double* values;
  MAPC_GPU void operator()(Legion::Point<2> at) const { mapc::gpu::add(values[at[0]], 1.0); }
};

void variant(const Legion::PhysicalRegion& region, double* values)
{
  const Legion::Rect<2> box(Legion::Point<2>(0, 0), Legion::Point<2>(9, 9));
  mapc::gpu::Work work;
  work.stream(mapc::gpu::place_of(region), 1600);
  if (!mapc::gpu::available()) mapc::gpu::forall_on_cpu(work, box, Twice{values});
  mapc::gpu::forall(work, box, Twice{values});
  mapc::gpu::finish();
}
"""


def compiled(source: Path, *options: str | Path) -> None:
    """Compile without a single warning."""
    command = [*find_toolchain().command, *STRICT, str(source), *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_roofline(tmp_path: Path) -> None:
    program = tmp_path / "roofline"
    compiled(HERE / "unit" / "roofline.cc", "-o", program, "-ldl")
    ran = subprocess.run([program], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.needs_legion
@pytest.mark.slow
def test_header_compiles_without_a_warning(tmp_path: Path, legion: LegionRuntime) -> None:
    source = tmp_path / "uses.cc"
    source.write_text(USES_EVERYTHING)
    compiled(source, *legion.compile_flags, "-fsyntax-only")
