"""`ControlReplicate`: which tasks are replicated, and how shards share out a launch."""

import signal

from tests.backends.on_legion.running import Program
from tests.backends.on_legion.test_index_maps import GRID, RING, TILE


def test_one_node(grid: Program) -> None:
    ran = grid.succeeds("ControlReplicate main;\n")
    assert ran.event("replicate") == {
        "event": "replicate", "task": "main", "line": 1, "kind": "CPU", "shards": 1,
    }  # fmt: skip


def test_two_shards(grid: Program) -> None:
    """They share out the points as the index function says; `*` is any task that can be."""
    ran = grid.succeeds(GRID + "ControlReplicate *;\n", "-nofutures", MAPC_LOCAL_SHARDS="1")
    assert (ran.event("replicate")["shards"], ran.event("replicate")["line"]) == (2, 9)
    assert len(ran.ran("main")) == 2
    assert ran.places("sweep") == TILE
    assert ran.places("fill") == RING
    assert ran.where("add") == {"CPU 1": 8}


def test_a_task_that_cannot_be(grid: Program) -> None:
    failed = grid("\nControlReplicate walk;\n")
    assert failed.signal == signal.SIGABRT, failed.output
    assert (failed.event("error")["code"], failed.event("error")["line"]) == ("MAP525", 2)
