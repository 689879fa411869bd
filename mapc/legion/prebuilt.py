"""What mappers share and is compiled once: the precompiled header and the support library.

Generated mappers are small; nearly all the time of compiling one goes into Legion's headers. Both
artefacts are made with exactly the options of the mappers that use them, or the compiler would
ignore the header and the library would not fit.
"""

from pathlib import Path

from mapc.legion.build_cache import Entry, Recipe, build, prune
from mapc.legion.failures import failure
from mapc.legion.headers import headers_digest, include_folder, mapper_headers, support_source
from mapc.legion.runtime import LegionRuntime
from mapc.legion.toolchain import Toolchain
from mapc.text.codes import SUPPORT_BUILD

_HEADER = "precompiled.h"
_SUPPORT = "mapc_support"
_MOST_MEGABYTES = 4000


def base_flags(runtime: LegionRuntime) -> tuple[str, ...]:
    """Return the options of every mapper that is loaded into an application."""
    return (
        "-std=c++17",
        "-fPIC",
        "-DMAPC_PRELOAD",
        f"-I{include_folder()}",
        *runtime.compile_flags,
    )


def shared_flags(runtime: LegionRuntime) -> tuple[str, ...]:
    """Return the options that precompiled header, support library and their mappers have."""
    return (*base_flags(runtime), *(("-DMAPC_PREBUILT",) if support_source() else ()))


def precompiled_header(
    toolchain: Toolchain, runtime: LegionRuntime, flags: tuple[str, ...]
) -> Path | None:
    """Return the header to put before every mapper with `-include`, or `None` without a use.

    GCC takes the `.gch` file beside it instead. Clang finds precompiled headers in another way,
    for which mapc has no code yet: it compiles every mapper in full.
    """
    if toolchain.is_clang:
        return None
    entry = build(
        Recipe(
            command=(*toolchain.command, *flags, "-x", "c++-header"),
            source_name=_HEADER,
            source="".join(f'#include "{name}"\n' for name in mapper_headers()),
            output=f"{_HEADER}.gch",
            inputs=(toolchain.identity, runtime.identity, headers_digest()),
        )
    )
    if not entry.cached:
        prune(_MOST_MEGABYTES)  # a new header comes with every change of compiler or headers
    return _usable(entry, "header").folder / _HEADER


def support_library(toolchain: Toolchain, runtime: LegionRuntime) -> Path | None:
    """Return the support library, or `None` where the headers need none.

    Optimised fully: it is built once, and holds what runs on every mapper call.
    """
    source = support_source()
    if source is None:
        return None
    name = f"lib{_SUPPORT}.so"
    # Nobody replaces the library's functions one by one, so they may be inlined in each other.
    optimise = ("-O2", "-fno-semantic-interposition")
    flags = (*shared_flags(runtime), *optimise, "-shared", f"-Wl,-soname,{name}")
    entry = build(
        Recipe(
            command=(*toolchain.command, *flags),
            source_name=source.name,
            source=source.read_text(),
            output=name,
            tail=("-Wl,--no-undefined", *runtime.link_flags, "-ldl"),
            inputs=(toolchain.identity, runtime.identity, headers_digest()),
        )
    )
    return _usable(entry, "support library").output


def _usable(entry: Entry, what: str) -> Entry:
    if entry.ok:
        return entry
    raise failure(
        SUPPORT_BUILD,
        f"mapc's own {what} does not compile: {entry.first_error}",
        help=f"use g++ 9 or newer with this Legion; all messages are in {entry.folder}/output.txt",
    )
