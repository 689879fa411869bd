"""Collects the diagnostics of one job; passes report here and go on."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from mapc.text.codes import Code
from mapc.text.diagnostic import Diagnostic, Related, Severity
from mapc.text.source import Span

MOST_KEPT = 1000
"""Diagnostics of one severity that are kept; those that stand first."""
LONGEST_MESSAGE = 500
LONGEST_HELP = 4000

Place: TypeAlias = tuple[str, int, str]


class Findings(tuple[Diagnostic, ...]):
    """Diagnostics by place, and how many more of each severity there were."""

    omitted: dict[Severity, int]

    @classmethod
    def of(cls, kept: Iterable[Diagnostic], omitted: dict[Severity, int]) -> "Findings":
        """Return findings in the order given."""
        findings = cls(kept)
        findings.omitted = omitted
        return findings


@dataclass(slots=True)
class _Kept:
    """The first diagnostics of one severity."""

    found: dict[Diagnostic, None] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    """Hashes of the others, so that the same finding is counted once."""
    end: Place | None = None
    """What stands behind this place is not kept."""

    def add(self, diagnostic: Diagnostic) -> None:
        if diagnostic in self.found:
            return
        if self.end is not None and _by_place(diagnostic) > self.end:
            self.dropped.add(hash(diagnostic))
        elif not self.dropped or hash(diagnostic) not in self.dropped:
            self.found[diagnostic] = None
            if len(self.found) >= 2 * MOST_KEPT:
                self.trim()

    def trim(self) -> None:
        """Drop what is too much."""
        if len(self.found) <= MOST_KEPT:
            return
        ordered = sorted(self.found, key=_by_place)
        self.found = dict.fromkeys(ordered[:MOST_KEPT])
        self.dropped.update(map(hash, ordered[MOST_KEPT:]))
        self.end = _by_place(ordered[MOST_KEPT - 1])


class Reporter:
    """An ordered collection of diagnostics without repetitions, of bounded size."""

    def __init__(self) -> None:
        self._kept: dict[Severity, _Kept] = {}

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep one diagnostic; the same finding twice is kept once."""
        kept = self._kept.get(diagnostic.severity)
        if kept is None:
            kept = self._kept[diagnostic.severity] = _Kept()
        kept.add(_shortened(diagnostic))

    def take(self, other: "Reporter") -> None:
        """Add everything that was found for a part of the job."""
        for severity, kept in other._kept.items():
            mine = self._kept.setdefault(severity, _Kept())
            for diagnostic in kept.found:
                mine.add(diagnostic)
            mine.dropped |= kept.dropped

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
        return Severity.ERROR in self._kept

    @property
    def diagnostics(self) -> Findings:
        """Everything found, by place; what has no place comes first."""
        for kept in self._kept.values():
            kept.trim()
        every = (diagnostic for kept in self._kept.values() for diagnostic in kept.found)
        omitted = {s: len(kept.dropped) for s, kept in self._kept.items() if kept.dropped}
        return Findings.of(sorted(every, key=_by_place), omitted)


def _by_place(diagnostic: Diagnostic) -> Place:
    span = diagnostic.span
    if span is None:
        return "", -1, diagnostic.code.id
    return span.source.name, span.start, diagnostic.code.id


def _shortened(diagnostic: Diagnostic) -> Diagnostic:
    """Return a diagnostic with a message of one readable line, whatever names it quotes."""
    message, help_text = diagnostic.message, diagnostic.help
    if len(message) <= LONGEST_MESSAGE and len(help_text) <= LONGEST_HELP:
        if message.isprintable():
            return diagnostic
    elif len(message) > LONGEST_MESSAGE:
        half = LONGEST_MESSAGE // 2 - 2
        message = f"{message[:half]}...{message[-half:]}"
    # A control character would move the terminal's cursor.
    message = "".join(c if c.isprintable() else "·" for c in message)
    # Advice of which a part is missing is no advice.
    return replace(
        diagnostic, message=message, help=help_text if len(help_text) <= LONGEST_HELP else ""
    )
