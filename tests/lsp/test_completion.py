"""What is proposed where; the cursor is the `|` in the text."""

import pytest
from lsprotocol.types import CompletionItem

from mapc.graph.taskgraph import from_names
from mapc.lsp.analysis import Analysis
from mapc.lsp.completion import completion
from mapc.lsp.members import members_of
from mapc.policy.types import Type
from mapc.syntax.words import LAYOUT_WORDS, MEM_WORDS, PROC_WORDS, STATEMENT_WORDS, TYPE_WORDS
from mapc.text import Source

GRAPH = from_names("demo", ["solve", "ns::io", "GPU"], ["cells", "3d"])
FUNCTION = "m = Machine(GPU);\ndef f(Task t, n) {\n    p = t.ipoint;\n    "


def ask(marked: str, *, snippets: bool = False) -> list[CompletionItem]:
    offset = marked.index("|")
    text = marked[:offset] + marked[offset + 1 :]
    analysis = Analysis(Source("x.mapl", text), GRAPH)
    return list(completion(analysis, offset, snippets=snippets).items)


def inserted(marked: str, *, snippets: bool = False) -> list[str]:
    """Return the words that are inserted, in their order."""
    edits = [item.text_edit for item in ask(marked, snippets=snippets)]
    return [edit.new_text for edit in edits if edit is not None]


TASKS = ['"GPU"', '"ns::io"', "solve", "*"]
REGIONS = ['"3d"', "cells", "*"]
KINDS = {
    "|": [*STATEMENT_WORDS, "def", "print"],
    "Ta|": [*STATEMENT_WORDS, "def", "print"],
    "Task * GPU\n|": [*STATEMENT_WORDS, "def", "print"],
    "Task * GPU;\nRe|\nTask solve CPU;": [*STATEMENT_WORDS, "def", "print"],
    "Task |": TASKS,
    "Task so|": TASKS,
    "Task solve, |": TASKS[:-1],
    "Task solve,\n    |": TASKS[:-1],
    "InstanceLimit |": TASKS,
    "InstanceLimit solve |": [],
    "IndexTaskMap |": [*TASKS[:-1], *PROC_WORDS, "*"],
    "Task solve |": [*PROC_WORDS],
    "Task solve\n    |": [*PROC_WORDS],
    "Task solve, io CPU, |": [*PROC_WORDS],
    "Region solve |": REGIONS,
    "Region solve cells, |": REGIONS[:-1],
    'Region solve "|': ['"3d"', '"cells"'],
    "Region solve cells |": [*PROC_WORDS, "*"],
    "Region solve cells GPU |": [*MEM_WORDS],
    "Region solve cells GPU FBMEM, Z|": [*MEM_WORDS],
    "Layout * * |": [*MEM_WORDS[:-1], *PROC_WORDS, "*"],
    "Layout * * GPU |": [*LAYOUT_WORDS],
    "Layout * * GPU SOA A|": [*LAYOUT_WORDS],
    "Layout * * GPU Align == |": [],
    "Layout * * GPU Align |": [*LAYOUT_WORDS],
    "Layout * * GPU Align == 64 |": [*LAYOUT_WORDS],
    "CollectMemory solve |": REGIONS,
    "ControlReplicate |": TASKS,
    "def |": [],
    "def f(|": [*TYPE_WORDS],
    "def f(Task t, |": [*TYPE_WORDS],
    "def f(Task |": [],
    f"{FUNCTION}|\n}}": ["return", "print"],
    f"{FUNCTION}|\n": ["return", "print"],
    "x = Machine(|": [*PROC_WORDS],
    "m = Machine(GPU);\nx = m[0, *].has(|": [*MEM_WORDS],
    "x = tuple(2 * i |": ["for", "and", "or"],
    "x = tuple(2 * i for |": [],
    "x = tuple(2 * i for i |": ["in"],
    "x = tuple(2 * i for i in y |": ["and", "or"],
    "x = 1 |": ["and", "or"],
    "x = 12|": [],
    "# Ta|": [],
    "Task solve GPU; // Ta|": [],
    "|  # a comment": [*STATEMENT_WORDS, "def", "print"],
    'x = "so|': ['"GPU"', '"ns::io"', '"solve"'],
    'print("so|': [],
    "?? |": [],
}


@pytest.mark.parametrize("marked", KINDS)
def test_places(marked: str) -> None:
    assert sorted(inserted(marked)) == sorted(KINDS[marked])


MEMBERS = {
    "m = Machine(GPU);\nx = m.|": Type.MACHINE,
    "m = Machine(GPU);\nx = m.si|": Type.MACHINE,
    "m = Machine(GPU);\nx = 2 * m.split(0, 2).merge(0, 1).|": Type.MACHINE,
    "m = Machine(GPU);\nx = m.size.|;": Type.TUPLE,
    "m = Machine(GPU);\nx = m[0, *].|": Type.SET,
    "x = (1, 2).|": Type.TUPLE,
    f"{FUNCTION}return t.|\n}}": Type.TASK,
    f"{FUNCTION}return m[*t.parent.parent.|": Type.TASK,
    f"{FUNCTION}x = p.|;\n    return m[0, 0];\n}}\nIndexTaskMap solve f;": Type.TUPLE,
    f"{FUNCTION}x = m[*t.processor(m)].|\n\nTask * GPU;": Type.SET,
    f"{FUNCTION}x = p.|\n\nTask * GPU;": Type.TUPLE,
    f"{FUNCTION}x = p.|": Type.TUPLE,
    "x = nothing.|": None,
    "x = ).|": None,
}


@pytest.mark.parametrize("marked", MEMBERS)
def test_members(marked: str) -> None:
    assert inserted(marked) == list(members_of(MEMBERS[marked]))


def test_methods_come_with_places_for_arguments() -> None:
    text = "m = Machine(GPU);\nx = m."
    assert "split(${1:d}, ${2:f})" in inserted(f"{text}|", snippets=True)
    assert "split" in inserted(f"{text}sp|(0, 2);", snippets=True)


def test_names_of_the_program() -> None:
    items = ask(f"{FUNCTION}q = tuple(i + | for i in p);\n    return m[0, 0];\n}}\nz = 1;")
    details = {item.label: item.detail for item in items}
    assert [item.label for item in items][:6] == ["i", "p", "n", "t", "m", "z"]
    assert details["m"] == "machine of GPU, 2 dimensions"
    assert details["p"] == "tuple"
    assert details["t"] == "task"
    assert details["z"] == "int = 1"
    assert details["f"] == "def f(Task t, n)"
    assert "linearize" in details


def test_functions_behind_mapping_statements() -> None:
    text = "m = Machine(GPU);\ndef f(Task t) { return m[0, 0]; }\nIndexTaskMap solve |"
    assert inserted(text) == ["f"]


def test_names_of_tasks_to_compare_with() -> None:
    assert '"solve"' in inserted(f"{FUNCTION}return t.name == |")


def test_names_used_elsewhere_but_not_the_one_being_typed() -> None:
    found = inserted("Task re| GPU;\nTask relax CPU;\nRegion update cells2 GPU FBMEM;")
    assert "relax" in found
    assert "update" in found
    assert "re" not in found
    assert "cells2" in inserted("CollectMemory * |;\nRegion update cells2 GPU FBMEM;")


def test_the_whole_word_is_replaced() -> None:
    (item, *_) = ask('Task "so|lve" GPU;')
    assert item.text_edit is not None
    assert (item.text_edit.range.start.character, item.text_edit.range.end.character) == (5, 12)
    assert item.filter_text == '"GPU"'
