"""The repairs that are offered, applied."""

import pytest
from lsprotocol.types import Range

from mapc.graph.taskgraph import from_names
from mapc.lsp.analysis import Analysis
from mapc.lsp.fixes import fixes
from mapc.text import Source

GRAPH = from_names("demo", ["solve", "ns::dump"], ["cells"])


def repaired(text: str) -> list[str]:
    """Return the text after each repair that is offered for it."""
    analysis = Analysis(Source("x.mapl", text), GRAPH)
    positions = analysis.positions
    results = []
    for action in fixes(analysis, "uri", Range(positions.position(0), positions.whole().end)):
        assert action.edit is not None
        assert action.edit.changes is not None
        (edit,) = action.edit.changes["uri"]
        start, end = positions.offset(edit.range.start), positions.offset(edit.range.end)
        results.append(text[:start] + edit.new_text + text[end:])
    return results


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Task sovle CPU;", "Task solve CPU;"),
        ('Task "sovle", solve GPU;', 'Task "solve", solve GPU;'),
        ("Task ns_dump CPU;", 'Task "ns::dump" CPU;'),
        ("Task solve GPUS;", "Task solve GPU;"),
        ("Region solve cels GPU FBMEM;", "Region solve cells GPU FBMEM;"),
        ('print("𝄞"); x = (1, 2).sise;', 'print("𝄞"); x = (1, 2).size;'),
        ("x = 1; y = nothing_like_it;", None),
        ("m = Machine(GPU);\nx = m.sise;", "m = Machine(GPU);\nx = m.size;"),
    ],
)
def test_repairs(wrong: str, right: str | None) -> None:
    assert repaired(wrong) == ([right] if right else [])


def test_only_the_word_of_the_finding_is_changed() -> None:
    assert repaired("Task sovle, sovle GPU;") == ["Task solve, sovle GPU;"]
