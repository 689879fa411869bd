"""Build an application: compile changed sources, link, or run the application's own command."""

import hashlib
import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mapc.legion.application import Application
from mapc.legion.build_cache import Entry, Recipe, build, digest_of
from mapc.legion.emulator import gpu_include_folder
from mapc.legion.failures import failure
from mapc.legion.runtime import LegionRuntime
from mapc.legion.toolchain import Toolchain, find_toolchain
from mapc.text import MapcError
from mapc.text.codes import APPLICATION_BUILD

_SOURCES = ("*.cc", "*.cpp", "*.cxx", "*.C", "*.c", "*.cu")
_HEADERS = {".h", ".hh", ".hpp", ".hxx", ".inl", ".inc", ".cuh"}
_JOBS = 2
_QUOTED_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltApplication:
    """An application that is ready to run. `hash` changes whenever its binary does."""

    app: Application
    binary: Path
    hash: str
    text: str


def build_application(app: Application, runtime: LegionRuntime) -> BuiltApplication:
    """Return the built application; `MAP706` with the compiler's first errors where it fails."""
    if app.file.build.command or not app.file.build.sources:
        return _own_command(app, runtime)
    toolchain = find_toolchain()
    sources = application_sources(app)
    flags = _compile_flags(app, runtime)
    inputs = (toolchain.identity, runtime.identity, _headers_digest(app))
    with ThreadPoolExecutor(_JOBS) as pool:
        objects = list(pool.map(lambda path: _compile(path, toolchain, flags, inputs), sources))
    failed = [entry for entry in objects if not entry.ok]
    if failed:
        raise _broken(app, "does not compile", "\n".join(entry.text for entry in failed))
    program = _link(app, runtime, toolchain, objects)
    if not program.ok:
        raise _broken(app, "does not link", program.text)
    text = "".join(entry.text for entry in (*objects, program))
    return BuiltApplication(app=app, binary=program.output, hash=program.folder.name, text=text)


def application_sources(app: Application) -> tuple[Path, ...]:
    """Return the sources that the globs of `app.toml` match, each once."""
    found: dict[Path, None] = {}
    for glob in app.file.build.sources:
        matches = sorted(app.folder.glob(glob)) if "*" in glob else [app.folder / glob]
        missing = [path for path in matches if not path.is_file()]
        if not matches or missing:
            raise failure(
                APPLICATION_BUILD,
                f"{app.name}: `sources` names `{glob}`, which matches no file in {app.folder}",
                help="correct `sources` in `[build]` of its app.toml",
            )
        found |= dict.fromkeys(path.resolve() for path in matches)
    return tuple(found)


def include_folders(app: Application) -> tuple[Path, ...]:
    """Return the folders in which the application's sources look for headers.

    Its own folder is one if there is a header in it. Otherwise sources that it shares with other
    applications could not be compiled once for all of them.
    """
    own = (".",) if any(_headers_in(app.folder)) else ()
    return tuple((app.folder / name).resolve() for name in (*own, *app.file.build.include))


def _compile_flags(app: Application, runtime: LegionRuntime) -> tuple[str, ...]:
    """Return the options of every source; the application's own come last and win."""
    include = tuple(f"-I{folder}" for folder in _header_folders(app))
    return ("-std=c++17", "-O2", *include, *runtime.compile_flags, *app.file.build.flags)


def _header_folders(app: Application) -> tuple[Path, ...]:
    """Return the application's own folders for headers, and that of `mapc/gpu.h`."""
    return (*include_folders(app), gpu_include_folder())


def _headers_digest(app: Application) -> str:
    """Return a hash over every header that a source could include.

    Coarser than the compiler's own dependency lists, which are known only after compiling: a
    changed header compiles all sources of this small application again.
    """
    folders = _header_folders(app)
    return digest_of({path for folder in folders for path in _headers_in(folder)})


def _headers_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.suffix in _HEADERS)


def _compile(
    path: Path, toolchain: Toolchain, flags: tuple[str, ...], inputs: tuple[str, ...]
) -> Entry:
    """Compile one source where it is, so that messages and `#include` see its real place.

    Nothing here depends on the application: those with the same options share the objects of
    sources that they have in common.
    """
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    return build(
        Recipe(
            command=(*toolchain.command, *flags, "-c", str(path)),
            output=f"{path.stem}.o",
            inputs=(*inputs, content),
        )
    )


def _link(
    app: Application, runtime: LegionRuntime, toolchain: Toolchain, objects: Sequence[Entry]
) -> Entry:
    """Link the objects; their paths hold their hashes."""
    return build(
        Recipe(
            command=(*toolchain.command, *app.file.build.flags, "-rdynamic"),
            output=app.name,
            tail=(
                *(str(entry.output) for entry in objects),
                *app.file.build.link,
                *runtime.link_flags,
                "-ldl",
            ),
            inputs=(toolchain.identity, runtime.identity),
        )
    )


def _own_command(app: Application, runtime: LegionRuntime) -> BuiltApplication:
    """Run the application's own build command in its folder; it knows best what is up to date."""
    settings = app.file.build
    text = ""
    if settings.command:
        done = subprocess.run(
            settings.command,
            shell=True,  # the user's own command line, from the user's own file
            cwd=app.folder,
            env={**os.environ, **_build_environment(app, runtime)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        text = done.stdout
        if done.returncode != 0:
            raise _broken(app, f"does not build: `{settings.command}` failed", text)
    binary = app.folder / settings.binary
    if not (binary.is_file() and os.access(binary, os.X_OK)):
        raise _broken(app, f"was built, but {settings.binary} is no program", text)
    return BuiltApplication(app=app, binary=binary, hash=digest_of([binary]), text=text)


def _build_environment(app: Application, runtime: LegionRuntime) -> dict[str, str]:
    """Return what a makefile needs: the conventional variables, set for this Legion."""
    return {
        "CXX": shlex.join(find_toolchain().command),
        "CPPFLAGS": shlex.join([f"-I{gpu_include_folder()}", *runtime.compile_flags]),
        "CXXFLAGS": shlex.join(["-std=c++17", "-O2", *app.file.build.flags]),
        "LDFLAGS": shlex.join([flag for flag in runtime.link_flags if flag[:2] != "-l"]),
        "LDLIBS": shlex.join([flag for flag in runtime.link_flags if flag[:2] == "-l"]),
        "LD_LIBRARY_PATH": os.pathsep.join(
            [*map(str, runtime.ld_library_path), os.environ.get("LD_LIBRARY_PATH", "")]
        ).rstrip(os.pathsep),
    }


def _broken(app: Application, what: str, text: str) -> MapcError:
    """Return `MAP706` with the first errors of the compiler as help."""
    text = text.replace(f"{app.folder}{os.sep}", "")
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() or "undefined ref" in line]
    shown = (errors or lines[-_QUOTED_LINES:])[:_QUOTED_LINES]
    return failure(
        APPLICATION_BUILD,
        f"the application {app.name} {what}",
        help="\n".join(shown) or "its build gave no message",
    )
