"""What a policy says of several nodes is what happens on several ranks."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mapc.legion.logs import mapper_records
from tests.ranks.conftest import Ran

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

# Without any such statement DefaultMapper would replicate the top-level task by itself.
ALONE = "nobody"
RIGHT = "right sum 324792 nested 3"

INDEX = """\
m = Machine(CPU);
flat = m.merge(0, 1);
def block(Task t) { return m[*(t.ipoint * m.size / t.ispace)]; }
def deal(Task t) { return flat[(t.ipoint[0] * 3 + t.ipoint[1]) % flat.size[0]]; }
def ring(Task t) { return m[*, *]; }
def nodes(Task t) { return m[*, 0]; }
def back(Task t) { return m[m.size[0] - 1 - t.ipoint[0] % m.size[0], t.ipoint[0] % m.size[1]]; }
"""
MAPS = {
    "functions": "IndexTaskMap init deal;\nIndexTaskMap blur block;\nIndexTaskMap tally back;\n",
    "stars": "IndexTaskMap init ring;\nIndexTaskMap blur nodes;\nIndexTaskMap tally ring;\n",
}
DOMAINS = {"init": (4, 4), "blur": (4, 4), "tally": (8,)}


@pytest.fixture
def placed(mapc: Any, tmp_path: Path) -> Callable[..., dict[str, dict[tuple[int, ...], list[int]]]]:
    """Return where `mapc place` sends every point of every launch; stars are dealt in order."""

    def place(text: str, ranks: int, cpus: int) -> dict[str, dict[tuple[int, ...], list[int]]]:
        file, cases = tmp_path / "p.mapl", tmp_path / "cases.json"
        file.write_text(text)
        wanted = [
            {"task": task, "nodes": ranks, "procs": cpus, "domain": list(domain)}
            for task, domain in DOMAINS.items()
        ]
        cases.write_text(json.dumps(wanted))
        done = mapc("place", file, "--cases", cases, "--format", "json")
        assert done.returncode == 0, done.stderr
        return {
            answer["task"]: {
                tuple(row["point"]): tuple(row["targets"][number % len(row["targets"])])
                for number, row in enumerate(answer["points"])
            }
            for answer in json.loads(done.stdout)
        }

    return place


@pytest.mark.parametrize(
    ("ranks", "cpus", "maps", "replicated"),
    [
        (2, 2, "functions", False),
        (2, 2, "functions", True),
        (2, 2, "stars", False),
        (2, 2, "stars", True),
        (4, 1, "functions", True),
        (4, 1, "stars", False),
    ],
)
def test_points_run_where_place_says(
    ranks: int,
    cpus: int,
    maps: str,
    replicated: bool,
    run: Callable[..., Ran],
    placed: Callable[..., dict[str, dict[tuple[int, ...], Any]]],
    tell: Callable[[str], None],
) -> None:
    text = INDEX + MAPS[maps] + f"ControlReplicate {'main' if replicated else ALONE};\n"
    ran = run(text, "-rows 4 -columns 4 -steps 2", ranks=ranks, cpus=cpus)
    assert ran.outcome.ok, ran.output
    assert "right sum" in ran.output
    expected = placed(text, ranks, cpus)
    for task, times in (("init", 1), ("blur", 2), ("tally", 1)):
        found = Counter(ran.ran(task))
        assert found == {(p, where): times for p, where in expected[task].items()}, task
    assert {node for _, (node, _) in ran.ran("init")} == set(range(ranks))
    mains = {where[0] for _, where in ran.ran("main")}
    assert mains == (set(range(ranks)) if replicated else {0})
    shards = [record["shards"] for record in ran.events("replicate")]
    assert set(shards) == ({ranks} if replicated else set())
    for task, domain in DOMAINS.items():
        # A shard is given, and slices, what runs on its own node; one task alone slices it all.
        sliced = Counter[int]()
        for record in ran.events("slices", task=task, domain=list(domain)):
            sliced[record["rank"]] += record["points"]
            assert (record["elsewhere"] == 0) == replicated, record
        homes = Counter(node for node, _ in expected[task].values())
        assert sliced == (homes if replicated else {0: homes.total()}), task
    points = sum(len(ran.ran(task)) for task in DOMAINS)
    tell(f"{ranks} ranks x {cpus} CPUs, {maps}, {replicated=}: {points} points where place says")


@pytest.mark.parametrize("replicated", [False, True], ids=["alone", "replicated"])
def test_single_tasks_go_to_remote_nodes(replicated: bool, run: Callable[..., Ran]) -> None:
    text = (
        "m = Machine(CPU);\n"
        "def far(Task t) { return m[m.size[0] - 1, m.size[1] - 1]; }\n"
        "def turn(Task t) { return m[t.depth % m.size[0], 0]; }\n"
        "SingleTaskMap whole far;\nSingleTaskMap nest turn;\n"
    ) + f"ControlReplicate {'main' if replicated else ALONE};\n"
    ran = run(text, cpus=2)
    assert ran.outcome.ok, ran.output
    assert RIGHT in ran.output
    assert ran.ran("whole") == [((), (1, 1))]
    assert sorted(where for _, where in ran.ran("nest")) == [(0, 0), (1, 0), (1, 0)]


def test_memories_and_layouts_on_remote_ranks(run: Callable[..., Ran]) -> None:
    text = (
        INDEX
        + MAPS["functions"]
        + (
            "Region blur 0 * RDMEM;\nRegion * field * SYSMEM;\n"
            "Layout blur * * AOS C_order Exact;\nLayout tally 0 * SOA F_order;\n"
            "ControlReplicate main;\n"
        )
    )
    ran = run(text, cpus=2)
    assert ran.outcome.ok, ran.output
    assert RIGHT in ran.output
    # Every instance is on the node of its task: none says that it is remote.
    assert {memories for _, _, memories in ran.runs("blur")} == {("RDMEM", "SYSMEM")}
    assert {memories[0] for _, _, memories in ran.runs("tally")} == {"SYSMEM"}
    assert {where[0] for _, where, _ in ran.runs("blur")} == {0, 1}
    for end in ran.outcome.ranks:
        orders = {
            tuple(record["order"])
            for record in mapper_records(end.output)
            if record["event"] == "layout"
            and (record["task"], record["requirement"]) == ("blur", 0)
        }
        assert orders == {("F", "Y", "X")}


@pytest.mark.parametrize("ranks", [2, 4])
def test_limits_and_collection_end(ranks: int, run: Callable[..., Ran]) -> None:
    """Tasks that wait for others of another rank, at every depth."""
    text = (
        INDEX
        + MAPS["stars"]
        + (
            "InstanceLimit blur 1;\nInstanceLimit nest 1;\nInstanceLimit tally 1;\n"
            "CollectMemory blur *;\nCollectMemory whole field;\n"
            "def turn(Task t) { return m[t.depth % m.size[0], 0]; }\nSingleTaskMap nest turn;\n"
        )
    )
    for task in (ALONE, "main"):
        ran = run(f"{text}ControlReplicate {task};\n", "-steps 6 -nap 2", ranks=ranks)
        assert ran.outcome.ok, ran.output
        assert "right sum" in ran.output
        assert {r["most"] for r in ran.events("peak", task="blur")} == {1}
        assert ran.events("collect", task="blur")


def test_a_policy_without_a_word(run: Callable[..., Ran]) -> None:
    """DefaultMapper's own way over ranks, and no mapper of ours at all."""
    ran = run("", ranks=2)
    assert ran.outcome.ok, ran.output
    assert RIGHT in ran.output
    assert sorted((r["rank"], r["ranks"]) for r in ran.events("loaded")) == [(0, 2), (1, 2)]
    ran = run(None, ranks=4)
    assert RIGHT in ran.output
    assert not ran.events("loaded")
    assert sorted((r["rank"], r["ranks"]) for r in ran.events("ranks")) == [
        (n, 4) for n in range(4)
    ]
