"""Collects the diagnostics of one job; passes report here and go on."""

from mapc.text.codes import Code
from mapc.text.diagnostic import Diagnostic, Related, Severity
from mapc.text.source import Span


class Reporter:
    """An ordered collection of diagnostics without repetitions."""

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep one diagnostic; the same finding twice is kept once."""
        self._found.setdefault(diagnostic)

    def error(
        self,
        code: Code,
        message: str,
        span: Span | None = None,
        *,
        help: str = "",
        related: tuple[Related, ...] = (),
    ) -> None:
        """Report what prevents code generation."""
        self._put(Severity.ERROR, code, message, span, help, related)

    def warning(
        self,
        code: Code,
        message: str,
        span: Span | None = None,
        *,
        help: str = "",
        related: tuple[Related, ...] = (),
    ) -> None:
        """Report what is probably a mistake."""
        self._put(Severity.WARNING, code, message, span, help, related)

    def note(
        self,
        code: Code,
        message: str,
        span: Span | None = None,
        *,
        help: str = "",
        related: tuple[Related, ...] = (),
    ) -> None:
        """Report what is worth knowing."""
        self._put(Severity.NOTE, code, message, span, help, related)

    def _put(
        self,
        severity: Severity,
        code: Code,
        message: str,
        span: Span | None,
        help_text: str,
        related: tuple[Related, ...],
    ) -> None:
        self.add(
            Diagnostic(
                code=code,
                severity=severity,
                message=message,
                span=span,
                help=help_text,
                related=related,
            )
        )

    @property
    def has_errors(self) -> bool:
        """Whether anything found prevents code generation."""
        return any(d.severity is Severity.ERROR for d in self._found)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything found, by place; what has no place comes first."""
        return tuple(sorted(self._found, key=_by_place))


def _by_place(diagnostic: Diagnostic) -> tuple[str, int, str]:
    span = diagnostic.span
    if span is None:
        return "", -1, diagnostic.code.id
    return span.source.name, span.start, diagnostic.code.id
