"""Both forms of `Legion::Runtime::start` are diverted, whichever of them a Legion has.

Set-up installs a Legion with the shorter form, so that here a library with a function of the same
symbol stands for each.
"""

import subprocess
from pathlib import Path

import pytest

from mapc.legion.toolchain import find_toolchain
from mapc.resources import resource

SYMBOL = "_ZN6Legion7Runtime5startEiPPc"
DECLARED = """\
namespace Legion {{
struct Runtime {{
  static int start(int argc, char** argv, {flags});
}};
}}
"""
LEGION = """\
#include <cstdio>
{declared}
int Legion::Runtime::start(int argc, char**, {flags}) {{ std::printf("started\\n"); return argc; }}
void add_callback() {{ std::printf("registered\\n"); }}
"""
PROGRAM = """\
{declared}
int main(int argc, char** argv) {{ return Legion::Runtime::start(argc + 40, argv, {values}); }}
"""
MAPPER = """\
#include "mapc/preload.h"
void add_callback();  // of Legion
extern "C" void mapc_register_it() { add_callback(); }
MAPC_INTERPOSE_START(mapc_register_it)
"""


@pytest.mark.parametrize("count", [3, 5])
@pytest.mark.parametrize(
    "way", ["linked", "linked with an archive", "linked into a library", "preload"]
)
def test_the_mapper_is_registered_before_the_start(tmp_path: Path, count: int, way: str) -> None:
    flags = ", ".join(["bool"] * count)
    values = ", ".join(["false"] * count)
    declared = DECLARED.format(flags=flags)
    inside = PROGRAM.format(declared=declared, values=values)
    (tmp_path / "legion.cc").write_text(LEGION.format(declared=declared, flags=flags))
    (tmp_path / "mapper.cc").write_text(MAPPER)
    (tmp_path / "program.cc").write_text(inside)
    (tmp_path / "library.cc").write_text(inside.replace("int main", "int library"))
    (tmp_path / "outer.cc").write_text(
        "int library(int, char**);\nint main(int c, char** v) { return library(c, v); }\n"
    )

    def compiled(*arguments: str) -> None:
        include = f"-I{resource('backends', 'legion', 'include')}"
        strict = ("-std=c++17", "-Wall", "-Wextra", "-Werror", "-fPIC", "-Wl,--no-undefined")
        command = [*find_toolchain().command, *strict, include, *arguments, "-Wl,-rpath,$ORIGIN"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    wrap = [f"-Wl,--wrap={SYMBOL}{form}" for form in ("bbb", "bbbbb")]
    compiled("-shared", "legion.cc", "-o", "liblegion.so")
    environment = {}
    if way == "linked with an archive":
        compiled("-c", "legion.cc")
        subprocess.run(["ar", "rc", "liblegion.a", "legion.o"], cwd=tmp_path, check=True)
        compiled("-DMAPC_LINKED", "program.cc", "mapper.cc", "liblegion.a", *wrap, "-o", "program")
    elif way == "linked":
        compiled("-DMAPC_LINKED", "program.cc", "mapper.cc", "liblegion.so", *wrap, "-o", "program")
    elif way == "preload":
        compiled(
            "-DMAPC_PRELOAD", "-shared", "mapper.cc", "liblegion.so", "-ldl", "-o", "libmapper.so"
        )
        compiled("program.cc", "liblegion.so", "-o", "program")
        environment["LD_PRELOAD"] = str(tmp_path / "libmapper.so")
    else:
        library = ("library.cc", "mapper.cc", "liblegion.so", *wrap, "-o", "liblibrary.so")
        compiled("-DMAPC_LINKED", "-shared", *library)
        compiled("outer.cc", "liblibrary.so", "liblegion.so", "-o", "program")
    done = subprocess.run(
        [tmp_path / "program"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "registered\nstarted\n"
    assert done.returncode == 41
