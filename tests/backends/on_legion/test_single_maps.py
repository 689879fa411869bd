"""`SingleTaskMap`: where tasks run that are launched by themselves."""

from tests.backends.on_legion.running import Program

POLICY = """\
m = Machine(CPU);
def deep(Task t) { return m[0, (t.depth + 1) % 2]; }
def across(Task t) { return m[0, 1 - t.parent.processor(m)[1]]; }
def last(Task t) { return m[0, 1]; }
def far(Task t) { return Machine(IO)[0, 1]; }
Task pick IO;
SingleTaskMap dig, walk deep;
SingleTaskMap leaf across;
SingleTaskMap IO far;
SingleTaskMap * last;
"""


def test_single_task_map(grid: Program) -> None:
    ran = grid.succeeds(POLICY)
    assert ran.found("sum 20096 walked 11 dug 3")
    # By name: every second level; the processor that the parent does not run on.
    assert ran.where("dig") == {"CPU 0": 2, "CPU 1": 1}
    assert ran.where("walk") == {"CPU 0": 1}
    assert ran.where("leaf") == {"CPU 1": 1}
    # By kind of processor before `*`.
    assert ran.where("pick") == {"IO 1": 1}
    assert ran.where("main") == {"CPU 1": 1}
    lines = {record["task"]: record["line"] for record in ran.events("single")}
    assert lines == {"dig": 7, "walk": 7, "leaf": 8, "pick": 9, "main": 10}
    assert ran.event("single", task="leaf")["processor"] == [0, 1]
    # Index launches are left to DefaultMapper.
    assert not ran.events("index")


def test_a_set_of_processors(grid: Program) -> None:
    """The first runs the task, the others of its node are offered as alternatives."""
    text = "def both(Task t) { return Machine(CPU).reverse(1)[0, *]; }\nSingleTaskMap dig both;\n"
    ran = grid.succeeds(text)
    record = ran.event("single", task="dig")
    assert (record["processor"], record["targets"], record["line"]) == ([0, 1], 2, 2)
    assert set(ran.where("dig")) <= {"CPU 0", "CPU 1"}
