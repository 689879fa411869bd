"""`Task`: kinds of processors in order of preference; several tasks in one statement; `*`."""

from tests.backends.on_legion.running import Program

POLICY = """\
Task * IO, CPU;
Task dig CPU;
Task leaf IO;
Task pick, walk OMP, CPU;
"""


def test_task(grid: Program) -> None:
    ran = grid.succeeds(POLICY)
    # Where a task has a variant for IO, line 1 picks it; an index launch goes round all of them.
    assert ran.where("sweep") == {"IO 0": 8, "IO 1": 8}
    assert set(ran.where("fill")) <= {"CPU 0", "CPU 1"}
    assert ran.event("task", task="fill")["line"] == 1
    # An exact name hides `*`, and starts the task on the first processor.
    assert ran.where("dig") == {"CPU 0": 3}
    assert ran.where("pick") == ran.where("walk") == {"CPU 0": 1}
    assert ran.event("task", task="walk")["line"] == 4
    assert ran.event("task", task="pick") == {
        "event": "task", "task": "pick", "line": 4, "kind": "CPU", "processor": [0, 0],
    }  # fmt: skip
    # `leaf` has no variant for IO: DefaultMapper decides, in spite of line 1.
    assert ran.event("task", task="leaf")["line"] is None


def test_the_order_of_kinds_is_the_order_of_preference(grid: Program) -> None:
    """`pick` and `dig` have variants for both."""
    ran = grid.succeeds("Task pick IO, CPU;\nTask dig, sweep CPU, IO;\n", "-ll:io 1")
    assert ran.where("pick") == {"IO 0": 1}
    assert ran.where("dig") == {"CPU 0": 3}
    assert ran.event("task", task="sweep")["line"] == 2
    assert ran.event("task", task="dig")["line"] == 2
    # Without IO processors, the next kind.
    ran = grid.succeeds("Task pick IO, CPU;\nTask dig, sweep CPU, IO;\n", "-ll:io 0")
    assert ran.where("pick") == {"CPU 0": 1}
    assert ran.event("task", task="pick")["line"] == 1
