"""The reporter: what is kept of very many findings, and in which order."""

import random

from mapc.text import MapcError, Reporter, Severity, Source, Span, codes
from mapc.text.printer import as_text
from mapc.text.reporter import LONGEST_MESSAGE, MOST_KEPT

SOURCE = Source("many.mapl", "x" * 100_000)
COUNT = 5 * MOST_KEPT + 7


def filled(starts: list[int]) -> Reporter:
    report = Reporter()
    for start in starts:
        report.error(codes.UNKNOWN_NAME, f"unknown name `{start}`", Span(SOURCE, start, start + 1))
    return report


def starts_of(report: Reporter) -> list[int]:
    return [found.span.start for found in report.diagnostics if found.span is not None]


def test_the_first_are_kept_in_whatever_order_they_come() -> None:
    starts = list(range(COUNT))
    random.Random(3).shuffle(starts)
    report = filled(starts)
    assert starts_of(report) == list(range(MOST_KEPT))
    assert report.diagnostics.omitted == {Severity.ERROR: COUNT - MOST_KEPT}
    assert as_text(report.diagnostics).endswith(f"... and {COUNT - 50} more\n\n{COUNT} errors\n")


def test_the_same_finding_counts_once() -> None:
    report = filled(list(range(COUNT)) * 2)
    assert report.diagnostics.omitted == {Severity.ERROR: COUNT - MOST_KEPT}


def test_findings_of_a_part_are_added() -> None:
    report = filled(list(range(1000)))
    report.take(filled(list(range(500, COUNT))))
    assert starts_of(report) == list(range(MOST_KEPT))
    assert report.diagnostics.omitted == {Severity.ERROR: COUNT - MOST_KEPT}
    error = MapcError.of(report.diagnostics)
    assert as_text(error.diagnostics) == as_text(report.diagnostics)


def test_messages_are_one_readable_line() -> None:
    report = Reporter()
    report.error(codes.UNKNOWN_NAME, f"unknown name `\x1b[31m{'a' * 10_000}`", help="b" * 10_000)
    (found,) = report.diagnostics
    assert found.message.startswith("unknown name `·[31maaa")
    assert found.message.endswith("aaa`")
    assert len(found.message) <= LONGEST_MESSAGE
    assert found.help == ""


def test_a_long_line_is_quoted_in_part() -> None:
    source = Source("long.mapl", f"{'a' * 5000} = 1")
    report = Reporter()
    report.error(codes.UNKNOWN_NAME, "here", Span(source, 5001, 5002))
    *_, quoted, carets = report.diagnostics[0].render().splitlines()
    assert len(quoted) < 220
    assert quoted[carets.index("^")] == "="
