"""Which sources a command line means: files, folders, applications, databases of compilers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mapc.cli.output import say
from mapc.text import Diagnostic, ExitCode, MapcError, Severity
from mapc.text.codes import NO_SOURCES, Code

if TYPE_CHECKING:
    from mapc.analyze.commands import Command
    from mapc.legion.application import Application

_APP_FILE = "app.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to analyse; `application` if it is all of one, which could be run, too."""

    commands: "tuple[Command, ...]"
    application: "Application | None" = None


def asked_for(names: Sequence[str], flags: Sequence[str], database: Path | None) -> Asked:
    """Return what names mean; `flags` come behind those that are found for each source.

    Raises MapcError for what does not exist, and for folders without sources.
    """
    from mapc.analyze.commands import Command, essential
    from mapc.analyze.database import read_database

    known = read_database(database) if database is not None else None
    commands: list[Command] = []
    application = None
    for name in names or ([] if known is None else ["."]):
        if known is not None:
            found = _in_database(name, known, database)
        else:
            application = _application(name)
            found = _of_application(application) if application else _of_path(Path(name))
        commands += found
    if len(names) != 1:
        application = None
    more = tuple(essential(flags, Path.cwd()))
    # The standard is the last; it counts only where it was given.
    more = more if any(flag.startswith("-std=") for flag in flags) else more[:-1]
    return Asked(
        commands=tuple(
            Command(source=one.source, flags=(*one.flags, *more)) for one in dict.fromkeys(commands)
        ),
        application=application,
    )


def application_commands(application: "Application") -> "tuple[Command, ...]":
    """Return the sources of an application with the options that its description gives."""
    return _of_application(application)


def _application(name: str) -> "Application | None":
    """Return one of our applications, or one that a folder describes."""
    from mapc.resources import applications

    root = applications()
    path = Path(name)
    ours = root is not None and "/" not in name and (root / name / _APP_FILE).is_file()
    if path.is_file() and path.name != _APP_FILE:
        return None
    if not ours and path.name != _APP_FILE and not (path / _APP_FILE).is_file():
        return None
    from mapc.legion.app_file import find_application

    return find_application(name)


def _of_application(application: "Application") -> "tuple[Command, ...]":
    from mapc.analyze.commands import command
    from mapc.legion.app_build import application_sources

    if not application.file.build.sources:
        return _of_folder(application.folder, application)
    sources = application_sources(application)
    flags = _application_flags(application)
    return tuple(command(source, flags, application.folder) for source in sources)


def _application_flags(application: "Application") -> tuple[str, ...]:
    from mapc.legion.app_build import include_folders

    include = (f"-I{folder}" for folder in include_folders(application))
    return (*include, *_legion_flags(), *application.file.build.flags)


def _of_path(path: Path) -> "tuple[Command, ...]":
    """Return a source, or those of a folder."""
    path = path.expanduser()
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file():
        from mapc.legion.app_file import known_applications
        from mapc.text.nearest import nearest

        best = nearest(str(path), known_applications())
        advice = f"did you mean the application `{best}`?" if best else _ADVICE
        raise _error(NO_SOURCES, f"there is no source, folder or application `{path}`", advice)
    return (_source(path),)


_ADVICE = "give C++ sources, a folder with an `app.toml` or `compile_commands.json`, or a name"


def _of_folder(folder: Path, application: "Application | None" = None) -> "tuple[Command, ...]":
    """Return the sources of a folder: as a build system compiled them, else all that lie in it."""
    from mapc.analyze.commands import SOURCES, command
    from mapc.analyze.database import database_in, read_database

    database = database_in(folder)
    if database is not None and (found := read_database(database)):
        return found
    files = sorted(file for file in folder.iterdir() if file.suffix in SOURCES and file.is_file())
    if not files:
        raise _error(NO_SOURCES, f"there are no C++ sources in the folder {folder}", _ADVICE)
    flags = _application_flags(application) if application else _legion_flags()
    return tuple(command(file, flags) for file in files)


def _source(path: Path) -> "Command":
    """Return a single source: as its build system or the application around it compiles it."""
    from mapc.analyze.commands import absolute, command
    from mapc.analyze.database import nearest_database, read_database

    source = absolute(path, Path.cwd())
    database = nearest_database(source)
    if database is not None:
        found = [one for one in read_database(database) if one.source == source]
        if found:
            return found[0]
    if (source.parent / _APP_FILE).is_file():
        from mapc.legion.app_file import find_application

        return command(source, _application_flags(find_application(str(source.parent))))
    return command(source, _legion_flags())


def _in_database(
    name: str, known: "tuple[Command, ...]", database: Path | None
) -> "tuple[Command, ...]":
    """Return a source as a database has it; of a folder, all in it; of `.`, all there are."""
    from mapc.analyze.commands import absolute

    path = absolute(Path(name), Path.cwd())
    found = tuple(one for one in known if one.source == path or path in one.source.parents)
    if name == ".":
        found = known
    if not found:
        raise _error(NO_SOURCES, f"{database} has no C++ source `{name}`", _ADVICE)
    return found


@cache
def _legion_flags() -> tuple[str, ...]:
    """Return the options with which Legion's headers are found, and mapc's own for kernels."""
    from mapc.legion.emulator import gpu_include_folder
    from mapc.legion.runtime import find_runtime, known_runtime

    runtime = known_runtime() or find_runtime(say)
    return f"-I{gpu_include_folder()}", *runtime.compile_flags


def _error(code: Code, message: str, advice: str) -> MapcError:
    made = Diagnostic(code=code, severity=Severity.ERROR, message=message, help=advice)
    return MapcError(made, exit_code=ExitCode.USAGE)
