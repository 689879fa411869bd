"""Which definition a name means, in any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapc.lsp.analysis import Analysis
from mapc.lsp.completion import completion
from mapc.lsp.hover import hover
from mapc.lsp.navigate import definition, document_symbols, symbol_at
from mapc.text import Source

TEXT = """\
x = 1;
m = Machine(GPU);
y = x + f2(x);
def f(Task t, a) {
    b = x;
    x = tuple(x + a for x in x[:b]);
    return m[*x, m.size[0]];
}
def f2(x) { return x; }
IndexTaskMap x, f f;
"""


def lines_of(text: str, offset: int) -> tuple[int, int] | None:
    """Return line and column, from 1, of the definition of the name at an offset."""
    found = definition(Analysis(Source("x.mapl", text)), "uri", offset)
    return (found.range.start.line + 1, found.range.start.character + 1) if found else None


@pytest.mark.parametrize(
    ("around", "add", "expected"),
    [
        ("x = 1", 0, (1, 1)),
        ("x + f2", 0, (1, 1)),
        ("f2(x);", 0, (9, 5)),
        ("b = x", 4, (1, 1)),  # before its assignment a local means the global
        ("x = tuple", 0, (6, 5)),
        ("x + a", 0, (6, 25)),
        ("a for", 0, (4, 15)),
        ("x in", 0, (6, 25)),
        ("x[:b]", 0, (1, 1)),
        ("b]", 0, (5, 5)),
        ("*x, m", 1, (6, 5)),
        ("m[*", 0, (2, 1)),
        ("size", 0, None),
        ("Task t", 5, (4, 12)),
        ("Task t", 0, None),
        ("f2(x) {", 3, (9, 8)),
        ("return x", 7, (9, 8)),
        ("IndexTaskMap x", 13, None),  # a task
        ("f f;", 0, None),
        ("f f;", 2, (4, 5)),
        ("f f;", 3, (4, 5)),  # behind the name
    ],
)
def test_definition(around: str, add: int, expected: tuple[int, int] | None) -> None:
    assert lines_of(TEXT, TEXT.index(around) + add) == expected


def test_functions_without_an_end() -> None:
    text = "a = 1;\ndef f(Task t) {\n    b = a;\n    return b\n\nTask t GPU;\nx = b;\n"
    assert lines_of(text, text.index("b\n\n")) == (3, 5)
    assert lines_of(text, text.index("b;\n", 40)) is None


def test_comprehensions_in_comprehensions() -> None:
    text = "x = tuple(sum(tuple(i for i in range(i))) + i for i in range(3));"
    starts = [i for i, char in enumerate(text) if char == "i" and not text[i - 1].isalpha()]
    names = [i for i in starts if not text[i + 1].isalpha()]
    found = [lines_of(text, i) for i in names]
    inner, outer = (1, 27), (1, 51)
    assert found == [inner, inner, outer, outer, outer]


def test_symbols() -> None:
    top = document_symbols(Analysis(Source("x.mapl", TEXT)))
    assert [symbol.name for symbol in top] == ["x", "m", "y", "f", "f2"]
    (function,) = [symbol for symbol in top if symbol.name == "f"]
    assert [child.name for child in function.children or ()] == ["t", "a", "b", "x"]
    assert (function.range.start.line, function.range.end.line) == (3, 7)
    for symbol in top:
        assert symbol.range.start <= symbol.selection_range.start
        assert symbol.selection_range.end <= symbol.range.end


SHREDS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *("Task", "Region", "Layout", "IndexTaskMap", "def", "return", "print", "f", "x"),
                *("tuple", "for", "in", "Machine", "has", "GPU", "FBMEM", "SOA", "Align", "m"),
                *"*,;(){}[].=?:+-!<",
                *(" ", "\n", '"', '"a"', "12", "#", "and", "𝄞", "\r"),
            ]
        ),
        st.text(max_size=3),
    ),
    max_size=40,
).map(" ".join)


def ask_everything(text: str, offset: int) -> None:
    analysis = Analysis(Source("x.mapl", text))
    hover(analysis, offset)
    completion(analysis, offset)
    symbol_at(analysis, offset)
    document_symbols(analysis)
    _ = analysis.diagnostics


@given(text=SHREDS, data=st.data())
def test_no_text_is_too_strange(text: str, data: st.DataObject) -> None:
    ask_everything(text, data.draw(st.integers(0, len(text))))


@given(data=st.data())
def test_no_damage_is_too_great(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(TEXT)))
    end = data.draw(st.integers(start, min(len(TEXT), start + 30)))
    text = TEXT[:start] + data.draw(SHREDS) + TEXT[end:]
    ask_everything(text, data.draw(st.integers(0, len(text))))
