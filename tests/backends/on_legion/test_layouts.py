"""`Layout`: how instances are arranged, seen by the strides that tasks find.

The grid has 8 by 16 cells of an int (`value`, 4 bytes) and a double (`count`, 8 bytes).
"""

import re

import pytest

from tests.backends.on_legion.running import Program

ANSWER = "sum 20096 walked 11 dug 3"

# Bytes between neighbours in X and in Y, of a field of 4 bytes and of one of 8.
STRIDES = {
    "SOA F_order": {4: (4, 32), 8: (8, 64)},
    "SOA C_order": {4: (64, 4), 8: (128, 8)},
    "AOS F_order": {4: (16, 128), 8: (16, 128)},
    "AOS C_order": {4: (256, 16), 8: (256, 16)},
}
ORDER = {
    "SOA F_order": ["X", "Y", "F"],
    "SOA C_order": ["Y", "X", "F"],
    "AOS F_order": ["F", "X", "Y"],
    "AOS C_order": ["F", "Y", "X"],
}


@pytest.mark.parametrize(
    ("fill", "count", "value"),
    [
        ("AOS F_order", "SOA C_order", "AOS C_order"),
        ("SOA C_order", "AOS F_order", "SOA F_order"),
        ("AOS C_order", "SOA F_order", "AOS F_order"),
    ],
)
def test_words(fill: str, count: str, value: str, grid: Program) -> None:
    """Each task and each argument has its own layout, in every one of many launches."""
    text = f"Layout fill * * {fill};\nLayout sweep 0 * {count};\nLayout sweep 1 * {value};\n"
    ran = grid.succeeds(text + "Layout * * * AOS F_order;\n", "-steps 4")
    assert ran.found(ANSWER.replace("20096", "40192"))
    wanted = {("fill", 0): (fill, 4), ("sweep", 0): (count, 8), ("sweep", 1): (value, 4)}
    for line, ((task, requirement), (words, size)) in enumerate(wanted.items(), 1):
        assert ran.strides(task, requirement) == {STRIDES[words][size]}, (task, requirement)
        record = ran.event("layout", task=task, requirement=requirement)
        assert (record["layout"], record["line"], record["order"]) == (words, line, ORDER[words])
    walk = ran.event("layout", task="walk")
    assert (walk["line"], walk["order"]) == (4, ORDER["AOS F_order"])


KINDS = """\
Task pick IO;
Region sweep 1 * RDMEM;
Layout sweep * SYSMEM AOS F_order;
Layout sweep * CPU SOA C_order;
Layout fill * * AOS C_order;
Layout * * IO SOA;
Layout * * * AOS F_order;
"""


def test_memory_kind_before_processor_kind_before_any(grid: Program) -> None:
    ran = grid.succeeds(KINDS, "-ll:rsize 4")
    assert ran.found(ANSWER)
    assert ran.memories("sweep") == {("SYSMEM", "RDMEM")}
    assert ran.strides("sweep", 0) == {STRIDES["AOS F_order"][8]}
    assert ran.strides("sweep", 1) == {STRIDES["SOA C_order"][4]}
    assert ran.strides("fill", 0) == {STRIDES["AOS C_order"][4]}
    assert ran.event("layout", task="walk")["order"] == ORDER["AOS F_order"]
    lines = {r["task"]: r["line"] for r in ran.events("layout", requirement=0)}
    assert lines == {"sweep": 3, "fill": 5, "add": 7, "pick": 6, "walk": 7, "leaf": 7}


@pytest.mark.parametrize("ops", [("==", ">=", "<"), ("!=", ">", "<=")])
def test_align(ops: tuple[str, str, str], grid: Program) -> None:
    """Legion aligns the beginning of a field whatever the comparison is."""
    text = (
        f"Layout fill * * Exact Align {ops[0]} 1024;\n"
        f"Layout sweep 0 * C_order Exact Align {ops[1]} 1024;\n"
        f"Layout sweep 1 * C_order Exact Align {ops[2]} 1024;\n"
    )
    ran = grid.succeeds(text)
    assert ran.found(ANSWER)
    begin = re.findall(r"^layout (\w+ \d) .* at (\d+)$", ran.output, re.MULTILINE)
    assert set(begin) == {("fill 0", "0"), ("sweep 0", "0"), ("sweep 1", "0")}
    for line, (task, requirement, axes) in enumerate(
        (("fill", 0, "F_order"), ("sweep", 0, "C_order"), ("sweep", 1, "C_order"))
    ):
        record = ran.event("layout", task=task, requirement=requirement)
        assert record["layout"] == f"SOA {axes} Align {ops[line]} 1024 Exact"
        assert (record["line"], record["order"]) == (line + 1, ORDER[f"SOA {axes}"])


def test_exact(grid: Program) -> None:
    """One tile of 8 by 2 cells instead of the whole grid; the grid as a whole is not reused."""
    exact = "Layout fill, sweep * * SOA C_order Exact;\n"
    ran = grid.succeeds(exact + "Layout walk * * C_order;\n")
    assert ran.found(ANSWER)
    assert ran.strides("fill", 0) == ran.strides("sweep", 1) == {(8, 4)}
    assert ran.strides("sweep", 0) == {(16, 8)}
    assert {r["line"] for r in ran.events("layout", task="sweep")} == {1}
    walk = ran.event("layout", task="walk")
    assert (walk["line"], walk["order"]) == (2, ORDER["SOA C_order"])
    bytes_of = {r["task"]: r["bytes"] for r in ran.events("region", requirement=0)}
    assert bytes_of["fill"] == 16 * (4 + 8)
    assert bytes_of["walk"] == 128 * (4 + 8)


def test_compact(tiles: Program) -> None:
    """The ends of eight tiles, 16 cells of 8 bytes: without the gaps between them."""
    ran = tiles.succeeds("Layout spread * * Compact;\n")
    assert ran.found("sum 382827 ends 748")
    assert ran.found(r"span (\d+)")[1] == "128"
    assert ran.event("region", task="spread")["bytes"] < 1000
    dense = tiles.succeeds("Layout spread * * Exact;\n")
    assert dense.found("sum 382827 ends 748")
    assert dense.found(r"span (\d+)")[1] == "64000"
    assert dense.event("layout", task="spread")["layout"] == "SOA F_order Exact"


def test_reductions(grid: Program) -> None:
    """A reduction has a layout of its own; `Compact` means nothing to it."""
    ran = grid.succeeds("Layout add 1 CPU AOS Compact;\nLayout add 0 * SOA C_order Exact;\n")
    assert ran.found(ANSWER)
    assert ran.event("layout", task="add", requirement=1)["order"] == ["F", "X"]
    assert ran.event("layout", task="add", requirement=0)["order"] == ORDER["SOA C_order"]
    assert ran.event("region", task="add", requirement=0)["bytes"] == 16 * (4 + 8)
