"""The passes: what a policy decides for an application, and what can be said before a run."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.graph.machine import Machine, Memory
from mapc.graph.mapping import Mapping
from mapc.graph.mapping_dot import as_dot
from mapc.graph.observe import from_records
from mapc.graph.render import as_text
from mapc.graph.taskgraph import TaskGraph, from_names
from mapc.passes.pipeline import PASSES, map_policy
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.load import load_policy
from mapc.text import Reporter, Source

HERE = Path(__file__).parent
HOST = Machine(
    name="host",
    procs=((ProcKind.CPU, 2),),
    memories=(Memory(kind=MemKind.SYSMEM, count=1, megabytes=512),),
)
SEEN = {
    "event": "seen",
    "task": "solve",
    "variants": ["CPU"],
    "index": True,
    "domain": [4],
    "parent": "top",
    "requirements": [
        {"index": 0, "names": ["cells", "all"], "privilege": "READ_ONLY", "fields": ["a"]},
        {"index": 1, "names": ["sums"], "privilege": "REDUCE", "fields": ["b"]},
    ],
}
TOP = {
    "event": "seen",
    "task": "top",
    "variants": ["CPU"],
    "index": False,
    "domain": [],
    "parent": "",
    "requirements": [],
}


@pytest.fixture
def observed() -> TaskGraph:
    return from_records("app", [SEEN, TOP])


def mapped(
    text: str, *, graph: TaskGraph | None = None, machine: Machine | None = None
) -> tuple[Mapping, list[tuple[str, int]]]:
    report = Reporter()
    policy = load_policy(Source("p.mapl", text), report)
    assert policy is not None, [d.render() for d in report.diagnostics]
    mapping = map_policy(policy, report, graph=graph, machine=machine)
    found = [(d.code.id, d.span.line if d.span else 0) for d in report.diagnostics]
    return mapping, [item for item in found if not item[0].startswith("MAP42")]


POLICY = """\
Task * GPU, CPU;
Task solve CPU;
Region * * * SYSMEM;
Region solve cells CPU ZCMEM;
Layout * * * SOA C_order;
Layout solve 1 SYSMEM AOS;
InstanceLimit solve 2;
CollectMemory solve *;
ControlReplicate top;
m = Machine(CPU);
def f(Task t) { return m[0, t.ipoint[0] % m.size[1]]; }
IndexTaskMap CPU f;
"""


def test_decisions_with_their_lines(observed: TaskGraph) -> None:
    mapping, findings = mapped(POLICY, graph=observed, machine=HOST)
    assert findings == []
    solve = mapping.to_json()["tasks"]["solve"]
    assert solve["processors"] == ["CPU"]
    assert solve["index_map"] == "f"
    assert solve["limit"] == 2
    assert solve["replicate"] is False
    assert solve["arguments"]["cells"]["memories"] == {"CPU": ["ZCMEM", "SYSMEM"]}
    assert solve["arguments"]["cells"]["collect"] is True
    assert solve["arguments"]["sums"]["collect"] is False  # a reduction is never collected
    assert solve["arguments"]["sums"]["layout"]["SYSMEM"]["fields"] == "AOS"
    lines = solve["lines"]
    assert (lines["processors"], lines["index_map"], lines["limit"]) == (2, 12, 7)
    assert lines["arguments"]["cells"]["memories"] == {"CPU": [4, 3]}
    assert mapping.to_json()["tasks"]["top"]["replicate"] is True


def test_text_and_dot(observed: TaskGraph, golden: Callable[[Path, str], None]) -> None:
    mapping, _ = mapped(POLICY, graph=observed, machine=HOST)
    golden(HERE / "golden" / "mapping.txt", as_text(mapping))
    golden(HERE / "golden" / "mapping.dot", as_dot(mapping))
    json.dumps(mapping.to_json())


def test_graph_of_the_policy_alone() -> None:
    """Without an application the names of the policy are the tasks, and `*` speaks for the rest."""
    mapping, findings = mapped(POLICY)
    assert findings == []
    assert [task.task for task in mapping.tasks] == ["solve", "top", "*"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Task solv CPU;", "MAP520"),
        ("Region * cell * SYSMEM;", "MAP521"),
        ("Region solve 2 * SYSMEM;", "MAP522"),
        ("Task solve GPU;", "MAP526"),
        ("Region * * CPU RDMEM;", "MAP512"),
        ("Region solve 1 * VIRTUAL;", "MAP517"),
        (
            "m = Machine(CPU); def f(Task t) { return m[0, 0]; } IndexTaskMap top f;",
            "MAP524",
        ),
        (
            "m = Machine(CPU); def f(Task t) { return m[0, t.ipoint[0]]; } IndexTaskMap solve f;",
            "MAP509",
        ),
        (
            "m = Machine(GPU);"
            "def f(Task t) { return m[*(t.ispace[0] > 9 ? m.size : (0, 0))]; }"
            "IndexTaskMap solve f;",
            "MAP509",
        ),
    ],
)
def test_findings_before_a_run(text: str, code: str, observed: TaskGraph) -> None:
    _, findings = mapped(text, graph=observed, machine=HOST)
    assert (code, 1) in findings


def test_wrong_kind_of_processor(observed: TaskGraph) -> None:
    machine = Machine(name="m", procs=((ProcKind.CPU, 2), (ProcKind.GPU, 2)))
    text = "m = Machine(GPU);\ndef f(Task t) { return m[0, 0]; }\nIndexTaskMap solve f;"
    _, findings = mapped(text, graph=observed, machine=machine)
    assert ("MAP510", 3) in findings


def test_names_of_a_description() -> None:
    graph = from_names("app", ["solve"], ["cells"])
    mapping, findings = mapped("Task solve CPU;\nTask slove CPU;\n", graph=graph)
    assert findings == [("MAP520", 2)]
    assert [task.task for task in mapping.tasks] == ["solve"]


def test_data_flow(observed: TaskGraph) -> None:
    edges = set(observed.digraph.edges())
    assert edges == {
        (("region", "cells"), ("task", "solve")),
        (("region", "sums"), ("task", "solve")),
        (("task", "solve"), ("region", "sums")),
    }


def test_passes_have_names_of_their_files() -> None:
    for step in PASSES:
        assert type(step).__module__ == f"mapc.passes.{step.name}"
