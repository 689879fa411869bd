"""Show any tree of frozen records as indented text: what `--emit ast` and its like print."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum

from mapc.text.source import Source, Span


def dump(value: object) -> str:
    """Return a record and everything in it, one field a line, spans as `@line:column`."""
    return "\n".join(_lines(value, "", "")) + "\n"


def _lines(value: object, label: str, indent: str) -> Iterator[str]:
    head = f"{indent}{label}: " if label else indent
    if isinstance(value, tuple | list):
        if not value:
            yield f"{head}()"
            return
        yield f"{indent}{label or '()'}:"
        for item in value:
            yield from _lines(item, "", indent + "  ")
    elif is_dataclass(value) and not isinstance(value, type):
        span = getattr(value, "span", None)
        where = " @{}:{}".format(*span.position()) if isinstance(span, Span) else ""
        yield f"{head}{type(value).__name__}{where}"
        for field in fields(value):
            item = getattr(value, field.name)
            if not isinstance(item, Span | Source):
                yield from _lines(item, field.name, indent + "  ")
    else:
        yield f"{head}{str(value) if isinstance(value, StrEnum) else repr(value)}"
