"""How a program that mapc does not start is compiled and linked with the Legion that mapc uses.

mapc gives the programs it runs a library path. Everybody else's have to start without one: what
Legion's libraries need and would not find by themselves (the stand-in for the driver, a network) is
linked too and found by the program's own run path, which does not hold for libraries of libraries.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from mapc.legion.elf import needed_libraries
from mapc.legion.runtime import LegionRuntime
from mapc.paths import cache_dir, write_atomic

_DRIVER = "libcuda.so.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """What a build system needs to know; `libraries` are in the order for the linker."""

    version: str
    include_dirs: tuple[Path, ...]
    libraries: tuple[Path, ...]
    library_path: tuple[Path, ...]  # for programs that were linked in another way

    @property
    def compile_flags(self) -> tuple[str, ...]:
        """The include options; Legion's own headers are not to warn."""
        return tuple(f"-isystem{folder}" for folder in self.include_dirs)

    @property
    def link_options(self) -> tuple[str, ...]:
        """What the linker is told besides the libraries, before them.

        Some compilers leave out libraries whose symbols a program does not use itself.
        """
        return ("-Wl,--no-as-needed", "-Wl,--allow-shlib-undefined")

    @property
    def link_flags(self) -> tuple[str, ...]:
        """The whole end of a command line that links a program."""
        folders = dict.fromkeys(path.parent for path in self.libraries)
        paths = tuple(f"-Wl,-rpath,{folder}" for folder in folders)
        return (*self.link_options, *map(str, self.libraries), *paths, "-lpthread")


def linking(runtime: LegionRuntime) -> Linking:
    """Return how programs are linked with `runtime`."""
    runtime = _with_lasting_driver(runtime)
    legion = [runtime.library_dirs[0] / f"lib{name}.so" for name in runtime.libraries]
    names = {path.name for path in legion}
    found: dict[str, Path] = {}
    for name in dict.fromkeys(name for path in legion for name in needed_libraries(path)):
        # Legion's libraries need each other under names that carry a version.
        if f"{name.partition('.so')[0]}.so" in names:
            continue
        folders = (folder for folder in runtime.ld_library_path if (folder / name).is_file())
        if folder := next(folders, None):
            found[name] = folder / name
    return Linking(
        version=runtime.version,
        include_dirs=runtime.include_dirs,
        libraries=(*legion, *found.values()),
        library_path=runtime.ld_library_path,
    )


def _with_lasting_driver(runtime: LegionRuntime) -> LegionRuntime:
    """Return the runtime with the stand-in for the driver, if any, where nothing removes it.

    What the cache holds of builds is removed when it grows too large, but programs stay.
    """
    first, *others = runtime.ld_library_path or (Path(),)
    built = first / _DRIVER
    if not runtime.needs_cuda or not built.is_file():
        return runtime
    kept = cache_dir() / "standin" / _DRIVER
    content = built.read_bytes()
    if not kept.is_file() or kept.read_bytes() != content:
        write_atomic(kept, content)
    return replace(runtime, ld_library_path=(kept.parent, *others))
