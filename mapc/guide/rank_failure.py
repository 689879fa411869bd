"""Say which rank of several ended a run, how, and with which last words.

A policy error that the mapper reports needs no rank: it is the same on all of them.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from mapc.guide.log import clean_text
from mapc.guide.report import Findings, plain
from mapc.text import Diagnostic, Severity
from mapc.text.codes import RANK_FAILED, UNKNOWN_FAILURE

if TYPE_CHECKING:
    from mapc.legion.outcome import Outcome

_WORDS = 4  # lines that a rank said last
_LONGEST = 200
_NOISE = ('"event":', "{4}{threads}", "{gpu}")  # records, and what Realm says at every start


def with_failed_rank(found: Findings, outcome: "Outcome") -> Findings:
    """Return the findings with the rank that failed, first unless they name a policy line."""
    rank = outcome.failed_rank
    if rank is None or found.outcome_class is None:
        return found
    others = [d for d in found.diagnostics if d.code is not UNKNOWN_FAILURE]
    if any(d.span is not None for d in others):
        return found
    end = outcome.ranks[rank]
    count = len(outcome.ranks)
    message = f"rank {rank} of {count} {end.ending if end.signal else f'failed: {end.ending}'}"
    if any(other.stopped for other in outcome.ranks):
        message += ", and mapc ended the others" if count > 2 else ", and mapc ended the other"
    told = Diagnostic(
        code=RANK_FAILED,
        severity=Severity.ERROR,
        message=message,
        help="\n".join(last_words(rank, end.output)),
    )
    return replace(found, diagnostics=(told, *others))


def last_words(rank: int, output: str) -> list[str]:
    """Return the last lines of a rank, each with the rank in front."""
    rows = [row.strip() for row in clean_text(output)[-20_000:].splitlines()]
    rows = [row for row in rows if row and not any(part in row for part in _NOISE)]
    if not rows:
        return [f"rank {rank} said nothing"]
    return [f"rank {rank} said: {plain(row)[:_LONGEST]}" for row in rows[-_WORDS:]]
