"""What tests of AutoGuide share: outcomes, policies, records."""

from typing import Any

import pytest

from mapc.legion.outcome import Outcome
from mapc.policy.load import load_policy
from mapc.policy.model import Policy
from mapc.text import Reporter, Source

POLICY = """\
Task * GPU, CPU;
Task relax CPU;
Region * * CPU SYSMEM;
Region * * GPU FBMEM;
Region relax rp_ghost CPU RDMEM, SYSMEM;
Layout * * * SOA C_order;
Layout relax 0 * AOS;
InstanceLimit relax 2;
CollectMemory relax 1;
m = Machine(CPU);
def f(Task t) { return m[0, t.ipoint[0]]; }
IndexTaskMap relax f;
"""


@pytest.fixture
def policy() -> Policy:
    return make_policy(POLICY)


def make_policy(text: str, name: str = "bad.mapl") -> Policy:
    report = Reporter()
    loaded = load_policy(Source(name, text), report)
    assert loaded is not None, report.diagnostics
    return loaded


def outcome(output: str = "", exit_code: int | None = 0, **changes: Any) -> Outcome:
    values: dict[str, Any] = {
        "command": ("./app", "-ll:cpu", "2", "-lg:safe_mapper"),
        "exit_code": exit_code,
        "signal": None,
        "timed_out": False,
        "memory_exceeded": False,
        "interrupted": False,
        "seconds": 1.5,
        "output": output,
        "dropped_bytes": 0,
        "max_rss": 0,
    }
    return Outcome(**(values | changes))


LOADED = {
    "event": "loaded", "mapper": "mapc", "policy": "bad.mapl", "digest": "0", "rank": 0, "ranks": 1,
}  # fmt: skip


def seen(task: str, **changes: Any) -> dict[str, Any]:
    record: dict[str, Any] = {
        "event": "seen", "task": task, "id": 10, "variants": ["CPU"], "index": True,
        "domain": [4], "parent": "top", "requirements": [],
    }  # fmt: skip
    return record | changes


RAN = (LOADED, seen("relax"))
