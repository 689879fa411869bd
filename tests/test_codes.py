"""Every code of the language has a page, a golden case, and is reachable."""

from pathlib import Path

import pytest

from mapc.text.codes import CODES
from tests.findings import diagnostics
from tests.passes.test_subject_golden import CASES as SUBJECT_CASES
from tests.passes.test_subject_golden import findings
from tests.policy.test_golden import CASES as POLICY_CASES

PAGES = Path(__file__).parent.parent / "docs" / "errors"
LANGUAGE = sorted(code for code in CODES if code < "MAP600")


@pytest.fixture(scope="module")
def reached() -> dict[str, set[str]]:
    """The codes that a policy really produces, by the golden case that shows them."""
    found = {
        path.with_suffix(".err").name: diagnostics(path.name, path.read_text(encoding="utf-8"))
        for path in POLICY_CASES
    }
    found |= {path.with_suffix(".err").name: findings(path) for path in SUBJECT_CASES}
    return {case: {diagnostic.code.id for diagnostic in told} for case, told in found.items()}


def test_the_language_s_codes() -> None:
    """MAP414 is not used; nothing else of the reference's section 12 is missing."""
    numbers = {int(code.removeprefix("MAP")) for code in LANGUAGE}
    ranges = [(101, 107), (110, 126), (201, 212), (220, 221), (301, 318), (350, 352), (354, 357)]
    ranges += [(401, 411), (413, 413), (415, 416), (420, 421), (501, 518), (520, 522), (524, 526)]
    assert numbers == {n for first, last in ranges for n in range(first, last + 1)}


@pytest.mark.parametrize("code", LANGUAGE)
def test_every_code_has_a_page(code: str) -> None:
    assert (PAGES / f"{code}.md").is_file()


@pytest.mark.parametrize("code", LANGUAGE)
def test_every_code_is_reached_by_a_golden_case(code: str, reached: dict[str, set[str]]) -> None:
    cases = [*POLICY_CASES, *SUBJECT_CASES]
    shown = {
        path.with_suffix(".err").name: path.with_suffix(".err").read_text(encoding="utf-8")
        for path in cases
    }
    assert any(f"[{code}]" in text and code in reached[case] for case, text in shown.items())
