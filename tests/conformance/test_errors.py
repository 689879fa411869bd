"""Every program of `errors/`: found in the right place, and clean after the fix."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mapc.policy.load import load_policy
from mapc.text import Diagnostic, Reporter, Severity, Source

CASES = sorted((Path(__file__).parent / "errors").glob("*.mapl"))


def check(name: str, text: str) -> tuple[Diagnostic, ...]:
    report = Reporter()
    load_policy(Source(name, text), report)
    return report.diagnostics


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the program as it is, line ends and odd bytes included, and what is expected."""
    text = path.read_bytes().decode("utf-8")
    return text, json.loads(path.with_suffix(".json").read_text())


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_found(path: Path) -> None:
    text, case = read(path)
    diagnostics = check(path.name, text)
    is_error = case["kind"] != "warning"
    if case.get("may_be_accepted") and not diagnostics:
        return
    wanted = [d for d in diagnostics if (d.severity is Severity.ERROR) == is_error]
    lines = {case["line"], *case.get("also_accept_lines", ())}
    places = [d.span.position() for d in wanted if d.span is not None]
    assert any(line in lines for line, _ in places), places
    if case["column"] is not None and case["line"] in {line for line, _ in places}:
        assert (case["line"], case["column"]) in places
    assert all(d.help for d in wanted)
    # One mistake gives one error.
    assert sum(d.severity is Severity.ERROR for d in diagnostics) == (1 if is_error else 0)


FIXABLE = [path for path in CASES if read(path)[1].get("fix") is not None]


@pytest.mark.parametrize("path", FIXABLE, ids=lambda path: path.stem)
def test_fixed(path: Path) -> None:
    text, case = read(path)
    old, new = case["fix"]["replace"], case["fix"]["with"]
    assert old in text
    left = check(path.name, text.replace(old, new, 1))
    assert [d.render() for d in left if d.severity is not Severity.NOTE] == []


def test_all_of_them_are_here(tell: Callable[[str], None]) -> None:
    tell(f"{len(CASES)} error programs, {len(FIXABLE)} of them with a fix")
    assert len(CASES) >= 32
