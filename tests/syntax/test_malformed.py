"""The malformed examples: each gets its label, and the edits that are proposed work."""

import re

import pytest

from mapc.syntax.malformed import Label, labels
from mapc.syntax.parse import parse
from mapc.text import Diagnostic, Reporter, Source

EXAMPLES = [(label, text) for label in labels().values() for text in label.texts()]


def findings(text: str) -> tuple[Diagnostic, ...]:
    report = Reporter()
    parse(Source("test.mapl", text), report)
    return report.diagnostics


def pattern(template: str) -> str:
    """Return a regular expression for what a message may become."""
    parts = re.split(r"\{\w+\}", template)
    return ".*".join(re.escape(part.replace("{{", "{").replace("}}", "}")) for part in parts)


@pytest.mark.parametrize(
    ("label", "text"), EXAMPLES, ids=[f"{label.name}: {text}" for label, text in EXAMPLES]
)
def test_example(label: Label, text: str) -> None:
    first, *_ = findings(text)
    assert first.help
    # Rules that know more than the examples may take an error over, with an edit of their own.
    if re.fullmatch(pattern(label.message), first.message):
        assert first.code.id == f"MAP{label.code}"
        assert re.fullmatch(pattern(label.help), first.help)


@pytest.mark.parametrize("label", labels().values(), ids=lambda label: label.name)
def test_every_label_is_used(label: Label) -> None:
    messages = [findings(text)[0].message for text in label.texts()]
    assert any(re.fullmatch(pattern(label.message), message) for message in messages)


@pytest.mark.parametrize(
    "text", [text for label, text in EXAMPLES if label.edit], ids=lambda text: text
)
def test_the_proposed_edit_works(text: str) -> None:
    first, *_ = findings(text)
    proposed = re.fullmatch(r"write `(.*)`", first.help)
    assert proposed is not None, first.help
    new = proposed[1]
    left = findings(new)
    # One error at a time: two colons in a line are two edits.
    assert len(left) < max(2, len(findings(text))), (new, [d.message for d in left])
