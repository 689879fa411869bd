"""Cells and branches: what is written on one side is taken back on the other, then merged."""

from hypothesis import given
from hypothesis import strategies as st

from mapc.analyze.requirements import ways
from mapc.analyze.state import State
from mapc.analyze.values import Cell, Choice, Obj, Value, choice, copied, elements, options, same

WRITES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=6)


@given(st.lists(WRITES, min_size=1, max_size=4))
def test_sides_start_alike_and_lose_nothing(sides: list[list[tuple[int, int]]]) -> None:
    """Each side begins with the state before; behind, each cell holds what any side left."""
    state, cells = State(), [Cell(-1) for _ in range(4)]
    left = []
    for side in sides:
        with state.attempt() as changes:
            assert [cell.value for cell in cells] == [-1] * 4
            for number, value in side:
                state.write(cells[number], value)
            left.append((changes, [cell.value for cell in cells]))
    state.join([changes for changes, _ in left])
    for number, cell in enumerate(cells):
        assert set(options(cell.value)) == {values[number] for _, values in left}


def test_a_cell_of_a_branch_is_not_merged_with_nothing() -> None:
    """What is made inside of a branch holds what the branch gave it, also behind it."""
    state = State()
    with state.attempt() as changes:
        made = Obj("launcher")
        state.write(made.slot("tag"), 7)
    state.join([changes, {}])
    assert made.slot("tag").value == 7


def test_a_late_member_of_an_old_object_is_taken_back() -> None:
    state, old = State(), Obj("launcher")
    with state.attempt() as changes:
        state.write(old.slot("tag"), 7)
    assert old.slot("tag").value is None
    state.join([changes, {}])
    assert set(options(old.slot("tag").value)) == {7, None}


@given(st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_choices_hold_each_value_once(values: list[int]) -> None:
    found = list(options(choice(values)))
    assert sorted(found) == sorted(set(values))


def test_copies_are_of_values() -> None:
    """A copy does not change with its original; what is shared inside stays shared."""
    inner, outer = Obj("field"), Obj("launcher")
    outer.slot("a").value = outer.slot("b").value = inner
    copy = copied(outer)
    assert isinstance(copy, Obj)
    assert not same(copy.slot("a").value, inner)
    assert copy.slot("a").value is copy.slot("b").value
    inner.slot("x").value = 1
    shared = copy.slot("a").value
    assert isinstance(shared, Obj)
    assert "x" not in shared.slots


def test_elements_that_are_not_there_do_not_count() -> None:
    held = Obj("vector", {"[0]": Cell(1), "[1]": Cell(None), "size": Cell(9)})
    assert elements(held) == (1,)
    assert elements(3) is None


def requirement(**members: Value) -> Obj:
    return Obj("requirement", {name: Cell(value) for name, value in members.items()})


def spelt(made: Obj) -> tuple[Value, ...]:
    return tuple(cell.value for cell in made.slots.values())


def test_members_of_one_condition_go_together() -> None:
    """`c ? left : right` and `c ? READ : WRITE` are two ways, not four."""
    one = requirement(region=Choice(("left", "right"), "c"), privilege=Choice((1, 7), "c"))
    assert [spelt(way) for way in ways(one)] == [("left", 1), ("right", 7)]


def test_members_of_two_conditions_are_combined() -> None:
    one = requirement(region=Choice(("left", "right"), "c"), privilege=Choice((1, 7), "d"))
    assert {spelt(way) for way in ways(one)} == {
        ("left", 1), ("left", 7), ("right", 1), ("right", 7),
    }  # fmt: skip


def test_a_parent_alone_makes_no_ways() -> None:
    one = requirement(region="left", parent=Choice(("a", "b"), "c"))
    assert list(ways(one)) == [one]
