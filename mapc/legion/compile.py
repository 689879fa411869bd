"""Compile a generated mapper to the shared library that is loaded into the application."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mapc.legion.build_cache import Recipe, build
from mapc.legion.headers import headers_digest
from mapc.legion.prebuilt import base_flags, precompiled_header, support_library
from mapc.legion.runtime import LegionRuntime, find_runtime
from mapc.legion.toolchain import find_toolchain

# The generated file is tables and short answers, asked a few times a task: optimising it costs
# more in every trial than it can win. What is worth optimising is in the support library.
OPTIMISE = "-O1"


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
    source_text: str, name: str, *, runtime: LegionRuntime | None = None, use_pch: bool = True
) -> BuildResult:
    """Return the library `lib<name>.so` of a generated mapper.

    A source that does not compile is a result, not an exception: it is feedback for whoever wrote
    the policy. Messages name the file `<name>.cc`.
    """
    toolchain = find_toolchain()
    runtime = runtime or find_runtime()
    flags = (*base_flags(runtime), OPTIMISE)
    with ThreadPoolExecutor(2) as pool:  # the first time, each of them takes many seconds
        library = pool.submit(support_library, toolchain, runtime)
        first = precompiled_header(toolchain, runtime, flags) if use_pch else None
        support = library.result()
    tail: tuple[str, ...] = ("-Wl,--no-undefined",)
    if support is not None:
        tail += (str(support), f"-Wl,-rpath,{support.parent}")
    before = () if first is None else ("-include", str(first))
    entry = build(
        Recipe(
            command=(*toolchain.command, *flags, *before, "-shared"),
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
