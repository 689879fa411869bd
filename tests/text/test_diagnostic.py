"""Diagnostics: how they look, and that every code is declared once and explained."""

import json

from mapc.text import Diagnostic, Related, Reporter, Severity, Source, Span, codes
from mapc.text.printer import as_json, as_text

SOURCE = Source("bad.mapl", "Task a CPU;\n\tRegion calc 0 GPU SYSMEM;\n")


def found() -> Diagnostic:
    start = SOURCE.text.index("SYSMEM")
    return Diagnostic(
        code=codes.UNREACHABLE_MEMORY,
        severity=Severity.ERROR,
        message="GPU cannot address SYSMEM",
        span=Span(SOURCE, start, start + 6),
        help="choose one of FBMEM, ZCMEM",
        related=(Related(message="the task is here", span=Span(SOURCE, 5, 6)),),
    )


def test_render() -> None:
    """The carets stand under the text, also behind a tab."""
    assert found().render() == (
        "error[MAP402]: GPU cannot address SYSMEM\n"
        " --> bad.mapl:2:20\n"
        "  |\n"
        "2 |  Region calc 0 GPU SYSMEM;\n"
        "  |                    ^^^^^^\n"
        "  = note: the task is here (bad.mapl:1:6)\n"
        "  = help: choose one of FBMEM, ZCMEM\n"
    )


def test_json_has_the_fields_of_the_contract() -> None:
    (record,) = json.loads(as_json([found()]))["diagnostics"]
    assert record == {
        "code": "MAP402",
        "severity": "error",
        "message": "GPU cannot address SYSMEM",
        "file": "bad.mapl",
        "line": 2,
        "column": 20,
        "end_line": 2,
        "end_column": 26,
        "help": "choose one of FBMEM, ZCMEM",
    }


def test_reporter_sorts_and_drops_repetitions() -> None:
    report = Reporter()
    late = Span(SOURCE, 20, 22)
    report.warning(codes.DUPLICATE_KEY, "second", late)
    report.error(codes.UNKNOWN_NAME, "first", Span(SOURCE, 0, 4))
    report.warning(codes.DUPLICATE_KEY, "second", late)
    assert [d.message for d in report.diagnostics] == ["first", "second"]
    assert report.has_errors


def test_a_flood_is_capped_and_counted() -> None:
    report = Reporter()
    for number in range(60):
        report.error(codes.UNKNOWN_NAME, f"name {number}")
    text = as_text(report.diagnostics)
    assert "... and 10 more" in text
    assert text.endswith("60 errors\n")


def test_control_characters_do_not_reach_the_terminal() -> None:
    source = Source("x", "a\x1b[31m\x07b\n")
    shown = Diagnostic(
        code=codes.UNEXPECTED_CHARACTER,
        severity=Severity.ERROR,
        message="m",
        span=Span(source, 1, 2),
    ).render()
    assert "\x1b" not in shown
    assert "\x07" not in shown
