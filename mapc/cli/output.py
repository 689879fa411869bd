"""What commands share: formats, reading policies, showing diagnostics."""

import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapc.text import Diagnostic, MapcError, Reporter, Source
from mapc.text.printer import as_text, wants_colour

if TYPE_CHECKING:
    from mapc.policy.model import Policy


class Format(StrEnum):
    """How a command prints its product."""

    TEXT = "text"
    JSON = "json"


def show(diagnostics: Sequence[Diagnostic]) -> None:
    """Print diagnostics for people, on stderr."""
    sys.stderr.write(as_text(diagnostics, colour=wants_colour(sys.stderr)))


def say(text: str) -> None:
    """Tell what is being done, on stderr."""
    sys.stderr.write(f"{text}\n")


def print_json(value: object) -> None:
    """Print a JSON document on stdout."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def diagnostics_json(diagnostics: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """Return diagnostics as JSON objects."""
    return [d.to_json() for d in diagnostics]


def read_text(path: Path, report: Reporter) -> Source:
    """Return the text of a file, or of standard input for `-`."""
    from mapc.text.read import decode_source, read_source, read_stream

    if str(path) == "-":
        return decode_source("<stdin>", read_stream(sys.stdin.buffer), report)
    return read_source(path, report)


def read_policy(path: Path, report: Reporter) -> "Policy | None":
    """Return the policy in a file, None when it has errors, which are in `report`."""
    from mapc.policy.load import load_policy

    source = read_text(path, report)
    return None if report.has_errors else load_policy(source, report)


def require_policy(path: Path, report: Reporter) -> "Policy":
    """Return the policy in a file; raises MapcError with all findings when it has errors."""
    policy = read_policy(path, report)
    if policy is None or report.has_errors:
        raise MapcError.of(report.diagnostics)
    return policy
