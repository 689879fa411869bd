"""A small application as the mapper sees it, and the host-like machine of the tests."""

from typing import Any

import pytest

from mapc.graph.machine import Machine, Memory
from mapc.graph.observe import from_records
from mapc.graph.taskgraph import TaskGraph
from mapc.policy.kinds import MemKind, ProcKind


def _seen(task: str, *arguments: tuple[str, str, int]) -> dict[str, Any]:
    return {
        "event": "seen",
        "task": task,
        "id": 1,
        "variants": ["CPU", "GPU"],
        "index": True,
        "domain": [8],
        "parent": "top",
        "requirements": [
            {
                "index": i,
                "names": [name, "all"],
                "privilege": privilege,
                "fields": [f"f{n}" for n in range(1 + size // 1000)],
                "bytes": size,
            }
            for i, (name, privilege, size) in enumerate(arguments)
        ],
    }


RECORDS: tuple[dict[str, Any], ...] = (
    _seen("currents", ("wires", "READ_WRITE", 9000), ("nodes", "READ_ONLY", 1000)),
    _seen("charge", ("wires", "READ_ONLY", 500), ("nodes", "REDUCE", 1000)),
    {"event": "timing", "task": "currents", "count": 8, "seconds": 0.9},
    {"event": "timing", "task": "charge", "count": 8, "seconds": 0.1},
)


@pytest.fixture
def graph() -> TaskGraph:
    return from_records("small", RECORDS)


@pytest.fixture
def cpus() -> Machine:
    return Machine(
        name="host",
        procs=((ProcKind.CPU, 2),),
        memories=(Memory(kind=MemKind.SYSMEM, count=1, megabytes=1024),),
    )


@pytest.fixture
def gpus() -> Machine:
    return Machine(
        name="gpus",
        nodes=2,
        procs=((ProcKind.CPU, 2), (ProcKind.GPU, 4)),
        memories=(
            Memory(kind=MemKind.SYSMEM, count=1, megabytes=1024),
            Memory(kind=MemKind.FBMEM, count=4, megabytes=512),
            Memory(kind=MemKind.ZCMEM, count=1, megabytes=64),
        ),
    )
