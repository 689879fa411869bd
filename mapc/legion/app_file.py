"""Find an application and read its `app.toml`; mistakes in it are diagnostics on its lines."""

import re
import tomllib
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from mapc.legion.application import AppFile, Application, Preset
from mapc.legion.failures import failure
from mapc.resources import applications
from mapc.text import ExitCode, MapcError, Reporter, Source, Span
from mapc.text.codes import BAD_APPLICATION, CANNOT_READ, NO_SUCH_APPLICATION, NO_SUCH_PRESET
from mapc.text.nearest import did_you_mean

APP_FILE = "app.toml"


def known_applications() -> tuple[str, ...]:
    """Return the names of the applications that come with this checkout."""
    root = applications()
    if root is None:
        return ()
    return tuple(sorted(path.parent.name for path in root.glob(f"*/{APP_FILE}")))


def find_application(name_or_path: str) -> Application:
    """Return an application by name (one of ours) or by folder (anybody's)."""
    known = known_applications()
    if name_or_path in known and (root := applications()):
        return read_application(root / name_or_path / APP_FILE)
    path = Path(name_or_path).expanduser()
    file = path if path.name == APP_FILE else path / APP_FILE
    if file.is_file():
        return read_application(file)
    if path.is_dir():
        message = f"the folder {name_or_path} holds no `{APP_FILE}`"
        advice = f"write an `{APP_FILE}` that says how the application is built and run"
    else:
        message = f"there is no application `{name_or_path}`"
        hint = did_you_mean(name_or_path, known)
        advice = f"{hint}; or name a folder with an `{APP_FILE}`".removeprefix("; or ")
    raise failure(NO_SUCH_APPLICATION, message, help=advice, exit_code=ExitCode.USAGE)


def read_application(file: Path) -> Application:
    """Return the application that an `app.toml` describes; all its mistakes at once."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise failure(CANNOT_READ, f"{file} cannot be read: {error}") from error
    source = Source(str(file), text)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(source, error) from error
    try:
        parsed = AppFile.model_validate(table)
    except ValidationError as error:
        raise _invalid(source, error) from error
    return Application(folder=file.parent.absolute(), file=parsed)


def find_preset(app: Application, name: str) -> Preset:
    """Return a preset; every application has `default`, empty where the file has none."""
    if name in app.file.presets:
        return app.file.presets[name]
    if name == "default":
        return Preset()
    raise failure(
        NO_SUCH_PRESET,
        f"{app.name} has no preset `{name}`",
        help=did_you_mean(name, [*app.file.presets, "default"]),
        exit_code=ExitCode.USAGE,
    )


def _not_toml(source: Source, error: tomllib.TOMLDecodeError) -> MapcError:
    """Return the error for text that is no TOML, on the line that the parser names."""
    place = re.search(r"^(.*) \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
    reason, line = (place[1], place[2]) if place else (str(error), None)
    number = int(line) if line else len(source.line_starts)
    return failure(
        BAD_APPLICATION,
        f"not TOML: {reason[:1].lower()}{reason[1:]}",
        span=source.line_span(number),
        exit_code=ExitCode.USAGE,
    )


def _invalid(source: Source, error: ValidationError) -> MapcError:
    """Return one diagnostic a mistake, each on the line of its key."""
    report = Reporter()
    for found in error.errors(include_url=False, include_context=False):
        place = tuple(str(part) for part in found["loc"])
        key = ".".join(place)
        advice = ""
        match found["type"]:
            case "extra_forbidden":
                message = f"unknown key `{key}`"
                advice = did_you_mean(place[-1], _keys(place[:-1]))
            case "missing":
                message = f"`{key}` is missing"
                advice = f"add it to `[{'.'.join(place[:-1])}]`" if place[1:] else f"add `[{key}]`"
            case "value_error":
                message = f"`{key}`: {found['msg'].removeprefix('Value error, ')}"
            case _:
                message = f"`{key}`: {found['msg'][:1].lower()}{found['msg'][1:]}"
        report.error(BAD_APPLICATION, message, _span(source, place), help=advice)
    return MapcError(*report.diagnostics, exit_code=ExitCode.USAGE)


def _keys(place: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys that the table at `place` may have."""
    model: Any = AppFile
    for part in place:
        if isinstance(model, type) and issubclass(model, BaseModel):
            model = model.model_fields[part].annotation
        else:
            # `dict[str, X]`, `list[X]`: what the key or the position selects.
            model = get_args(model)[-1]
        if isinstance(model, UnionType):
            model = next(one for one in get_args(model) if one is not NoneType)
    if isinstance(model, type) and issubclass(model, BaseModel):
        return tuple(model.model_fields)
    return ()


def _span(source: Source, place: tuple[str, ...]) -> Span:
    """Return the line of a key, else of its table's head, else the first line.

    `tomllib` keeps no positions. Looking for `key =` below `[table]` finds every key in the plain
    style that these files have.
    """
    table, best = "", source.line_span(1)
    heads = {".".join(place[:count]) for count in range(1, len(place) + 1)}
    for number in range(1, len(source.line_starts) + 1):
        line = source.line(number)
        if head := re.match(r"\s*\[\[?\s*([^\[\]]+?)\s*\]", line):
            table = re.sub(r"[\s\"']", "", head[1])
            if table in heads:
                best = source.line_span(number)
            if table == ".".join(place):
                return best
        elif key := re.match(r"\s*[\"']?([\w.-]+)[\"']?\s*=", line):
            full = f"{table}.{key[1]}".lstrip(".")
            if full in heads and full != table:
                return source.line_span(number)
    return best
