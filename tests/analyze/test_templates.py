"""Template arguments, from the text of types and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapc.analyze.program import Program
from mapc.analyze.templates import arguments_in, bind, resolved, substituted
from mapc.analyze.values import TypeValue
from mapc.analyze.written import parsed

TYPES = st.recursive(
    st.sampled_from(["int", "std::string", "void (*)(int, char)", "3", "&app::task"]),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda a: f"A<{', '.join(a)}>"),
    max_leaves=6,
)


@given(st.lists(TYPES, min_size=1, max_size=4))
def test_arguments_come_apart_as_they_were_put_together(arguments: list[str]) -> None:
    assert arguments_in(f"ns::B<{', '.join(arguments)}>") == arguments


@pytest.mark.parametrize(
    ("text", "name", "qualifier", "arguments"),
    [
        ("f", "f", "", []),
        ("a :: f < int , B < C >>", "f", "a", ["int", "B<C>"]),
        ("W < Z > :: template reg < G >", "reg", "W<Z>", ["G"]),
        ("launcher . add", "add", "", []),
        ("x [ i < 3 ] . run < & T :: body >", "run", "", ["&T::body"]),
        ("this -> f < ( 1 > 2 ) , 3 >", "f", "", ["(1 > 2)", "3"]),
        ("T :: TASK_ID", "TASK_ID", "T", []),
    ],
)
def test_names_as_written(text: str, name: str, qualifier: str, arguments: list[str]) -> None:
    tokens, offset = [], 0
    for token in text.split():
        tokens.append((token, offset))
        offset += len(token) + 1
    found = parsed(tokens)
    assert (found.name, found.qualifier) == (name, qualifier)
    assert [one.replace(" ", "") for one, _, _ in found.arguments] == [
        one.replace(" ", "") for one in arguments
    ]


def test_packs_take_what_is_left() -> None:
    found = bind(("T", "Rest..."), [1, 2, 3])
    assert found["T"] == 1
    assert found["Rest"] == (2, 3)
    assert found["type-parameter-0-0"] == 1


def test_only_whole_names_are_substituted() -> None:
    types = {"T": TypeValue("Move"), "N": 3}
    assert substituted("Base<T, N, a::T, Task>", types) == "Base<Move, 3, a::T, Task>"


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("-1", -1), ("4UL", 4), ("true", 1), ("(ns::Id)5", 5), ("Foo", TypeValue("Foo"))],
)
def test_arguments_as_values(text: str, value: object) -> None:
    assert resolved(Program([]), text) == value
