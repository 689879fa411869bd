"""`Region`: where the arguments of tasks lie."""

import signal

from tests.backends.on_legion.running import Program

# Every level of the order in which statements are looked up, each of them deciding something.
LEVELS = """\
Region sweep 0 * SYSMEM;
Region sweep tiles * RDMEM;
Region leaf * * RDMEM;
Region * 1 * SYSMEM;
Region * stripes * RDMEM;
Region * grid * SYSMEM;
Region * * * RDMEM;
"""


def test_levels(grid: Program) -> None:
    ran = grid.succeeds(LEVELS, "-ll:rsize 4")
    decided = {
        ("sweep", 0): ("SYSMEM", 1),  # by number; its names would say RDMEM
        ("sweep", 1): ("RDMEM", 2),  # by the name of the partition
        ("leaf", 0): ("RDMEM", 3),  # all of its arguments, before what holds for the grid
        ("add", 1): ("SYSMEM", 4),  # a number of any task
        ("add", 0): ("RDMEM", 5),  # the partition before the parent region
        ("fill", 0): ("SYSMEM", 6),  # the parent region
        ("walk", 0): ("SYSMEM", 6),  # the region itself
        ("pick", 0): ("RDMEM", 7),
    }
    for (task, requirement), (memory, line) in decided.items():
        assert {memories[requirement] for memories in ran.memories(task)} == {memory}, task
        record = ran.event("region", task=task, requirement=requirement)
        assert (record["memory"], record["line"]) == (memory, line)


KINDS = """\
Task pick IO;
Region fill * CPU SOCKMEM;
Region fill, walk * * RDMEM;
Region * * IO RDMEM;
Region * * * SYSMEM;
"""


def test_processor_kinds(grid: Program) -> None:
    """At each level the statement for the kind hides that for `*`; then the next level counts."""
    ran = grid.succeeds(KINDS, "-ll:rsize 4")
    assert ran.memories("pick") == {("RDMEM",)}
    assert ran.memories("walk") == {("RDMEM",)}
    # There is no socket memory, and line 3 does not count beside line 2: so line 5.
    assert ran.memories("fill") == {("SYSMEM",)}
    assert ran.event("region", task="fill")["line"] == 5
    assert ran.event("region", task="pick")["line"] == 4


FULL = """\
Region make * * RDMEM;
Region * line * SYSMEM;
Layout make * * Exact;
"""


def test_the_next_memory_when_one_is_full(tiles: Program) -> None:
    """Eight tiles of a megabyte, of which four would fill the first memory."""
    ran = tiles.succeeds(FULL, "-ll:rsize 4 -tiles 8 -tile 131072")
    assert ran.memories("make") == {("RDMEM",), ("SYSMEM",)}
    assert {r["memory"]: r["line"] for r in ran.events("region", task="make")} == {
        "RDMEM": 1,
        "SYSMEM": 2,
    }
    assert ran.found(r"sum (\d+)")[1] == "50331375"
    listed = tiles.succeeds(
        "Region make * * RDMEM, SYSMEM;\nLayout make * * Exact;\n",
        "-ll:rsize 4 -tiles 8 -tile 131072",
    )
    assert listed.memories("make") == {("RDMEM",), ("SYSMEM",)}


def test_no_room_anywhere(tiles: Program) -> None:
    ran = tiles("\nRegion make * * RDMEM;\n", "-ll:rsize 4 -tiles 8 -tile 131072")
    assert ran.signal == signal.SIGABRT, ran.output
    failed = ran.event("failed")
    assert (failed["code"], failed["task"], failed["line"]) == ("MAP513", "make", 2)
    assert "RDMEM" in failed["message"]


def test_a_memory_that_the_machine_does_not_have(grid: Program) -> None:
    """It is skipped; if nothing is left, DefaultMapper chooses."""
    text = "Region * * CPU SOCKMEM;\nRegion * * * RDMEM;\nRegion fill * * SOCKMEM, SYSMEM;\n"
    ran = grid.succeeds(text + "Task pick IO;\n", "-ll:rsize 4")
    assert ran.memories("fill") == {("SYSMEM",)}
    assert ran.event("region", task="fill")["line"] == 3
    assert ran.memories("walk") == {("SYSMEM",)}
    assert ran.event("region", task="walk")["line"] is None
    assert ran.memories("pick") == {("RDMEM",)}


def test_virtual(grid: Program) -> None:
    ran = grid.succeeds("Region walk * * VIRTUAL;")
    assert ran.found("sum 20096 walked 11 dug 3")
    assert ran.memories("walk") == {("VIRTUAL",)}
    assert ran.memories("leaf") == {("SYSMEM",)}
