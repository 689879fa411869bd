"""What the mapper says of the application, and how it ends a run that a policy makes impossible."""

import signal

import pytest

from tests.backends.on_legion.running import Program


def test_what_is_seen(grid: Program) -> None:
    ran = grid.succeeds("", "-busy 2", MAPC_OBSERVE="1")
    loaded = ran.event("loaded")
    assert (loaded["policy"], loaded["rank"], loaded["ranks"]) == ("test.mapl", 0, 1)
    sweep = ran.event("seen", task="sweep")
    assert (sweep["index"], sweep["domain"], sweep["parent"]) == (True, [2, 4], "main")
    assert sweep["variants"] == ["CPU", "IO"]
    assert sweep["requirements"] == [
        {
            "index": 0,
            "names": ["tiles", "grid"],
            "privilege": "READ_WRITE",
            "redop": 0,
            "fields": ["count"],
            "bytes": 128,
        },
        {
            "index": 1,
            "names": ["tiles", "grid"],
            "privilege": "READ_ONLY",
            "redop": 0,
            "fields": ["value"],
            "bytes": 64,
        },
    ]
    add = ran.event("seen", task="add")["requirements"][1]
    assert (add["names"], add["privilege"], add["redop"]) == (["result"], "REDUCE", 1)
    assert ran.event("seen", task="walk")["variants"] == ["CPU"]
    # Times of tasks, because they are asked for.
    timing = ran.event("timing", task="sweep")
    assert timing["count"] == 16
    assert timing["seconds"] > 16 * 0.002
    assert ran.event("timing", task="pick")["count"] == 1
    assert not grid.succeeds("").events("timing")


@pytest.mark.parametrize(
    ("policy", "code", "line", "task"),
    [
        ("\nRegion add result * VIRTUAL;", "MAP517", 2, "add"),
        ("m = Machine(IO);\ndef f(Task t) {\n return m[0, 0];\n}\nIndexTaskMap fill f;",
         "MAP510", 5, "fill"),
        ("m = Machine(CPU);\ndef f(Task t) {\n k = t.ipoint[1];\n return m[0, k];\n}\n"
         "IndexTaskMap sweep f;", "MAP509", 4, "sweep"),
        ("def f(Task t) {\n return Machine(CPU)[0, 1 / t.depth - 1];\n}\nSingleTaskMap main f;",
         "MAP350", 2, "main"),
        ("m = Machine(GPU)\n  .auto_split(1, (2, 2));", "MAP501", 1, ""),
        ("Task pick IO;\n\nLayout pick 0 * AOS;", "MAP613", 3, "pick"),
    ],
)  # fmt: skip
def test_failures_name_the_policy_line(
    policy: str, code: str, line: int, task: str, grid: Program
) -> None:
    ran = grid(policy)
    assert ran.signal == signal.SIGABRT, ran.output
    error = ran.event("error")
    assert (error["code"], error["line"], error["task"]) == (code, line, task)
    assert error["file"] == "test.mapl"
