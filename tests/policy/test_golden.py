"""Golden findings: each policy of `tests/golden/policy` gives exactly the text stored beside it.

A first line can ask for an evaluation too; `tests/findings.py` says how.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.text.printer import as_text
from tests.findings import diagnostics

FOLDER = Path(__file__).parent.parent / "golden" / "policy"
CASES = sorted(FOLDER.glob("*.mapl"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden(path: Path, golden: Callable[[Path, str], None]) -> None:
    found = diagnostics(path.name, path.read_text(encoding="utf-8"))
    golden(path.with_suffix(".err"), as_text(found))


def test_every_golden_file_has_its_policy() -> None:
    assert sorted(FOLDER.glob("*.err")) == [path.with_suffix(".err") for path in CASES]
