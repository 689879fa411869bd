"""Statements that never decide anything: each reason, and that removing one changes nothing."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapc.graph.machine import Machine
from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import (
    Launch,
    Origin,
    Privilege,
    Requirement,
    Task,
    TaskGraph,
    from_names,
)
from mapc.passes.idle import Idle
from mapc.passes.pipeline import map_policy
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.load import load_policy
from mapc.text import Reporter, Source

OBSERVED = TaskGraph(
    application="demo",
    origin=Origin.OBSERVED,
    tasks=(
        Task(
            name="a",
            variants=(ProcKind.GPU, ProcKind.CPU),
            complete=True,
            requirements=(
                Requirement(index=0, names=("r", "p"), privilege=Privilege.READ),
                Requirement(index=1, names=("q",), privilege=Privilege.READ_WRITE),
            ),
        ),
        Task(name="b", variants=(ProcKind.CPU,), complete=True),
    ),
    launches=(Launch(task="a", domain=(4,)), Launch(task="b")),
)
PLACE = "m = Machine(CPU); def f(Task t) { return m[0, 0]; }"


def mapped(text: str, graph: TaskGraph | None = None, machine: Machine | None = None) -> Mapping:
    report = Reporter()
    policy = load_policy(Source("p.mapl", text), report)
    assert policy is not None, [d.render() for d in report.diagnostics]
    mapping = map_policy(policy, report, graph=graph, machine=machine)
    return Idle().run(mapping, report)


def idle(
    text: str, graph: TaskGraph | None = None, machine: Machine | None = None
) -> list[tuple[int, str]]:
    return [(one.span.line, one.reason) for one in mapped(text, graph, machine).idle or ()]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Task a CPU;\nTask a GPU;", "line 1 is for the same and comes first"),
        ("Task a, b CPU;\nTask * GPU;", "line 1 decides before it"),
        ("Task a CPU;\nTask c GPU;", "the application has no task `c`"),
        ("Region a r GPU FBMEM;\nRegion a x GPU FBMEM;", "task `a` has no argument `x`"),
        ("Region a r GPU FBMEM;\nRegion * x GPU FBMEM;", "the application has no region `x`"),
        ("Region a r GPU FBMEM;\nRegion a 2 GPU FBMEM;", "task `a` has no argument `2`"),
        ("Task a GPU;\nRegion a r CPU SYSMEM;", "line 1 lets task `a` run on GPU only"),
        ("Task a GPU;\nRegion a r OMP SYSMEM;", "line 1 lets task `a` run on GPU only"),
        ("Task a GPU;\nRegion * r PY SYSMEM;", "no task runs on PY"),
        ("Task a CPU;\nRegion a r * FBMEM;", "CPU cannot address what it lists"),
        ("Region a 0 GPU FBMEM, ZCMEM;\nRegion a r GPU ZCMEM;", "line 1 decides before it"),
        ("Region a p GPU FBMEM;\nRegion a 0 GPU FBMEM;", None),
        ("Region a 0 GPU FBMEM;\nRegion a r GPU FBMEM, ZCMEM;", None),
        ("Region a 0 GPU FBMEM;\nRegion a r GPU ZCMEM;", None),
        ("Layout a 0 * SOA;\nLayout a r * AOS;", "line 1 decides before it"),
        ("Region a * * ZCMEM;\nLayout * * RDMEM AOS;", "no argument that it is for lies in RDMEM"),
        ("Region a * GPU FBMEM;\nLayout a * RDMEM AOS;", None),  # nothing is said for the CPU
        ("CollectMemory a r;\nCollectMemory a q;", "no argument that it is for is only read"),
        ("CollectMemory a r;\nCollectMemory * *;", "line 1 decides before it"),
        ("InstanceLimit a 1; InstanceLimit b 1;\nInstanceLimit * 2;", "line 1 decides before it"),
        (f"{PLACE} IndexTaskMap a f;\nIndexTaskMap b f;", "task `b` is never launched as an index"),
        (f"{PLACE} SingleTaskMap b f;\nSingleTaskMap a f;", "task `a` is never launched individ"),
        (f"{PLACE} IndexTaskMap a f;\nIndexTaskMap * f;", "line 1 decides before it"),
        (f"{PLACE} IndexTaskMap a f;\nIndexTaskMap PY f;", "no task runs on PY"),
        (f"{PLACE} IndexTaskMap CPU f;\nIndexTaskMap GPU f;", None),  # `a` may run on either
        ("ControlReplicate b;\nControlReplicate c;", "the application has no task `c`"),
        ("\nControlReplicate c;", None),  # having one turns off the default mapper's rule
        (f"{PLACE} IndexTaskMap a f;\ng = 1;", "nothing that decides uses it"),
        (f"{PLACE} IndexTaskMap a f;\ng = 1; print(\"{{}}\", g);", None),
    ],
)  # fmt: skip
def test_reasons(text: str, reason: str | None) -> None:
    found = [why for line, why in idle(text, OBSERVED) if line == 2]
    if reason is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith(reason)


def test_a_list_is_idle_only_as_a_whole() -> None:
    assert idle("Task a, c CPU;", OBSERVED) == []
    assert idle("Task c, d CPU;", OBSERVED) == [
        (1, "the application has no task `c`; the application has no task `d`")
    ]


def test_of_the_policy_alone_only_what_is_certain_counts() -> None:
    """Tasks and regions that nobody named may exist, with variants that nobody knows."""
    text = """\
Task * GPU;
Region * * CPU SYSMEM;
Region a r CPU SYSMEM;
Layout a r RDMEM AOS;
InstanceLimit a 2;
Task a GPU;
Region a r PY SYSMEM;
"""
    own = "line 6 lets task `a` run on GPU only"
    assert idle(text) == [
        (3, own),
        (4, "no argument that it is for lies in RDMEM"),
        (7, own),
    ]


def test_names_alone_do_not_tell_where_tasks_run() -> None:
    graph = from_names("demo", ["a"], ["r"])
    assert idle("Task * GPU;\nRegion * * CPU SYSMEM;\nRegion * x GPU FBMEM;", graph) == [
        (3, "the application has no region `x`")
    ]


def test_functions_of_idle_statements_are_idle() -> None:
    text = f"{PLACE}\ndef g(Task t) {{ return m[0, 0]; }}\nIndexTaskMap a f;\nIndexTaskMap b g;"
    assert [line for line, _ in idle(text, OBSERVED)] == [2, 4]


def test_the_machine_tells_where_tasks_run() -> None:
    machine = Machine(name="m", procs=((ProcKind.CPU, 2),))
    text = "Region * r GPU FBMEM;\nRegion * r CPU SYSMEM;"
    assert idle(text, OBSERVED, machine) == [(1, "no task runs on GPU")]


TASKS = st.sampled_from(["*", "a", "b", "c", "a, b"])
REGIONS = st.sampled_from(["*", "r", "p", "q", "x", "0", "1", "2", "r, 1"])
PROCS = st.sampled_from(["CPU", "GPU", "OMP", "*"])
MEMS = {"CPU": "SYSMEM ZCMEM RDMEM VIRTUAL", "OMP": "SYSMEM SOCKMEM", "GPU": "FBMEM ZCMEM VIRTUAL"}


@st.composite
def statements(draw: st.DrawFn) -> str:
    task, region, proc = draw(TASKS), draw(REGIONS), draw(PROCS)
    mems = MEMS.get(proc, " ".join(kind.value for kind in MemKind)).split()
    listed = ", ".join(draw(st.lists(st.sampled_from(mems), min_size=1, max_size=2, unique=True)))
    layout = draw(st.sampled_from([proc, mems[0], "*"]))
    kinds = draw(st.lists(st.sampled_from(["CPU", "GPU", "OMP"]), min_size=1, unique=True))
    target = draw(st.sampled_from([task, "CPU", "GPU"]))
    return draw(
        st.sampled_from(
            [
                f"Task {task} {', '.join(kinds)};",
                f"Region {task} {region} {proc} {listed};",
                f"Region {task} {region} {proc} {listed};",
                f"Layout {task} {region} {layout} AOS;",
                f"Layout {task} {region} * C_order;",
                f"CollectMemory {task} {region};",
                f"InstanceLimit {task} 3;",
                f"ControlReplicate {task};",
                f"IndexTaskMap {target} f;",
                f"SingleTaskMap {target} f;",
            ]
        )
    )


GRAPHS = st.sampled_from([OBSERVED, from_names("demo", ["a", "b"], ["p", "q", "r"]), None])


@settings(max_examples=300)
@given(st.lists(statements(), min_size=1, max_size=12), GRAPHS)
def test_without_its_idle_statements_a_policy_decides_the_same(
    lines: list[str], graph: TaskGraph | None
) -> None:
    text = "\n".join([PLACE, *lines])
    mapping = mapped(text, graph)
    # The tasks and arguments stay those of the whole policy.
    fixed = replace(mapping.graph, origin=Origin.OBSERVED)
    numbers = {one.span.line for one in mapping.idle or ()} - {1}
    before = decisions(mapped(text, fixed))
    for gone in [*({number} for number in numbers), numbers]:
        kept = [line for number, line in enumerate(text.split("\n"), 1) if number not in gone]
        assert decisions(mapped("\n".join(kept), fixed)) == before


def decisions(mapping: Mapping) -> dict[str, Any]:
    """Return what is decided, without the lines."""
    tasks = mapping.to_json()["tasks"]
    return {
        name: {key: value for key, value in task.items() if key != "lines"}
        for name, task in tasks.items()
    }
