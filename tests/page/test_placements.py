"""The placements that the page shows: of what is known, else of an example that says so."""

import re
from collections.abc import Callable

import pytest

from mapc.graph.machine import Machine
from mapc.graph.taskgraph import Launch, Origin, Task, TaskGraph
from mapc.page import grid_view, placements
from mapc.page.html import as_html
from mapc.page.placements import Placed
from mapc.policy.kinds import ProcKind
from mapc.policy.query import Query, answer
from tests.page.pages import Page, mapping_of

POLICY = """\
m = Machine(CPU);
def line(Task t) { return m[t.ipoint[0] % m.size[0], 0]; }
def plane(Task t) { return m[t.ipoint[0] % m.size[0], t.ipoint[1] % m.size[1]]; }
def space(Task t) { return m[0, (t.ipoint[1] + t.ipoint[2]) % m.size[1]]; }
def late(Task t) { return m[0, t.ipoint[1]]; }
def named(Task t) { return m[0, t.name == "a" ? 1 : 0]; }
def star(Task t) { return m[t.ipoint[0] % 2, *]; }
"""


def graph(*launches: Launch) -> TaskGraph:
    """Return the graph of an application with some launches."""
    tasks = tuple(Task(name=name) for name in dict.fromkeys(one.task for one in launches))
    return TaskGraph(application="demo", origin=Origin.OBSERVED, tasks=tasks, launches=launches)


def placed(
    maps: str, known: TaskGraph | None = None, machine: Machine | None = None
) -> tuple[Placed, ...]:
    """Return the placements of a policy with some more statements."""
    return placements.placements(mapping_of(POLICY + maps, graph=known, machine=machine))


@pytest.mark.parametrize(
    ("function", "domain"), [("line", (16,)), ("plane", (8, 8)), ("space", (4, 4, 4))]
)
def test_examples_have_the_rank_of_the_function(function: str, domain: tuple[int, ...]) -> None:
    (one,) = placed(f"IndexTaskMap a {function};")
    assert (one.domain, one.example, one.failure) == (domain, True, None)
    assert one.answer is not None
    query = Query(task="a", nodes=2, procs=4, domain=domain)
    assert (
        one.answer.table.codes
        == answer(mapping_of(POLICY + f"IndexTaskMap a {function};").policy, query).table.codes
    )


def test_what_is_known_is_shown() -> None:
    machine = Machine(name="one", nodes=3, procs=((ProcKind.CPU, 2),))
    launches = (
        Launch(task="a", domain=(6,)),
        Launch(task="a", domain=(9,)),
        Launch(task="b", domain=(6,)),
        Launch(task="b", domain=(0,)),
        Launch(task="c", unsized=True),
    )
    found = placed("IndexTaskMap a, b, c line;", graph(*launches), machine)
    assert [(one.tasks, one.domain, one.example) for one in found] == [
        (("a", "b"), (6,), False),
        (("a",), (9,), False),
        (("c",), (16,), True),
    ]
    mapping = mapping_of(
        POLICY + "IndexTaskMap a, b, c line;", graph=graph(*launches), machine=machine
    )
    captions = [e.text for e in Page(as_html(mapping)).elements if e.tag == "figcaption"]
    assert captions == [
        "line places a, bdomain 6 on 3 nodes with 2 CPU each",
        "line places adomain 9 on 3 nodes with 2 CPU each",
        "line places cdomain 16 on 3 nodes with 2 CPU each the domain is an example",
    ]


def test_tasks_that_go_elsewhere_are_shown_apart() -> None:
    assert [one.tasks for one in placed("IndexTaskMap a, b, c named;")] == [("a",), ("b", "c")]


def test_maps_for_kinds_and_for_all() -> None:
    found = placed("IndexTaskMap CPU line; IndexTaskMap * plane;")
    assert [(one.function, one.tasks) for one in found] == [("plane", ("*",)), ("line", ("CPU",))]
    page = as_html(mapping_of(POLICY + "IndexTaskMap CPU line; IndexTaskMap * plane;"))
    assert "places <b>every other task</b>" in page
    assert "places <b>every other task on CPU</b>" in page


@pytest.mark.parametrize(
    ("start", "code", "place"),
    [
        ("", "MAP509", "policy.mapl:5:"),
        ("", "at point (0, 4)", "policy.mapl:5:"),
        ("x = m.split(0, 3);\n", "MAP503", "policy.mapl:8:"),
    ],
)
def test_failures_are_told_in_place(start: str, code: str, place: str) -> None:
    page = Page(as_html(mapping_of(POLICY + start + 'IndexTaskMap a late; print("{}", m);')))
    (failure,) = page.of_class("failure")
    assert code in failure.text
    assert place in failure.text
    assert "help: " in failure.text
    assert page.of_class("plan") == []


def test_a_machine_without_the_processors() -> None:
    machine = Machine(name="cpus", procs=((ProcKind.GPU, 1),))
    (one,) = placed("IndexTaskMap a line;", machine=machine)
    assert one.failure is not None


def test_large_launches_stay_small(tell: Callable[[str], None]) -> None:
    launches = (Launch(task="a", domain=(1000, 1000)), Launch(task="b", domain=(2000, 2000)))
    mapping = mapping_of(POLICY + "IndexTaskMap a, b plane;", graph=graph(*launches))
    text = as_html(mapping)
    tell(f"page with a launch of a million points: {len(text) / 1000:.0f} kB")
    assert len(text) < 2_000_000
    assert len(Page(text).of_class("plan")) == 1
    assert (
        "mapc place policy.mapl --task b --nodes 2 --procs 4 --domain 2000,2000 --format svg"
        in text
    )


def test_many_pictures_stay_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid_view, "MOST_DRAWN", 10_000)
    maps = "".join(
        f"def f{i}(Task t) {{ return m[0, (t.ipoint[0] + {i}) % m.size[1]]; }}\n"
        f"IndexTaskMap t{i} f{i};\n"
        for i in range(8)
    )
    page = Page(as_html(mapping_of(POLICY + maps)))
    assert 1 <= len(page.of_class("plan")) < 8
    assert len([e for e in page.elements if e.tag == "figure"]) == 8


def test_pictures_do_not_share_patterns() -> None:
    text = as_html(
        mapping_of(
            POLICY + "IndexTaskMap a star; IndexTaskMap b star2;\n"
            "def star2(Task t) { return m[*, t.ipoint[0] % 2]; }"
        )
    )
    known = Page(text).by_id()
    used = set(re.findall(r"url\(#([^)]*)\)", text))
    assert len(used) == 4
    assert {known[name].tag for name in used} == {"pattern"}
    titles = [e.text for e in Page(text).elements if e.tag == "title"]
    assert "(1): CPU[1,0], CPU[1,1], CPU[1,2], CPU[1,3]" in titles
