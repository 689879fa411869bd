"""`CollectMemory`: memory of what is only read is used again."""

import signal

from tests.backends.on_legion.running import Program

# Copies of eight tiles of a megabyte, one after the other, in a memory that holds three.
SMALL = "-ll:rsize 4 -tiles 8 -tile 131072"
READ = "Region read * * RDMEM;\nLayout read * * Exact;\n"


def test_what_does_not_fit_fits(tiles: Program) -> None:
    without = tiles(READ, SMALL)
    assert without.signal == signal.SIGABRT, without.output
    assert without.event("failed")["task"] == "read"
    assert without.event("region", task="read")["bytes"] == 1 << 20
    ran = tiles.succeeds(READ + "CollectMemory read *;\n", SMALL)
    assert ran.found(r"sum (\d+)")[1] == "50331375"
    assert [run.memories for run in ran.ran("read")] == [("RDMEM",)] * 8
    assert (ran.event("collect")["task"], ran.event("collect")["line"]) == ("read", 3)


def test_which_requirements(grid: Program) -> None:
    """Only those that are read; by number, by name, by `*`; the results are the same."""
    text = "CollectMemory sweep 0, 1;\nCollectMemory add stripes;\nCollectMemory leaf *;\n"
    ran = grid.succeeds(text, "-steps 6")
    assert ran.found("sum 60288 walked 11 dug 3")
    assert {(r["task"], r["requirement"]): r["line"] for r in ran.events("collect")} == {
        ("sweep", 1): 1,
        ("add", 0): 2,
        ("leaf", 0): 3,
    }
