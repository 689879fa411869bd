"""The task graph of an analysis."""

from dataclasses import replace

import pytest

from mapc.analyze.result import (
    Analysis,
    LaunchFacts,
    Note,
    PartitionFacts,
    RegionFacts,
    RequirementFacts,
    TaskFacts,
    VariantFacts,
)
from mapc.analyze.task_graph import UNKNOWN_NAMES, privilege_of, task_graph
from mapc.graph.taskgraph import Launch, Origin, Privilege, Task, TaskGraph
from mapc.legion.app_file import find_application
from mapc.legion.names import names_of
from mapc.policy.kinds import ProcKind
from tests.analyze.applications import ROOT, analysis_of

TOP = TaskFacts(
    name="top", id=1, function="top", top_level=True,
    variants=(VariantFacts(kind="CPU", inner=True, replicable=True),),
)  # fmt: skip
WORK = TaskFacts(
    name="work", id=2, function="work",
    variants=(VariantFacts(kind="GPU", layouts=(1,)), VariantFacts(kind="CPU")),
)  # fmt: skip


def needs(
    index: int, *names: str, privilege: str = "READ_ONLY", **more: object
) -> RequirementFacts:
    region = names[0] if names else ""
    return RequirementFacts(
        index=index, region=region, names=names, privilege=privilege, fields=("f",), **more  # type: ignore[arg-type]
    )  # fmt: skip


def launch(*requirements: RequirementFacts, **more: object) -> LaunchFacts:
    kept = {"kind": "index", "task": "work", "inside": "top", **more}
    return LaunchFacts(requirements=requirements, **kept)  # type: ignore[arg-type]


def graph(*launches: LaunchFacts, **more: object) -> TaskGraph:
    return task_graph(Analysis(tasks=(TOP, WORK), launches=launches, **more), "demo")  # type: ignore[arg-type]


def test_tasks_with_their_variants() -> None:
    made = graph(launch(needs(0, "p", "r")))
    assert made.origin is Origin.ANALYZED
    work, top = made.by_name["work"], made.by_name["top"]
    assert work.variants == (ProcKind.CPU, ProcKind.GPU)
    assert (work.replicable, top.replicable) == (False, True)
    assert work.constrained == ((ProcKind.GPU, 1),)
    assert (work.complete, top.complete, made.complete) == (True, True, True)
    assert [(r.index, r.names, r.fields) for r in work.requirements] == [(0, ("p", "r"), ("f",))]


def test_a_kind_or_flag_that_is_not_known() -> None:
    variants = (VariantFacts(kind="UNKNOWN", replicable=None),)
    vague = TaskFacts(name="vague", id=3, function="vague", variants=variants)
    task = task_graph(Analysis(tasks=(vague,))).by_name["vague"]
    assert (task.variants, task.replicable, task.complete) == ((), None, False)


def test_launches_in_the_order_of_the_program() -> None:
    sized = launch(dim=2, domain=(4, 4))
    made = graph(sized, launch(dim=1), launch(kind="single"), sized)
    assert made.launches == (
        Launch(task="top"),
        Launch(task="work", parent="top", domain=(4, 4)),
        Launch(task="work", parent="top", unsized=True),
        Launch(task="work", parent="top"),
    )


def test_what_stands_in_one_place_in_several_launches() -> None:
    made = graph(
        launch(needs(0, "a")),
        launch(needs(0, "b", privilege="READ_WRITE"), needs(1, "c")),
        launch(needs(0, "a", privilege="WRITE_DISCARD"), needs(1, "c", privilege="WRITE_ONLY")),
    )
    work = made.by_name["work"]
    assert [(r.index, r.names, r.privilege) for r in work.requirements] == [
        (0, ("b",), Privilege.READ_WRITE),
        (1, ("c",), Privilege.READ_WRITE),
        (0, ("a",), Privilege.READ_WRITE),
    ]
    assert work.arity == 2
    assert work.complete


def test_alternatives_of_one_launch_are_requirements_too() -> None:
    made = graph(launch(needs(0, "a", alternatives=(needs(0, "b"),)), needs(1, "c")))
    work = made.by_name["work"]
    assert [r.names for r in work.requirements] == [("a",), ("c",), ("b",)]
    assert (work.arity, made.regions) == (2, ("a", "b", "c"))


@pytest.mark.parametrize(
    "launches",
    [
        (),
        (launch(needs(0, known=False)),),
        (launch(needs(0, "a", repeated=True)),),
        (launch(needs(0, "a", alternatives=(needs(0, known=False),))),),
        (launch(needs(0, "a")), launch(task="unknown")),
    ],
)
def test_a_task_of_which_something_is_unknown_is_not_complete(
    launches: tuple[LaunchFacts, ...],
) -> None:
    assert not graph(*launches).by_name["work"].complete


def test_what_was_not_understood_makes_nothing_complete() -> None:
    one = launch(needs(0, "a"))
    assert graph(one).knows_regions
    for more in ({"complete": False}, {"messages": ({"severity": "error"},)}):
        made = graph(one, **more)
        assert not made.by_name["work"].complete
        assert not made.knows_regions


def test_names_of_regions_and_whether_they_are_all() -> None:
    facts = {
        "regions": (RegionFacts(name="r"),),
        "partitions": (PartitionFacts(name="p", region="r", made="", kind="disjoint"),),
    }
    made = graph(**facts)
    assert (made.region_names, made.knows_regions) == (("p", "r"), True)
    for what in UNKNOWN_NAMES:
        note = Note(what=f"{what} is not known before a run", file="a.cc", line=1)
        assert not graph(**facts, notes=(note,)).knows_regions


@pytest.mark.parametrize(
    ("name", "privilege"),
    [
        ("READ_ONLY", Privilege.READ),
        ("WRITE_ONLY", Privilege.WRITE_DISCARD),
        ("WRITE_DISCARD|DISCARD_OUTPUT", Privilege.WRITE_DISCARD),
        ("READ_ONLY|DISCARD_OUTPUT", Privilege.READ),
        ("NO_ACCESS", Privilege.NONE),
        ("REDUCE", Privilege.REDUCE),
        ("UNKNOWN", Privilege.UNKNOWN),
        ("WHATEVER", Privilege.UNKNOWN),
    ],
)
def test_privileges(name: str, privilege: Privilege) -> None:
    assert privilege_of(name) is privilege


PROJECTED = {f"task_{n}" for n in (1, 2, 3, 5, 7)}
"""Tasks for which a functor chooses among blocks and the tiles in them: only a run knows which."""
INCOMPLETE: dict[str, set[str]] = {"circuit": set(), "stencil": set(), "cannon": PROJECTED}


@pytest.mark.needs_legion
@pytest.mark.slow
@pytest.mark.parametrize("application", INCOMPLETE)
def test_an_application_is_what_its_description_says(application: str) -> None:
    """The tables were compared with what a mapper saw in a run."""
    said = names_of(find_application(str(ROOT / "apps" / application)))
    made = task_graph(analysis_of(application), application)
    assert {task.name for task in made.tasks if not task.complete} == INCOMPLETE[application]
    assert [task.name for task in made.tasks] == [task.name for task in said.tasks]
    for task, described in zip(made.tasks, said.tasks, strict=True):
        assert _alike(task) == _alike(described)
        assert _ways(made, task.name) == _ways(said, task.name)
        if task.complete:
            # A description need not list fields.
            both = zip(task.requirements, described.requirements, strict=True)
            known = tuple(r if other.fields else replace(r, fields=()) for r, other in both)
            assert known == described.requirements
    assert made.region_names == said.region_names
    assert made.knows_regions


def _alike(task: Task) -> tuple[object, ...]:
    privileges = [r.privilege for r in task.requirements[: task.arity]]
    return task.variants, task.replicable, privileges


def _ways(of: TaskGraph, task: str) -> set[tuple[tuple[int, ...], bool]]:
    return {(one.domain, one.is_index) for one in of.launches_of(task)}
