"""Our diagnostics as the Language Server Protocol wants them."""

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
    Range,
)

from mapc import text
from mapc.lsp.positions import Positions
from mapc.resources import resource
from mapc.text import codes

_SEVERITY = {
    text.Severity.ERROR: DiagnosticSeverity.Error,
    text.Severity.WARNING: DiagnosticSeverity.Warning,
    text.Severity.NOTE: DiagnosticSeverity.Information,
}
_FADED = frozenset(
    (codes.UNUSED_FUNCTION, codes.UNUSED_VARIABLE, codes.AFTER_RETURN, codes.DUPLICATE_KEY)
)
"""What editors show in grey: it has no effect."""


def published(found: text.Diagnostic, positions: Positions, uri: str) -> Diagnostic:
    """Return one finding about a text; one without a place stands at its beginning."""
    page = resource("errors", f"{found.code.id}.md")
    return Diagnostic(
        range=_range(found.span, positions),
        severity=_SEVERITY[found.severity],
        code=found.code.id,
        code_description=CodeDescription(href=page.as_uri()) if page.is_file() else None,
        source="mapc",
        message=f"{found.message}\nhelp: {found.help}" if found.help else found.message,
        tags=[DiagnosticTag.Unnecessary] if found.code in _FADED else None,
        related_information=[
            DiagnosticRelatedInformation(
                location=Location(uri=uri, range=_range(other.span, positions)),
                message=other.message,
            )
            for other in found.related
        ]
        or None,
        data={"help": found.help},
    )


def _range(span: text.Span | None, positions: Positions) -> Range:
    if span is None:
        return Range(start=positions.position(0), end=positions.position(0))
    return positions.range(span)
