"""Source text, positions in it, and everything a user is told about it."""

from mapc.text.diagnostic import Diagnostic, Related, Severity
from mapc.text.errors import ExitCode, MapcError
from mapc.text.reporter import Reporter
from mapc.text.source import Source, Span

__all__ = [
    "Diagnostic",
    "ExitCode",
    "MapcError",
    "Related",
    "Reporter",
    "Severity",
    "Source",
    "Span",
]
