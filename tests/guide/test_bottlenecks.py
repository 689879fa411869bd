"""Advice on speed follows from what the run did."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mapc.graph.machine import Machine
from mapc.guide import CheckSpec, Feedback, ScoreSpec, guide_log, guide_run
from mapc.guide.edits import apply
from mapc.policy.kinds import ProcKind
from mapc.policy.load import load_policy
from mapc.policy.model import Policy
from mapc.text import Reporter, Source
from mapc.text.printer import as_text
from tests.guide.conftest import LOADED, make_policy, outcome, seen

GOLDEN = Path(__file__).parent / "golden" / "bottlenecks"
FOUR_GPUS = Machine(name="m", procs=((ProcKind.CPU, 4), (ProcKind.GPU, 4)))


def run(
    *records: dict[str, Any], policy: Policy | None = None, machine: Machine | None = None
) -> Feedback:
    feedback = guide_run(
        outcome("T=1\n"),
        score=ScoreSpec(pattern="T=(.*)"),
        check=CheckSpec(),
        policy=policy,
        machine=machine,
        records=[LOADED, *records],
    )
    assert feedback.score == 1
    return feedback


def timing(task: str, seconds: float) -> dict[str, Any]:
    return {"event": "timing", "task": task, "count": 10, "seconds": seconds}


def mapped(task: str, kind: str) -> dict[str, Any]:
    return {"event": "task", "task": task, "line": 1, "kind": kind, "processor": "1d00"}


def index(targets: dict[str, int], line: int = 3) -> dict[str, Any]:
    return {
        "event": "index", "task": "relax", "function": "f", "domain": [8], "line": line,
        "targets": targets,
    }  # fmt: skip


POLICY = """\
Task * CPU;
def f(Task t) { return Machine(GPU)[0, 0]; }
IndexTaskMap relax f;
"""


def test_the_task_that_takes_the_time(golden: Callable[[Path, str], None]) -> None:
    policy = make_policy("Task * CPU;\n")
    feedback = run(
        seen("relax", variants=["CPU", "GPU"]),
        mapped("relax", "CPU"),
        timing("top", 100.0),
        timing("relax", 9.0),
        timing("dump", 1.0),
        policy=policy,
    )
    golden(GOLDEN / "dominant.txt", as_text(feedback.bottlenecks))
    (found,) = feedback.bottlenecks
    assert found.code.id == "MAP630"
    assert "90%" in found.message
    assert "on CPU" in found.message
    assert [edit.text for edit in feedback.edits] == ["Task relax GPU, CPU;"]


def test_a_task_on_gpu_is_not_sent_there_again() -> None:
    feedback = run(
        seen("relax", variants=["CPU", "GPU"]),
        mapped("relax", "GPU"),
        timing("relax", 9.0),
        timing("dump", 1.0),
    )
    assert feedback.edits == ()
    assert "memories" in feedback.bottlenecks[0].help


def test_no_task_dominates() -> None:
    assert run(mapped("a", "CPU"), *(timing(t, 1.0) for t in "abc")).bottlenecks == ()


def test_idle_processors(golden: Callable[[Path, str], None]) -> None:
    policy = make_policy(POLICY)
    feedback = run(mapped("relax", "GPU"), index({"[0,0]": 8}), policy=policy, machine=FOUR_GPUS)
    golden(GOLDEN / "idle.txt", as_text(feedback.bottlenecks))
    (found,) = feedback.bottlenecks
    assert found.code.id == "MAP631"
    assert "1 of 4 GPU" in found.message
    assert found.span is not None
    assert found.span.line == 3
    (edit,) = feedback.edits
    assert edit.kind == "replace"
    assert load_policy(Source("e.mapl", apply(POLICY, edit)), Reporter()) is not None


def test_uneven_processors() -> None:
    feedback = run(mapped("relax", "GPU"), index({"[0,0]": 5, "[0,1]": 1, "[0,2]": 1, "[0,3]": 1}))
    assert "up to 5 on one" in feedback.bottlenecks[0].message


def test_even_and_small_launches_are_fine() -> None:
    even = {f"[0,{i}]": 2 for i in range(4)}
    assert run(mapped("relax", "GPU"), index(even), machine=FOUR_GPUS).bottlenecks == ()
    small = {"[0,0]": 1, "[0,1]": 1}
    assert run(mapped("relax", "GPU"), index(small), machine=FOUR_GPUS).bottlenecks == ()


def test_a_kind_that_was_passed_over() -> None:
    policy = make_policy("Task * GPU, CPU;\nRegion * * CPU RDMEM, SYSMEM;\n")
    region = {
        "event": "region", "task": "relax", "requirement": 0, "names": [], "kind": "CPU",
        "memory": "SYSMEM", "line": 2, "bytes": 8,
    }  # fmt: skip
    feedback = run(seen("relax"), mapped("relax", "CPU"), region, policy=policy)
    assert [d.code.id for d in feedback.bottlenecks] == ["MAP634", "MAP634"]
    assert "no variant for GPU" in feedback.bottlenecks[0].help
    assert "prefers RDMEM" in feedback.bottlenecks[1].message


def test_general_advice_only_where_nothing_is_known() -> None:
    text = "Execution time is 0.03s\n"
    assert "if they have GPU variants" in guide_log(text).bottlenecks[0].help
    known = '{"event":"task","task":"relax","kind":"GPU"}\n'
    assert guide_log(known + text).bottlenecks == ()


def test_senseless_records_are_skipped() -> None:
    feedback = run(
        mapped("relax", "GPU"),
        {"event": "timing", "task": 3, "seconds": "x"},
        {"event": "timing", "task": "a", "seconds": float("nan")},
        {"event": "index", "task": "relax", "targets": {"a": "b"}},
        {"event": "region", "task": None, "requirement": True},
        {"event": "seen", "task": "relax", "requirements": 3, "variants": 4},
    )
    assert feedback.bottlenecks == ()
