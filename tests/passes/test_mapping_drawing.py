"""Drawings of a mapping: the data flow of the tasks, coloured by what is decided."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapc.graph.decided_flow import MEM_COLOURS, PROC_COLOURS, UNDECIDED, decided_flow
from mapc.graph.mapping import Mapping
from mapc.graph.mapping_dot import as_dot
from mapc.graph.mapping_drawing import MOST_EDGES, as_svg
from mapc.graph.taskgraph import Launch, Origin, Privilege, Requirement, Task, TaskGraph
from mapc.passes.pipeline import map_policy
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.load import load_policy
from mapc.text import Reporter, Source

HERE = Path(__file__).parent
POLICY = """\
Task * GPU, CPU;
Region * * GPU FBMEM;
Region * shared GPU ZCMEM;
Region * * CPU SYSMEM;
"""


def requirement(index: int, name: str, privilege: Privilege) -> Requirement:
    return Requirement(index=index, names=(name,) if name else (), privilege=privilege)


GRAPH = TaskGraph(
    application="demo",
    origin=Origin.ANALYZED,
    tasks=(
        Task(
            name="compute",
            variants=(ProcKind.CPU, ProcKind.GPU),
            requirements=(
                requirement(0, "cells", Privilege.READ_WRITE),
                requirement(1, "shared", Privilege.REDUCE),
            ),
            complete=True,
        ),
        Task(
            name="begin",
            variants=(ProcKind.CPU,),
            requirements=(
                requirement(0, "cells", Privilege.WRITE_DISCARD),
                requirement(1, "", Privilege.NONE),
            ),
            complete=True,
        ),
        Task(name="idle", variants=(ProcKind.IO,), complete=True),
    ),
    launches=(Launch(task="begin"), Launch(task="compute", unsized=True)),
)


def mapped(text: str, graph: TaskGraph) -> Mapping:
    report = Reporter()
    policy = load_policy(Source(name="p.mapl", text=text), report)
    assert policy is not None
    return map_policy(policy, report, graph=graph)


def test_tasks_have_the_colour_of_the_best_kind_that_they_have_a_variant_for() -> None:
    flow = decided_flow(mapped(POLICY, GRAPH))
    assert [box.name for box in flow.tasks] == ["begin", "compute", "idle"]
    assert [box.colour for box in flow.tasks] == [
        PROC_COLOURS[ProcKind.CPU], PROC_COLOURS[ProcKind.GPU], UNDECIDED,
    ]  # fmt: skip


def test_edges_have_the_colour_of_the_memory_on_that_kind() -> None:
    flow = decided_flow(mapped(POLICY, GRAPH))
    assert [(a.task, a.region, a.memory, a.reads, a.writes) for a in flow.accesses] == [
        ("begin", "cells", MemKind.SYSMEM, False, True),
        ("begin", "argument 1", MemKind.SYSMEM, False, False),
        ("compute", "cells", MemKind.FBMEM, True, True),
        ("compute", "shared", MemKind.ZCMEM, False, True),
    ]


def test_nothing_decided_is_drawn_as_such() -> None:
    flow = decided_flow(mapped("", GRAPH))
    assert {one.colour for one in (*flow.tasks, *flow.accesses)} == {UNDECIDED}
    assert flow.kinds == flow.memories == ()


def test_dot(golden: Callable[[Path, str], None]) -> None:
    golden(HERE / "golden" / "decided.dot", as_dot(mapped(POLICY, GRAPH)))


def test_svg(golden: Callable[[Path, str], None]) -> None:
    drawing = as_svg(mapped(POLICY, GRAPH))
    golden(HERE / "golden" / "decided.svg", drawing.replace("><", ">\n<") + "\n")
    titles = [e.text for e in ElementTree.fromstring(drawing).iter("title")]
    assert "compute: shared REDUCE in ZCMEM" in titles
    assert set(re.findall(r'stroke="(#\w+)"', drawing)) >= {
        MEM_COLOURS[MemKind.FBMEM], MEM_COLOURS[MemKind.ZCMEM], MEM_COLOURS[MemKind.SYSMEM],
    }  # fmt: skip


def test_too_much_to_see_is_not_drawn() -> None:
    many = tuple(requirement(n, f"r{n}", Privilege.READ) for n in range(MOST_EDGES + 1))
    graph = TaskGraph(
        origin=Origin.ANALYZED, tasks=(Task(name="t", requirements=many, complete=True),)
    )
    assert as_svg(mapped(POLICY, graph)) == ""
    assert as_svg(mapped("Task * GPU;", TaskGraph())) == ""
    assert as_dot(mapped(POLICY, graph)).count("->") == MOST_EDGES + 1


@pytest.mark.parametrize("draw", [as_svg, as_dot])
@given(name=st.text(min_size=1))
def test_any_name_can_be_drawn(draw: Callable[[Mapping], str], name: str) -> None:
    task = Task(name=name, requirements=(requirement(0, name, Privilege.READ),), complete=True)
    drawing = draw(mapped(POLICY, TaskGraph(origin=Origin.ANALYZED, tasks=(task,))))
    if draw is as_svg:
        ElementTree.fromstring(drawing)
    else:
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", drawing)
        assert '"' not in bare
        assert "\n" not in "".join(re.findall(r'"(?:[^"\\]|\\.)*"', drawing))
