"""Golden findings: each policy of `tests/golden/policy` gives exactly the text stored beside it.

A first line can ask for an evaluation too; `tests/findings.py` says how.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.text.codes import CODES
from mapc.text.printer import as_text
from tests.findings import diagnostics

FOLDER = Path(__file__).parent.parent / "golden" / "policy"
CASES = sorted(FOLDER.glob("*.mapl"))
# These need an application or a machine's memories, bytes, or are warnings about a machine.
ELSEWHERE = {"MAP102", "MAP414", "MAP502", "MAP510", "MAP512", "MAP513", "MAP517"}
ELSEWHERE |= {f"MAP{number}" for number in range(520, 530)}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden(path: Path, golden: Callable[[Path, str], None]) -> None:
    found = diagnostics(path.name, path.read_text(encoding="utf-8"))
    golden(path.with_suffix(".err"), as_text(found))


def test_every_golden_file_has_its_policy() -> None:
    assert sorted(FOLDER.glob("*.err")) == [path.with_suffix(".err") for path in CASES]


def test_every_code_has_a_golden_case() -> None:
    shown = "".join(path.with_suffix(".err").read_text(encoding="utf-8") for path in CASES)
    language = {code for code in CODES if code < "MAP600"} - ELSEWHERE
    assert sorted(code for code in language if f"[{code}]" not in shown) == []
