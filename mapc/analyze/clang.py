"""libclang: loaded once, with the headers that its wheel does not bring."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from mapc.text import ExitCode, MapcError
from mapc.text.codes import NO_LIBCLANG
from mapc.text.diagnostic import Diagnostic, Severity

# Realm reads the time stamp counter. GCC's headers for such intrinsics need GCC's own builtins, so
# their contents are skipped, and the few functions that Legion uses are declared here instead.
# Names that older programs use are declared, too: what such a program does can still be read.
_GUARDS = (
    *("_X86INTRIN_H_INCLUDED", "_X86GPRINTRIN_H_INCLUDED", "_IMMINTRIN_H_INCLUDED"),
    *("_EMMINTRIN_H_INCLUDED", "_XMMINTRIN_H_INCLUDED", "_MMINTRIN_H_INCLUDED"),
    "_MM_MALLOC_H_INCLUDED",
)
_KEEP_GOING = 0x200  # a header that is missing does not end the reading
_BUILTIN_FILE = "/mapc/builtin.h"
_BUILTINS = """\
extern "C" unsigned long long __rdtsc(void);
extern "C" void _mm_pause(void);
namespace Legion { class Runtime; typedef Runtime HighLevelRuntime; }
namespace LegionRuntime {
namespace HighLevel { using namespace Legion; }
namespace Accessor {}
namespace Arrays {}
}  // namespace LegionRuntime
"""


@cache
def cindex() -> Any:
    """Return the module `clang.cindex`, with a library that loads; `MAP830` without."""
    try:
        from clang import cindex as module  # type: ignore[import-untyped]  # it has no types
    except ImportError as error:
        raise _missing("the Python package libclang is not installed") from error
    if named := os.environ.get("MAPC_LIBCLANG"):
        if not Path(named).is_file():
            raise _missing(f"MAPC_LIBCLANG names {named}, which is no file")
        module.Config.set_library_file(named)
    try:
        module.Index.create()
    except module.LibclangError as error:
        raise _missing(f"libclang does not load: {str(error).splitlines()[0]}") from error
    return module


def _missing(what: str) -> MapcError:
    return MapcError(
        Diagnostic(
            code=NO_LIBCLANG,
            severity=Severity.ERROR,
            message=what,
            help="`pip install libclang`, or let `MAPC_LIBCLANG` name a libclang.so",
        ),
        exit_code=ExitCode.TOOL,
    )


@cache
def builtin_headers() -> tuple[str, ...]:
    """Return options with which the headers of a compiler itself are found, such as `stddef.h`."""
    compiler = shutil.which(os.environ.get("CXX", "g++").split()[0]) or shutil.which("g++")
    if compiler is None:
        return ()
    done = subprocess.run(
        [compiler, "-print-file-name=include"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    folder = done.stdout.strip()
    if done.returncode != 0 or not Path(folder, "stddef.h").is_file():
        return ()
    return ("-idirafter", folder)


def parse(source: Path, flags: Sequence[str]) -> Any:
    """Return the translation unit of a source, complete as far as it can be understood."""
    module = cindex()
    options = [
        *("-x", "c++", "-ferror-limit=0", "-w", *flags),
        *(f"-D{guard}" for guard in _GUARDS),
        *("-include", _BUILTIN_FILE, *builtin_headers()),
    ]
    return module.Index.create().parse(
        str(source), args=options, unsaved_files=[(_BUILTIN_FILE, _BUILTINS)], options=_KEEP_GOING
    )
