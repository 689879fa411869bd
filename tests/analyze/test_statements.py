"""Statements, followed: nodes built by hand against the same program in Python."""

from itertools import count as count_up
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapc.analyze.ir import Node
from mapc.analyze.values import Unknown, options
from tests.analyze.nodes import (
    assign,
    binary,
    block,
    branch,
    called,
    count,
    declare,
    loop,
    name,
    number,
    run,
    unknown,
)

VARIABLES = ("a", "b", "c")
NUMBERS = count_up()  # a loop in a loop has a variable of its own
BREAK, CONTINUE = Node("break"), Node("continue")
VALUES = st.one_of(
    st.integers(-9, 9).map(lambda n: (number(n), str(n))),
    st.sampled_from(VARIABLES).map(lambda v: (name(v), v)),
)
Written = tuple[Node, list[str]]
"""A statement, and the lines of Python that do the same."""


@st.composite
def expressions(draw: st.DrawFn) -> tuple[Node, str]:
    left, right = draw(VALUES), draw(VALUES)
    operator = draw(st.sampled_from(["+", "-", "*", "<", "=="]))
    return binary(operator, left[0], right[0]), f"int({left[1]} {operator} {right[1]})"


@st.composite
def assignments(draw: st.DrawFn) -> Written:
    variable = draw(st.sampled_from(VARIABLES))
    node, text = draw(st.one_of(VALUES, expressions()))
    return assign(variable, node), [f"{variable} = {text}"]


def indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def joined(parts: list[Written]) -> Written:
    return block(*(node for node, _ in parts)), [line for _, lines in parts for line in lines]


@st.composite
def known_branches(draw: st.DrawFn, inner: st.SearchStrategy[Written]) -> Written:
    condition, text = draw(expressions())
    then, other = draw(inner), draw(inner)
    lines = [f"if {text}:", *indented(then[1]), "else:", *indented(other[1])]
    return branch(condition, then[0], other[0]), lines


@st.composite
def known_loops(draw: st.DrawFn, inner: st.SearchStrategy[Written]) -> Written:
    variable, times = f"i{next(NUMBERS)}", draw(st.integers(0, 4))
    node, lines = draw(inner)
    return count(variable, times, node), [f"for {variable} in range({times}):", *indented(lines)]


PROGRAMS = st.recursive(
    assignments(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(joined),
        known_branches(inner),
        known_loops(inner),
    ),
    max_leaves=8,
)
START: Written = joined([(declare(v, number(n)), [f"{v} = {n}"]) for n, v in enumerate(VARIABLES)])


@given(PROGRAMS)
@settings(max_examples=150)
def test_known_programs_agree_with_python(program: Written) -> None:
    """A program in which all is known leaves behind what Python says."""
    node, lines = joined([START, program])
    wanted: dict[str, int] = {}
    exec("\n".join(lines), {"int": int, "range": range}, wanted)
    found = run(node)
    assert {v: found[v] for v in VARIABLES} == {v: wanted[v] for v in VARIABLES}


@st.composite
def unknown_branches(draw: st.DrawFn, inner: st.SearchStrategy[Written]) -> Written:
    then, other = draw(inner), draw(inner)
    lines = ["if next(conditions):", *indented(then[1]), "else:", *indented(other[1])]
    return branch(unknown(), then[0], other[0]), lines


@given(
    st.recursive(
        st.tuples(st.sampled_from(VARIABLES), st.integers(0, 3)).map(
            lambda one: (assign(one[0], number(one[1])), [f"{one[0]} = {one[1]}"])
        ),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(joined), unknown_branches(inner)
        ),
        max_leaves=7,
    )
)
@settings(max_examples=150)
def test_branches_lose_no_value(program: Written) -> None:
    """Whatever the conditions are, what a run leaves is among what the branches left."""
    node, lines = joined([START, program])
    found = run(node)
    text = "\n".join(lines)
    for answers in product((True, False), repeat=text.count("next(")):
        left: dict[str, int] = {}
        exec(text, {"conditions": iter(answers)}, left)
        for variable in VARIABLES:
            assert left[variable] in list(options(found[variable]))


def test_an_early_return_ends_only_its_side() -> None:
    """What is behind `if (?) return;` is followed, and what is behind `return` is not."""
    code = block(
        declare("a", number(0)),
        branch(unknown(), block(assign("a", number(1)), Node("return"), assign("a", number(9)))),
        declare("b", name("a")),
    )
    assert run(code)["b"] == 0


@pytest.mark.parametrize(("leave", "wanted"), [(BREAK, 3), (CONTINUE, 9)])
def test_break_and_continue(leave: Node, wanted: int) -> None:
    """`0 + 1 + 2`, and without the 3 where the loop goes on: `0 + 1 + 2 + 4 + 2`."""
    body = block(branch(binary("==", name("i"), number(3)), leave), assign("a", name("i"), "+="))
    found = run(block(declare("a", number(0)), count("i", 5, body)))
    assert found["a"] == (wanted if leave is BREAK else 7)


def test_an_unknown_break_leaves_both() -> None:
    """A loop that may end early leaves what it had then, or at its end."""
    body = block(branch(unknown(), BREAK), assign("a", name("i")))
    found = run(block(declare("a", number(-1)), count("i", 3, body)))
    assert set(options(found["a"])) == {-1, 0, 1, 2}


def test_a_loop_that_changes_its_variable_is_not_counted() -> None:
    """`for (i = 0; i < 9; i++) i = i + ?;` runs, but nobody knows how often."""
    body = block(assign("i", unknown(), "+="), assign("a", number(1), "+="))
    found = run(block(declare("a", number(0)), count("i", 9, body)))
    assert isinstance(found["a"], Unknown)


def test_what_takes_turns_in_an_unknown_loop() -> None:
    """`while (?) { seen = a; kept = a; a = b; b = kept; }` sees both."""
    body = block(
        assign("seen", name("a")),
        assign("kept", name("a")),
        assign("a", name("b")),
        assign("b", name("kept")),
    )
    start = [declare(v, number(n)) for n, v in enumerate(("kept", "seen", "a", "b"))]
    found = run(block(*start, Node("while", kids=(unknown(), body))))
    assert set(options(found["seen"])) == {2, 3}


def test_an_early_return_keeps_what_was_then() -> None:
    """`if (?) return; a = 1;` leaves the old or the new value."""
    inside = block(branch(unknown(), Node("return")), assign("a", number(1)))
    assert set(options(called(inside, "a", 0))) == {0, 1}


def test_all_ways_that_return() -> None:
    """What each side left before its `return` is there behind the call."""
    sides = [block(assign("a", number(n)), Node("return")) for n in (1, 2)]
    inside = block(branch(unknown(), *sides), assign("a", number(9)))
    assert set(options(called(inside, "a", 0))) == {1, 2}


def test_continue_goes_on_with_the_next_time() -> None:
    """`if (?) continue; a++;` twice: none, one or two."""
    body = block(branch(unknown(), CONTINUE), assign("a", number(1), "+="))
    found = run(block(declare("a", number(0)), count("i", 2, body)))
    assert set(options(found["a"])) == {0, 1, 2}


def test_a_loop_of_unknown_count_forgets_its_variable() -> None:
    code = loop(
        declare("i", number(0)),
        binary("<", name("i"), unknown()),
        assign("i", number(1), "+="),
        declare("seen", name("i")),
    )
    assert isinstance(run(code)["seen"], Unknown)


def switch(subject: Node, *cases: tuple[int | None, list[Node]]) -> Node:
    groups: list[Node] = []
    for label, (first, *others) in cases:
        marked = (
            Node("otherwise", kids=(first,))
            if label is None
            else Node("case", kids=(number(label), first))
        )
        groups += [marked, *others]
    return Node("switch", kids=(subject, block(*groups)))


@pytest.mark.parametrize(("subject", "wanted"), [(1, 11), (2, 10), (3, 30), (7, 30)])
def test_switch(subject: int, wanted: int) -> None:
    """The first label falls through to the second; others go to `default`."""
    code = switch(
        number(subject),
        (1, [assign("a", number(1), "+=")]),
        (2, [assign("a", number(10), "+="), BREAK]),
        (None, [assign("a", number(30), "+="), BREAK]),
    )
    assert run(block(declare("a", number(0)), code))["a"] == wanted


def test_an_unknown_switch_takes_every_way() -> None:
    code = switch(
        unknown(),
        (1, [assign("a", number(1)), BREAK]),
        (2, [assign("a", number(2))]),
        (3, [assign("a", number(3)), BREAK]),
    )
    found = run(block(declare("a", number(0)), code))
    assert set(options(found["a"])) == {0, 1, 3}
