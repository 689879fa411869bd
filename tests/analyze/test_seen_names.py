"""The names of requirements as mappers see them."""

import pytest

from mapc.analyze.naming import Names
from mapc.analyze.values import Handle, Value
from tests.analyze.test_accesses import READ, Recorder, rectangle


def names(made: Recorder, target: Handle, parent: Handle) -> list[tuple[str, ...]]:
    return Names(made.trace).seen.of(target, parent)


def coloured(made: Recorder, region: Handle, name: str, color: int) -> Handle:
    found = made.partition(region, name)
    colouring = found.parts["colouring"]
    assert isinstance(colouring, Handle)
    colouring.parts["color"] = color
    return found


def test_a_partition_and_its_parent() -> None:
    made = Recorder()
    region = made.region("r")
    halves = made.partition(region, "p")
    assert names(made, halves, region) == [("p", "r")]
    assert names(made, made.part(halves, "left", 0), region) == [("left", "p", "r")]


@pytest.mark.parametrize(("second", "seen"), [("r", [("r", "p")]), ("other", [("p", "r")])])
def test_a_name_that_all_parts_have_comes_first(second: str, seen: list[tuple[str, ...]]) -> None:
    made = Recorder()
    region = made.region("r")
    halves = made.partition(region, "p")
    made.part(halves, "r", 0)
    made.part(halves, second, 1)
    assert names(made, halves, region) == seen


def test_a_region_of_a_task_is_what_it_was_launched_with() -> None:
    made = Recorder()
    region = made.region("r")
    halves = made.partition(region, "p")
    made.launch(halves, READ, over=rectangle(0, 3), task=7)
    mine = made.handle("region", "", "argument", task=7, index=0)
    assert names(made, mine, mine) == [("p",)]
    tiles = coloured(made, made.part(halves, "", 0), "tiles", 5)
    looked_up = made.handle("partition", "", region=mine, color=5)
    assert names(made, looked_up, mine) == [("tiles",)]
    other = made.handle("partition", "", region=mine, color=6)
    assert names(made, other, mine) == [()]
    assert Names(made.trace).seen.of(tiles, region) == [("tiles", "r")]


def test_a_task_launched_in_two_ways_sees_both() -> None:
    made = Recorder()
    one, other = made.region("one"), made.region("other")
    for region in (one, other):
        made.launch(region, READ, task=7)
    mine = made.handle("region", "", "argument", task=7, index=0)
    assert names(made, mine, mine) == [("one",), ("other",)]


def test_a_task_that_launches_itself_ends() -> None:
    made = Recorder()
    made.trace.current = "7"
    mine = made.handle("region", "", "argument", task=7, index=0)
    made.launch(mine, READ, task=7)
    assert names(made, mine, mine) == [()]


@pytest.mark.parametrize(
    ("nested", "projection", "settled"),
    [(False, 0, True), (False, 9, True), (True, 0, True), (True, 9, False)],
)
def test_what_a_projection_functor_chooses_is_known_if_there_is_one_level(
    nested: bool, projection: Value, settled: bool
) -> None:
    made = Recorder()
    halves = made.partition(made.region("r"), "p")
    left = made.part(halves, "left", 0)
    if nested:
        made.partition(left, "tiles")
    assert Names(made.trace).seen.is_settled(halves, projection) is settled
