"""Every code of runs, tools and applications has its page."""

import pytest

from mapc.resources import resource
from mapc.text.codes import CODES, Code

OURS = [code for code in CODES.values() if code.id[3] in "678"]


@pytest.mark.parametrize("code", OURS, ids=lambda code: code.id)
def test_page(code: Code) -> None:
    text = resource("errors", f"{code.id}.md").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[0] == f"# {code.id}: {code.summary}"
    assert "## Example" in lines
    assert "## What to do" in lines
    assert code.id in text.partition("## Example")[2]
    assert 10 <= len(lines) <= 30
    assert max(map(len, lines)) <= 130
