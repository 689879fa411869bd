"""Compile a generated mapper to the shared library that is loaded into the application."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mapc.legion.build_cache import Recipe, build
from mapc.legion.headers import headers_digest
from mapc.legion.prebuilt import base_flags, precompiled_header, shared_flags, support_library
from mapc.legion.runtime import LegionRuntime, find_runtime
from mapc.legion.toolchain import Toolchain, find_toolchain

# The generated file is tables and short answers, asked a few times a task: optimising it costs
# more in every trial than it can win. What is worth optimising is in the support library.
OPTIMISE = "-O1"
# Lines for backtraces, which lead back to the policy; compiling takes no longer for it.
LINES = "-g1"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """A compiled mapper, or what the compiler said instead.

    `seconds` is what compiling took, when it was done; `cached` whether that was not now.
    """

    ok: bool
    library: Path | None
    text: str
    seconds: float
    cached: bool


def build_mapper(
    source_text: str, name: str, *, runtime: LegionRuntime | None = None, plain: bool = False
) -> BuildResult:
    """Return the library `lib<name>.so` of a generated mapper.

    A `plain` build uses neither the precompiled header nor the support library: what a user gets
    who compiles the generated file with nothing but Legion and mapc's headers.

    A source that does not compile is a result, not an exception: it is feedback for whoever wrote
    the policy. Messages name the file `<name>.cc`.
    """
    toolchain = find_toolchain()
    runtime = runtime or find_runtime()
    if plain:
        flags: tuple[str, ...] = (*base_flags(runtime), OPTIMISE, LINES)
        tail: tuple[str, ...] = ("-Wl,--no-undefined",)
    else:
        flags, tail = _with_shared_parts(toolchain, runtime)
    entry = build(
        Recipe(
            command=(*toolchain.command, *flags, "-shared"),
            source_name=f"{name}.cc",
            source=source_text,
            output=f"lib{name}.so",
            tail=(*tail, *runtime.link_flags, "-ldl"),
            inputs=(toolchain.identity, runtime.identity, headers_digest()),
        )
    )
    return BuildResult(
        ok=entry.ok,
        library=entry.output if entry.ok else None,
        text=entry.text,
        seconds=entry.seconds,
        cached=entry.cached,
    )


def _with_shared_parts(
    toolchain: Toolchain, runtime: LegionRuntime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the options before and behind the source that use what is compiled once."""
    flags = (*shared_flags(runtime), OPTIMISE, LINES)
    with ThreadPoolExecutor(2) as pool:  # the first time, each of them takes seconds
        library = pool.submit(support_library, toolchain, runtime)
        header = precompiled_header(toolchain, runtime, flags)
        support = library.result()
    tail: tuple[str, ...] = ("-Wl,--no-undefined",)
    if support is not None:
        tail += (str(support), f"-Wl,-rpath,{support.parent}")
    return (*flags, *(() if header is None else ("-include", str(header)))), tail
