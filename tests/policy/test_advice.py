"""The edits that help texts propose are valid: applied, they leave a policy without errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapc.policy.advice import bare, operand
from mapc.text import Diagnostic, Severity, Source, Span
from tests.findings import diagnostics

HEAD = "m = Machine(GPU);\ndef f(Task t) {{ return "
TAIL = "; }}\nIndexTaskMap walk f;\n"
RESULT = HEAD + "{}" + TAIL
INDEX = HEAD + "m[0, {}]" + TAIL
INDICES = HEAD + "m[*{}]" + TAIL
CONDITION = HEAD + "m[0, {} ? 0 : 1]" + TAIL


def errors(policy: str) -> list[Diagnostic]:
    found = diagnostics("example.mapl", policy)
    return [diagnostic for diagnostic in found if diagnostic.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("frame", "bad", "proposed", "fixed"),
    [
        (CONDITION, "0 < t.ipoint[0] < 5", "0 < t.ipoint[0] && t.ipoint[0] < 5", "{}"),
        (CONDITION, "not t.ipoint[0] < 5", "not (t.ipoint[0] < 5)", "{}"),
        (CONDITION, "!t.ipoint[0]", "t.ipoint[0] == 0", "{}"),
        (CONDITION, "!t.ipoint", "t.ipoint.len == 0", "{}"),
        (CONDITION, 't == "walk"', 't.name == "walk"', "{}"),
        (CONDITION, '"walk" != t', '"walk" != t.name', "{}"),
        (CONDITION, "t.ipoint == m.size", "sum(abs(t.ipoint - m.size)) == 0", "{}"),
        (CONDITION, "t.ipoint != t.ispace - 1", "sum(abs(t.ipoint - (t.ispace - 1))) != 0", "{}"),
        (CONDITION, "t.ipoint + 1 < 3", "(t.ipoint + 1)[0] < 3", "{}"),
        (CONDITION, "m == 4", "m.volume", "{} == 4"),
        (CONDITION, "m", "m.volume > 0", "{}"),
        (CONDITION, "(1, 2)", "(1, 2).len > 0", "{}"),
        (CONDITION, "t.ipoint - 1", "(t.ipoint - 1).len > 0", "{}"),
        (CONDITION, "t.ipoint[0] + 1", "t.ipoint[0] + 1 != 0", "{}"),
        (CONDITION, "t.ipoint[0] && True", "t.ipoint[0] != 0", "{} && True"),
        (CONDITION, "-(1 < 2)", "!(1 < 2)", "{}"),
        (INDEX, "True", "(True ? 1 : 0)", "{}"),
        (INDEX, "(1 < 2)", "(1 < 2 ? 1 : 0)", "{}"),
        (INDEX, "3 - (1 < 2)", "(1 < 2 ? 1 : 0)", "3 - {}"),
        (INDEX, "t[0]", "t.ipoint[0]", "{}"),
        (INDEX, "t.ipoint[1 < 2]", "(1 < 2 ? 1 : 0)", "t.ipoint[{}]"),
        (INDEX, "len(t)", "t.ipoint", "len({})"),
        (INDEX, "sum(3)", "(3,)", "sum({})"),
        (INDEX, "t.size[0]", "t.ispace", "{}[0]"),
        (INDEX, "sum(tuple(i for i in t.ipoint[0]))", "range(t.ipoint[0])", "sum({})"),
        (INDICES, "tuple(i for i in m)", "m.size", "tuple(i for i in {})"),
        (INDICES, "(0, m)[:2]", "*m.size", "(0, {})[:2]"),
        (INDICES, "(0, t)[:2]", "*t.ipoint", "(0, {})[:2]"),
        (INDICES, "(0, t.ipoint % 2)[:2]", "*(t.ipoint % 2)", "(0, {})[:2]"),
        (INDICES, "m", "*m.size", "(0, {})[1:]"),
        (INDICES, "(t.ipoint * 2 + m)", "m.size", "(t.ipoint * 2 + {})"),
        (RESULT, "m[t.ipoint % m.size]", "m[*(t.ipoint % m.size)]", "{}"),
        (RESULT, "m[(t.ipoint + 1) % m.size]", "m[*((t.ipoint + 1) % m.size)]", "{}"),
        (RESULT, "m[(t.ipoint)]", "m[*(t.ipoint)]", "{}"),
        (RESULT, "(t.ipoint + 1) % m.size", "m[*((t.ipoint + 1) % m.size)]", "{}"),
        (RESULT, "True ? m[0, 0] : t.ipoint", "m[*t.ipoint]", "True ? m[0, 0] : {}"),
        (RESULT, "m[*(t.ipoint)[0], 0]", "(t.ipoint)[0]", "m[{}, 0]"),
    ],
)
def test_the_edit_works(frame: str, bad: str, proposed: str, fixed: str) -> None:
    found = errors(frame.format(bad))
    assert found
    assert all(diagnostic.help for diagnostic in found)
    assert any(f"`{proposed}`" in diagnostic.help for diagnostic in found), found[0].help
    assert errors(frame.format(fixed.format(proposed))) == []


tuples = st.recursive(
    st.sampled_from(["t.ipoint", "t.ispace", "(1, 2)", "range(2)", "m.size"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(" ".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-({text})"),
        inner.map(lambda text: f"abs({text})"),
        inner.map(lambda text: f"({text})[:2]"),
        inner.map(lambda text: f"tuple(i for i in {text})"),
    ),
).filter(lambda text: len(text) < 90)  # longer ones are shown as dots


@given(tuples)
def test_an_operand_can_be_unpacked(text: str) -> None:
    source = Source("example.mapl", text)
    span = Span(source, 0, len(text))
    found = {diagnostic.code.id for diagnostic in errors(RESULT.format(f"m[*{operand(span)}]"))}
    assert found <= {"MAP318", "MAP508", "MAP509"}  # lengths and values are any


@given(tuples)
def test_parentheses_around_the_whole_are_removed(text: str) -> None:
    inside = Span(Source("example.mapl", text), 0, len(text))
    around = Span(Source("example.mapl", f"({text})"), 0, len(text) + 2)
    # `(1, 2)` keeps none of its own parentheses either, so the comparison begins inside.
    assert bare(around) == text
    assert bare(inside) in {text, text[1:-1]}
