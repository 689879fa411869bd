"""Make-style dependency files: what a product of `mapc build` was made from.

Besides the policy that is mapc itself: the modules that ran, the grammar, the templates, and for
some products the C++ that ships with mapc. A new mapc therefore writes its products again.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from mapc.resources import resource


def own_files(*, with_headers: bool) -> tuple[Path, ...]:
    """Return the files of mapc that decide what comes out of this process, sorted.

    `with_headers` for products that contain the support headers, as text or compiled.
    """
    modules = (
        Path(file)
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] == "mapc" and (file := getattr(module, "__file__", None))
    )
    legion = resource("backends", "legion")
    shipped = [*resource("grammar").glob("*.lark"), *resource("grammar").glob("*.toml")]
    shipped += legion.glob("templates/*.j2")
    if with_headers:
        shipped += [*legion.glob("include/mapc/*.h"), *legion.glob("src/*.cc")]
    return tuple(sorted({*modules, *shipped}))


def depfile(
    target: Path, inputs: Sequence[Path], own: Iterable[Path], *, phony: bool = False
) -> str:
    """Return the rule that `target` is made from `inputs` and mapc's `own` files.

    With `phony` each of mapc's files gets an empty rule too: make would otherwise stop when a newer
    mapc no longer has it. Ninja and CMake do not need that, and CMake 3.20 does not read it.
    """
    names = [_escaped(path) for path in own]
    everything = "".join(f" \\\n  {name}" for name in [*map(_escaped, inputs), *names])
    rules = "".join(f"\n{name}:\n" for name in names) if phony else ""
    return f"{_escaped(target)}:{everything}\n{rules}"


def _escaped(path: Path) -> str:
    """Return a path as make reads it."""
    return str(path).replace("$", "$$").replace(" ", "\\ ").replace("#", "\\#")
