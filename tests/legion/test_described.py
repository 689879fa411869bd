"""What an application's description tells about its tasks becomes a graph."""

import re
import tomllib
from pathlib import Path

import pytest

from mapc.graph.taskgraph import Launch, Origin, Privilege, TaskGraph
from mapc.legion.app_file import find_application
from mapc.legion.application import AppFile
from mapc.legion.names import graph_of, names_of
from mapc.policy.kinds import ProcKind

ROOT = Path(__file__).resolve().parents[2]
DOCS = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "app-toml.md").read_text("utf-8"), re.S)


def described(text: str) -> TaskGraph:
    head = '[app]\nname = "demo"\n[build]\nsources = ["*.cc"]\n'
    return graph_of(AppFile.model_validate(tomllib.loads(head + text)))


def test_a_description_without_names_says_nothing() -> None:
    graph = described("")
    assert (graph.origin, graph.tasks, graph.knows_regions) == (Origin.POLICY, (), False)


def test_names_are_names() -> None:
    graph = described('[names]\ntasks = ["b", "a"]\nregions = ["r"]\n')
    assert graph.origin is Origin.NAMES
    assert [(task.name, task.complete) for task in graph.tasks] == [("a", False), ("b", False)]
    assert graph.knows_regions


def test_what_a_table_says_of_a_task() -> None:
    graph = described(DOCS[1] + '[names]\ntasks = ["top_level"]\n')
    assert graph.origin is Origin.DESCRIBED
    task, top = graph.tasks
    assert (task.name, top.name) == ("calculate_new_currents", "top_level")
    assert task.variants == (ProcKind.CPU, ProcKind.GPU)
    assert (task.replicable, task.complete) == (False, True)
    assert [r.names for r in task.requirements] == [
        ("rp_private", "all_nodes"),
        ("rp_wires", "all_wires"),
    ]
    assert [r.privilege for r in task.requirements] == [Privilege.READ, Privilege.READ_WRITE]
    assert graph.domains_of("calculate_new_currents") == ((16,),)
    assert (top.variants, top.replicable, top.complete) == ((), None, False)
    assert graph.launches_of("top_level") == ()
    assert not graph.complete
    assert not graph.knows_regions  # those of `top_level` are not known


@pytest.mark.parametrize(
    ("table", "launches"),
    [
        ("", ()),
        ('launch = "single"', (Launch(task="t"),)),
        ('launch = "index"', (Launch(task="t", unsized=True),)),
        ("domain = [4, 2]", (Launch(task="t", domain=(4, 2)),)),
        ('launch = "both"\ndomain = [4]', (Launch(task="t", domain=(4,)), Launch(task="t"))),
    ],
)
def test_launches(table: str, launches: tuple[Launch, ...]) -> None:
    found = described(f"[tasks.t]\n{table}\n").launches
    assert found == launches
    assert [launch.is_index for launch in found] == [launch != Launch(task="t") for launch in found]


def test_the_page_about_app_toml_shows_what_can_be_read() -> None:
    whole = AppFile.model_validate(tomllib.loads(DOCS[0]))
    assert whole.tasks["top_level"].requirements == []
    graph = described(DOCS[1])
    assert [task.name for task in graph.tasks] == ["calculate_new_currents"]


def test_circuit_is_described() -> None:
    graph = names_of(find_application(str(ROOT / "apps" / "circuit")))
    assert graph.origin is Origin.DESCRIBED
    assert graph.complete
    assert all(graph.launches_of(task.name) for task in graph.tasks)
    listed = set(graph.region_names)
    assert {n for t in graph.tasks for r in t.requirements for n in r.names} <= listed
