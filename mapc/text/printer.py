"""Printers of diagnostics: plain text, coloured terminal text, JSON."""

import json
import os
import re
from collections.abc import Sequence
from typing import TextIO

from mapc.text.diagnostic import Diagnostic, Severity
from mapc.text.reporter import Findings

MOST_SHOWN = 50
_COLOUR = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}


def as_json(diagnostics: Sequence[Diagnostic], **more: object) -> str:
    """Return the JSON document of the command contract, with `more` that a command tells.

    `omitted` counts the diagnostics that were too many to keep, where there are such.
    """
    product: dict[str, object] = {"diagnostics": [d.to_json() for d in diagnostics]}
    if omitted := _omitted(diagnostics):
        product["omitted"] = {severity.value: count for severity, count in omitted.items()}
    return json.dumps(product | more, indent=2) + "\n"


def as_text(diagnostics: Sequence[Diagnostic], *, colour: bool = False) -> str:
    """Return all diagnostics as text, capped, with a closing count when there are several."""
    blocks = [_paint(d) if colour else d.render() for d in _shown(diagnostics)]
    hidden = len(diagnostics) + sum(_omitted(diagnostics).values()) - MOST_SHOWN
    if hidden > 0:
        blocks.append(f"... and {hidden} more\n")
    if len(diagnostics) > 1:
        blocks.append(summary(diagnostics) + "\n")
    return "\n".join(blocks)


def _shown(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """Return as many as are shown, in their order: notes must not hide errors."""
    if len(diagnostics) <= MOST_SHOWN:
        return diagnostics
    ranks = {severity: rank for rank, severity in enumerate(Severity)}
    chosen = sorted(range(len(diagnostics)), key=lambda i: ranks[diagnostics[i].severity])
    return [diagnostics[i] for i in sorted(chosen[:MOST_SHOWN])]


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """Return a count such as `2 errors, 1 warning`."""
    more = _omitted(diagnostics)
    counts = [(s, sum(d.severity is s for d in diagnostics) + more.get(s, 0)) for s in Severity]
    return ", ".join(f"{n} {s.value}{'s' if n > 1 else ''}" for s, n in counts if n)


def _omitted(diagnostics: Sequence[Diagnostic]) -> dict[Severity, int]:
    return diagnostics.omitted if isinstance(diagnostics, Findings) else {}


def wants_colour(stream: TextIO) -> bool:
    """Return whether a stream is a terminal whose user did not refuse colour."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def _paint(diagnostic: Diagnostic) -> str:
    """Colour the head and the carets of one diagnostic."""
    code = _COLOUR[diagnostic.severity]
    head, _, rest = diagnostic.render().partition("\n")
    rest = re.sub(r"(?m)^( *\| +)(\^+)$", rf"\1\033[{code}m\2\033[0m", rest)
    return f"\033[{code}m{head}\033[0m\n{rest}"
