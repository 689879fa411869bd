"""What is shown for words and names."""

import pytest

from mapc.graph.taskgraph import from_names
from mapc.lsp.analysis import Analysis
from mapc.lsp.entries import EXPRESSIONS, KINDS, LAYOUT, STATEMENTS, TYPES
from mapc.lsp.hover import hover
from mapc.lsp.members import BUILTIN_ENTRIES, MEMBERS
from mapc.policy.builtins import BUILTINS
from mapc.policy.load import load_policy
from mapc.policy.namewords import METHODS, PLAIN_MEMBERS
from mapc.policy.types import DECLARED, Type
from mapc.syntax import words
from mapc.text import Reporter, Source

TEXT = """\
Task for, solve GPU, CPU;
Region solve cells GPU ZCMEM, FBMEM;
Region * * GPU FBMEM;
Layout solve 0 FBMEM SOA Align == 64;
sizes = (2, 3);
# All of them,
// in order.
def pick(Task t, n) {
    gpus = Machine(GPU);
    k = tuple(2 * i for i in sizes[:n]);
    return t.name == "solve" and gpus[0, *].has(ZCMEM) ? gpus[k[0], *] : gpus[0, min(k)];
}
def place(Task t) { return pick(t, 2); }
IndexTaskMap solve, CPU place;
"""
GRAPH = from_names("demo", ["solve"], [])


def shown(text: str, word: str, skip: int = 0) -> str:
    """Return the hover over an occurrence of a word."""
    offset = text.index(word)
    for _ in range(skip):
        offset = text.index(word, offset + 1)
    found = hover(Analysis(Source("x.mapl", text), GRAPH), offset)
    if found is None:
        return ""
    assert found.range is not None
    return found.contents.value  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("word", "skip", "expected"),
    [
        ("Task", 0, STATEMENTS["Task"].about),
        ("Region", 0, STATEMENTS["Region"].about),
        ("return", 0, STATEMENTS["return"].about),
        ("Task t", 0, TYPES["Task"].about),
        ("for", 0, "**no** task of application demo"),
        ("solve", 0, "task of application demo"),
        ("solve", 0, "`Task` (line 1), `Region` (line 2), `Layout` (line 4), `IndexTaskMap`"),
        ("solve", 0, "GPU, CPU   (line 1)"),
        ('"solve"', 0, "**task** `solve`"),
        ("cells", 0, "on GPU: ZCMEM, FBMEM   (line 2)"),
        ("* *", 0, "**every task**"),
        ("* GPU", 0, "**every region**"),
        ("0 FBMEM", 0, "**argument** `0`"),
        ("GPU", 0, KINDS["GPU"].about),
        ("ZCMEM", 0, KINDS["ZCMEM"].about),
        ("ZCMEM", 1, KINDS["ZCMEM"].about),
        ("GPU)", 0, KINDS["GPU"].about),
        ("FBMEM SOA", 0, KINDS["FBMEM"].about),
        ("CPU place", 0, KINDS["CPU"].about),
        ("SOA", 0, LAYOUT["SOA"].about),
        ("sizes", 0, "sizes: tuple = (2, 3)"),
        ("sizes", 0, "global variable"),
        ("gpus", 0, "gpus: machine of GPU, 2 dimensions"),
        ("pick", 0, "def pick(Task t, n)"),
        ("pick", 1, "returns processor set of GPU"),
        ("pick", 1, "All of them,\nin order."),
        ("place;", 0, "def place(Task t)"),
        ("n)", 0, "n: int"),
        ("i for", 0, "i: int"),
        ("k[0]", 0, "k: tuple"),
        ("tuple", 0, EXPRESSIONS["tuple"].about),
        ("for i", 0, EXPRESSIONS["for"].about),
        ("and", 0, EXPRESSIONS["and"].about),
        ("min", 0, BUILTIN_ENTRIES["min"].about),
        ("name", 0, MEMBERS["name"].entry.about),
        ("has", 0, MEMBERS["has"].entry.about),
    ],
)
def test_hover(word: str, skip: int, expected: str) -> None:
    assert expected in shown(TEXT, word, skip)


@pytest.mark.parametrize("word", ["# All", "64", "\n    gpus", "== "])
def test_nothing_to_say(word: str) -> None:
    assert shown(TEXT, word) == ""


def test_text_that_does_not_parse() -> None:
    broken = TEXT + "Task\nx = sizes.\n"
    assert "returns processor set of GPU" in shown(broken, "pick", 1)
    assert "named by `Task` (line 1)" in shown(broken, "solve")


def test_own_names_come_before_builtins() -> None:
    assert "def min(a, b)" in shown("def min(a, b) { return a; }\nx = min(1, 2);", "min", 1)


def test_every_word_has_an_entry() -> None:
    assert set(STATEMENTS) == {*words.STATEMENT_WORDS, "def", "return", "print"}
    assert set(KINDS) == set(words.KIND_WORDS)
    assert set(LAYOUT) == set(words.LAYOUT_WORDS)
    assert set(TYPES) == set(words.TYPE_WORDS)
    assert set(BUILTIN_ENTRIES) == set(BUILTINS)
    assert set(MEMBERS) == {*PLAIN_MEMBERS, *METHODS}
    everything = {*STATEMENTS, *KINDS, *TYPES, *EXPRESSIONS}
    assert everything == set(words.RESERVED)


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("owner", Type)
def test_members_belong_to_the_types_that_have_them(name: str, owner: Type) -> None:
    values = {
        Type.INT: "(1 + 1)",
        Type.BOOL: "True",
        Type.TUPLE: "(1, 2)",
        Type.MACHINE: "Machine(GPU)",
        Type.SET: "Machine(GPU)[0, 0]",
        Type.TASK: "t",
        Type.NAME: '"solve"',
    }
    arguments = {"m": "Machine(GPU)", "K": "FBMEM", "L": "(2, 2)", "b": "1"}
    given = ", ".join(arguments.get(p, "0") for p in METHODS.get(name, ()))
    call = f".{name}({given})" if name in METHODS else f".{name}"
    report = Reporter()
    text = f"def f(Task t) {{ x = {values[owner]}{call}; return Machine(GPU)[0, 0]; }}"
    load_policy(Source("x.mapl", text), report)
    lacking = any(d.code.id == "MAP315" for d in report.diagnostics)
    assert lacking == (owner not in MEMBERS[name].owners)


@pytest.mark.parametrize("entry", [*STATEMENTS.values(), *BUILTIN_ENTRIES.values()])
def test_examples_are_right(entry: object) -> None:
    text = getattr(entry, "example", "")
    if text.startswith("return"):
        text = f"def f(Task t) {{ {text} }}"
    prologue = "gpus = Machine(GPU);\ndef block(Task t) { return gpus[0, 0]; }\n"
    prologue += "def home(Task t) { return gpus[0, 0]; }\n"
    if "def block" in text:
        prologue = "gpus = Machine(GPU);\n"
    report = Reporter()
    policy = load_policy(Source("x.mapl", prologue + text), report)
    assert not report.has_errors, [d.message for d in report.diagnostics]
    if not text.startswith("x = "):
        return
    assert policy is not None
    value = shown(prologue + text, "x =").partition(" = ")[2].partition("\n")[0]
    assert value == text.partition("# ")[2]


def test_types_of_parameters() -> None:
    for word, meaning in DECLARED.items():
        text = f"def f({word} a) {{ return 1; }}"
        assert f"a: {meaning}" in shown(text, "a)")
