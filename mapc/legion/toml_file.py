"""Read a TOML file of the user's into a pydantic model; mistakes are diagnostics on its lines."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from mapc.legion.failures import failure
from mapc.text import ExitCode, MapcError, Reporter, Source, Span
from mapc.text.codes import CANNOT_READ, Code
from mapc.text.nearest import did_you_mean

# What to do about a value of the wrong kind, by pydantic's name of the mistake.
_ADVICE = {
    "string_type": 'write a text in quotes: `"..."`',
    "int_type": "write a whole number without quotes",
    "float_type": "write a number without quotes",
    "bool_type": "write `true` or `false`, without quotes",
    "list_type": 'write a list: `["...", "..."]`',
    "model_type": "write it as a table: `[{key}]`",
    "dict_type": "write it as a table: `[{key}]`",
    "greater_than": "write a number above {gt}",
    "greater_than_equal": "write {ge} or more",
    "less_than_equal": "write {le} or less",
    "finite_number": "write a finite number",
    "enum": "write one of {expected}",
    "literal_error": "write one of {expected}",
    "string_pattern_mismatch": "use letters, digits, `.`, `_` and `-`, not `.` or `-` first",
}

BASE = "based_on"

Model = TypeVar("Model", bound=BaseModel)


def read_toml(
    file: Path,
    model: type[Model],
    code: Code,
    *,
    complete: Callable[[dict[str, Any]], dict[str, Any]] = lambda table: table,
) -> tuple[Model, Source]:
    """Return what a file says, and its text; all its mistakes at once, under one code.

    `complete` adds to the tables before they are checked; the second line of its ValueError is
    the help, and the mistake is that of the key `based_on`.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise failure(CANNOT_READ, f"{file} cannot be read: {error}") from error
    source = Source(str(file), text)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(source, error, code) from error
    try:
        table = complete(table)
    except ValueError as error:
        reason, _, advice = str(error).partition("\n")
        raise failure(
            code,
            f"`{BASE}`: {reason}",
            span=key_span(source, (BASE,)),
            help=advice,
            exit_code=ExitCode.USAGE,
        ) from error
    try:
        return model.model_validate(table), source
    except ValidationError as error:
        raise _invalid(source, error, model, code) from error


def key_span(source: Source, place: tuple[str, ...]) -> Span:
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


def _not_toml(source: Source, error: tomllib.TOMLDecodeError, code: Code) -> MapcError:
    """Return the error for text that is no TOML, on the line that the parser names."""
    place = re.search(r"^(.*) \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
    reason, line = (place[1], place[2]) if place else (str(error), None)
    number = int(line) if line else len(source.line_starts)
    return failure(
        code,
        f"not TOML: {reason[:1].lower()}{reason[1:]}",
        span=source.line_span(number),
        help='write tables as `[table]`, in them `key = 1`, `key = "text"` or `key = ["a", "b"]`',
        exit_code=ExitCode.USAGE,
    )


def _invalid(
    source: Source, error: ValidationError, model: type[BaseModel], code: Code
) -> MapcError:
    """Return one diagnostic a mistake, each on the line of its key."""
    report = Reporter()
    for found in error.errors(include_url=False):
        place = tuple(str(part) for part in found["loc"])
        key = ".".join(place)
        context: dict[str, Any] = found.get("ctx", {})
        advice = ""
        match found["type"]:
            case "extra_forbidden":
                message = f"unknown key `{key}`"
                advice = did_you_mean(place[-1], _keys(model, place[:-1]))
            case "missing":
                message = f"`{key}` is missing"
                advice = _how_to_add(model, place)
            case "value_error":
                reason, _, advice = str(context["error"]).partition("\n")
                message = f"`{key}`: {reason}" if key else reason
            case _:
                message = f"`{key}`: {found['msg'][:1].lower()}{found['msg'][1:]}"
                advice = _ADVICE.get(found["type"], "").format(key=key, **context)
        report.error(code, message, key_span(source, place), help=advice)
    return MapcError(*report.diagnostics, exit_code=ExitCode.USAGE)


def _how_to_add(model: type[BaseModel], place: tuple[str, ...]) -> str:
    if place[1:]:
        return f"add it to `[{'.'.join(place[:-1])}]`"
    kind = model.model_fields[place[0]].annotation
    is_table = isinstance(kind, type) and issubclass(kind, BaseModel)
    return f"add `[{place[0]}]`" if is_table else f"add a line `{place[0]} = ...` at the top"


def _keys(model: Any, place: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys that the table at `place` may have."""
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
