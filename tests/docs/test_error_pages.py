"""Every code of the language has a page, and the examples on it are true.

A page's first `mapl` block gives its code, the plain block behind it is what mapc prints (rewritten
by `pytest --update-golden`), and the last `mapl` block under "What to do" is the corrected policy.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from mapc.text import Diagnostic, Severity
from mapc.text.codes import CODES, Code
from mapc.text.printer import as_text
from tests.findings import diagnostics

FOLDER = Path(__file__).parent.parent.parent / "docs" / "errors"
LANGUAGE = [code for code in CODES.values() if code.id < "MAP600"]
# Bytes, an application or the description of a machine make these, not the text of a policy alone.
NEEDS_MORE = {"MAP102", "MAP502", "MAP510", "MAP512", "MAP513", "MAP517"}
NEEDS_MORE |= {f"MAP{number}" for number in range(520, 527)}
EXAMPLE, ADVICE = "## Example\n", "## What to do\n"
BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """One page, cut at its headings."""

    head: str
    example: str
    advice: str

    @classmethod
    def of(cls, text: str) -> "Page":
        """Return the parts of a page."""
        head, example_heading, rest = text.partition(EXAMPLE)
        example, advice_heading, advice = rest.partition(ADVICE)
        assert example_heading, "no section `## Example`"
        assert advice_heading, "no section `## What to do`"
        return cls(head, example, advice)


def page_of(code: Code) -> Path:
    return FOLDER / f"{code.id}.md"


def blocks(part: str, language: str) -> list[re.Match[str]]:
    """Return the fenced blocks of one language; `""` stands for plain text."""
    return [found for found in BLOCK.finditer(part) if found["language"] == language]


def findings(policy: str) -> tuple[Diagnostic, ...]:
    return diagnostics("example.mapl", policy)


def test_every_code_has_a_page() -> None:
    assert [code.id for code in LANGUAGE if not page_of(code).exists()] == []


def test_every_page_has_a_code() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.md") if path.stem not in CODES) == []


def shown(codes: list[Code]) -> pytest.MarkDecorator:
    """Run a test once for every page that is there; a missing one is reported once, above."""
    pages = [code for code in codes if page_of(code).exists()]
    return pytest.mark.parametrize("code", pages, ids=lambda code: code.id)


@shown([code for code in LANGUAGE if code.id not in NEEDS_MORE])
def test_example(code: Code, request: pytest.FixtureRequest) -> None:
    path = page_of(code)
    text = path.read_text(encoding="utf-8")
    page = Page.of(text)
    policies = blocks(page.example, "mapl")
    assert policies, "no `mapl` block under Example"
    found = findings(policies[0]["text"])
    own = [diagnostic for diagnostic in found if diagnostic.code == code]
    assert own, f"the example does not give {code.id}:\n{as_text(found)}"
    printed = blocks(page.example, "")
    assert len(printed) == 1, "Example needs one plain block, with what mapc prints"
    if request.config.getoption("--update-golden"):
        start, end = printed[0].span("text")
        example = page.example[:start] + own[0].render() + page.example[end:]
        path.write_text(page.head + EXAMPLE + example + ADVICE + page.advice, encoding="utf-8")
        return
    assert own[0].render() == printed[0]["text"]


@shown(LANGUAGE)
def test_form(code: Code) -> None:
    text = page_of(code).read_text(encoding="utf-8")
    page = Page.of(text)
    assert text.splitlines()[0] == f"# {code.id}: {code.summary}"
    assert len(page.head.split()) > 20, "the page does not say what happened"
    assert f"[{code.id}]" in page.example
    assert re.search("^- ", page.advice, re.MULTILINE), "no bullet says what to do"
    # What mapc prints is as long as it is; the words and policies of a page are kept short.
    written = text.replace("".join(found["text"] for found in blocks(page.example, "")), "")
    assert 10 <= len(written.splitlines()) <= 40
    assert max(map(len, written.splitlines())) <= 130
    assert text.count("```") == 2 * len(BLOCK.findall(text)), "a fence is not closed"


@shown(LANGUAGE)
def test_correction(code: Code) -> None:
    policies = blocks(Page.of(page_of(code).read_text(encoding="utf-8")).advice, "mapl")
    if not policies:
        return
    found = findings(policies[-1]["text"])
    assert [one for one in found if one.severity is Severity.ERROR or one.code == code] == [], (
        as_text(found)
    )
