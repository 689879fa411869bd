"""Every statement on real Legion: what a policy says is what tasks then see of their mapping.

`programs/grid.cc` prints, with `-where`, the processor, memories and strides of every task; the
decision log says which policy line decided.
"""

import re
import signal
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mapc.codegen import generate
from mapc.legion.build_cache import Recipe, build
from mapc.legion.compile import build_mapper
from mapc.legion.launch import LaunchSpec, launch
from mapc.legion.logs import mapper_records
from mapc.legion.runtime import LegionRuntime
from mapc.legion.toolchain import find_toolchain
from mapc.policy.load import load_policy
from mapc.text import Reporter, Source

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

PROGRAM = Path(__file__).resolve().parent / "programs" / "grid.cc"
ANSWER = "sum 20096 walked 11 dug 3"
MACHINE = "-ll:cpu 2 -ll:io 1 -ll:networks none -lg:safe_mapper -lg:no_auto_tracing -logfile stderr"


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one run of the program printed, and what its mapper logged."""

    code: int | None
    signal: int | None
    output: str

    @property
    def records(self) -> tuple[dict[str, Any], ...]:
        return mapper_records(self.output)

    def events(self, kind: str, **fields: object) -> list[dict[str, Any]]:
        """Return the records of one kind with these values."""
        return [
            record
            for record in self.records
            if record["event"] == kind and fields.items() <= record.items()
        ]

    def event(self, kind: str, **fields: object) -> dict[str, Any]:
        """Return the only such record."""
        (found,) = self.events(kind, **fields)
        return found

    def ran(self, task: str) -> list[tuple[str, str, tuple[str, ...]]]:
        """Return point, processor and memories of every run of a task."""
        found = re.findall(rf"^ran {task} (\[[\d,]*\]) (\w+ \d+)((?: \w+)*)$", self.output, re.M)
        return [(point, where, tuple(memories.split())) for point, where, memories in found]

    def places(self, task: str) -> set[tuple[str, str]]:
        """Return where each point ran."""
        return {(point, where) for point, where, _ in self.ran(task)}

    @property
    def layout(self) -> tuple[int, int, int]:
        """Strides of the first tile in X and Y, and the bytes between two fields of a cell."""
        found = re.search(r"^strides (\d+) (\d+) apart (-?\d+)", self.output, re.M)
        assert found, self.output
        return int(found[1]), int(found[2]), abs(int(found[3]))


@pytest.fixture(scope="module")
def program(legion: LegionRuntime) -> Path:
    """Return the compiled program."""
    recipe = Recipe(
        command=(*find_toolchain().command, "-std=c++17", "-O1", *legion.compile_flags),
        source_name=PROGRAM.name,
        source=PROGRAM.read_text(),
        output="grid",
        tail=legion.link_flags,
        inputs=(find_toolchain().identity, legion.identity),
    )
    entry = build(recipe)
    assert entry.ok, entry.text
    assert entry.output is not None
    return entry.output


@pytest.fixture(scope="module")
def run(program: Path, legion: LegionRuntime) -> Callable[..., Ran]:
    def run_policy(policy_text: str, arguments: str = "", **environment: str) -> Ran:
        report = Reporter()
        policy = load_policy(Source("test.mapl", policy_text), report)
        assert policy is not None, "".join(d.render() for d in report.diagnostics)
        built = build_mapper(generate(policy, name="test").text, "test", runtime=legion)
        assert built.library is not None, built.text
        outcome = launch(
            LaunchSpec(
                command=(str(program), *MACHINE.split(), "-where", *arguments.split()),
                environment={
                    "LD_PRELOAD": str(built.library),
                    "LD_LIBRARY_PATH": ":".join(map(str, legion.ld_library_path)),
                    **environment,
                },
                timeout=60,
            )
        )
        return Ran(code=outcome.exit_code, signal=outcome.signal, output=outcome.output)

    return run_policy


def memories(rows: Iterable[tuple[str, str, tuple[str, ...]]]) -> set[tuple[str, ...]]:
    return {row[2] for row in rows}


def test_an_empty_policy_changes_nothing_and_sees_everything(run: Callable[..., Ran]) -> None:
    ran = run("")
    assert ran.code == 0, ran.output
    assert ANSWER in ran.output
    loaded = ran.event("loaded")
    assert (loaded["policy"], loaded["rank"], loaded["ranks"]) == ("test.mapl", 0, 1)
    assert {r["line"] for kind in ("task", "region", "layout") for r in ran.events(kind)} == {None}
    assert not ran.events("index")
    sweep = ran.event("seen", task="sweep")
    assert (sweep["index"], sweep["domain"], sweep["parent"]) == (True, [2, 4], "main")
    assert sweep["variants"] == ["CPU"]
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
    assert ran.event("seen", task="pick")["variants"] == ["CPU", "IO"]


def test_task(run: Callable[..., Ran]) -> None:
    ran = run("Task * CPU;\nTask pick OMP, IO, CPU;\nTask leaf IO;\n")
    assert ran.code == 0, ran.output
    assert ran.places("pick") == {("[]", "IO 0")}
    assert ran.event("task", task="pick") == {
        "event": "task", "task": "pick", "line": 2, "kind": "IO", "processor": [0, 0],
    }  # fmt: skip
    # `leaf` has no variant for IO: DefaultMapper decides, in spite of line 1.
    assert ran.event("task", task="leaf")["line"] is None
    assert ran.event("task", task="walk")["line"] == 1
    assert ran.places("walk") == {("[]", "CPU 0")}
    assert run("Task * CPU;").places("pick") == {("[]", "CPU 0")}


def test_region(run: Callable[..., Ran]) -> None:
    text = (
        "Region * * * SYSMEM;\n"
        "Region * grid * RDMEM;\n"
        "Region sweep 1 * SYSMEM;\n"
        "Region add result CPU FBMEM, RDMEM;\n"
    ).replace("CPU FBMEM", "* FBMEM")
    ran = run(text, "-ll:rsize 4")
    assert ran.code == 0, ran.output
    assert memories(ran.ran("fill")) == {("RDMEM",)}
    assert memories(ran.ran("sweep")) == {("RDMEM", "SYSMEM")}
    assert memories(ran.ran("add")) == {("RDMEM", "RDMEM")}
    assert memories(ran.ran("pick")) == {("SYSMEM",)}
    assert ran.event("region", task="sweep", requirement=0)["line"] == 2
    assert ran.event("region", task="sweep", requirement=1)["line"] == 3
    assert ran.event("region", task="add", requirement=1)["line"] == 4
    assert ran.event("region", task="pick")["line"] == 1
    # Without registered memory the kind is skipped, and line 1 is next for the grid.
    skipped = run(text)
    assert memories(skipped.ran("fill")) == {("SYSMEM",)}
    assert skipped.event("region", task="fill")["line"] == 1


def test_region_falls_through_when_a_memory_is_full(run: Callable[..., Ran]) -> None:
    sizes = "-ll:rsize 1 -rows 4 -columns 256 -steps 1"
    ran = run("Region fill * * RDMEM, SYSMEM;\nLayout * * * SOA F_order;", sizes)
    assert ran.code == 0, ran.output
    assert memories(ran.ran("fill")) == {("RDMEM",)}
    big = "-ll:rsize 1 -rows 16 -columns 512 -steps 1"
    for layout in ("", "Layout * * * SOA F_order;"):
        ran = run(f"Region fill * * RDMEM, SYSMEM;\n{layout}", big)
        assert ran.code == 0, ran.output
        assert memories(ran.ran("fill")) == {("SYSMEM",)}
    ran = run("\nRegion fill * * RDMEM;\n", big)
    assert ran.signal == signal.SIGABRT, ran.output
    failed = ran.event("failed")
    assert (failed["code"], failed["task"], failed["line"]) == ("MAP513", "fill", 2)
    assert "RDMEM" in failed["message"]


def test_virtual(run: Callable[..., Ran]) -> None:
    ran = run("Region walk * * VIRTUAL;")
    assert ran.code == 0, ran.output
    assert ANSWER in ran.output
    assert memories(ran.ran("walk")) == {("VIRTUAL",)}
    assert memories(run("").ran("walk")) == {("SYSMEM",)}


@pytest.mark.parametrize(
    ("words", "strides", "apart", "order"),
    [
        ("SOA F_order", (4, 32), 512, ["X", "Y", "F"]),
        ("SOA C_order", (64, 4), 512, ["Y", "X", "F"]),
        ("AOS F_order", (16, 128), 8, ["F", "X", "Y"]),
        ("AOS C_order", (256, 16), 8, ["F", "Y", "X"]),
    ],
)
def test_layout(
    words: str, strides: tuple[int, int], apart: int, order: list[str], run: Callable[..., Ran]
) -> None:
    """The grid is 8 by 16 cells of an int and a double."""
    ran = run(f"Layout fill * * {words};")
    assert ran.code == 0, ran.output
    assert ANSWER in ran.output
    *found, between = ran.layout
    assert tuple(found) == strides
    assert between == apart or apart > 8 < between
    record = ran.event("layout", task="fill")
    assert (record["layout"], record["line"], record["order"]) == (words, 1, order)


def test_layout_exact_and_align(run: Callable[..., Ran]) -> None:
    whole = run("Layout * * * SOA C_order;")
    exact = run("Layout * * * SOA C_order Exact Align == 128;")
    assert whole.code == exact.code == 0, exact.output
    assert ANSWER in exact.output
    # The whole grid, against one tile of 8 by 2 cells whose fields begin at 128 bytes.
    assert whole.layout[:2] == (64, 4)
    assert exact.layout[:2] == (8, 4)
    assert set(re.findall(r"^strides .* at (\d+)$", exact.output, re.M)) == {"0"}
    sizes = [r.event("region", task="fill")["bytes"] for r in (whole, exact)]
    assert sizes[1] < sizes[0]
    assert exact.event("layout", task="fill")["layout"] == "SOA C_order Align == 128 Exact"


def test_layout_that_differs_between_tasks(run: Callable[..., Ran]) -> None:
    """Each task has its own layout; instances of the other are not reused."""
    text = "Layout fill * * AOS C_order;\nLayout sweep * SYSMEM SOA F_order Compact;\n"
    ran = run(text + "Layout add 1 CPU AOS;\nLayout add 0 * SOA C_order Exact;\n")
    assert ran.code == 0, ran.output
    assert ANSWER in ran.output
    orders = {r["task"]: r["order"] for r in ran.events("layout", requirement=0)}
    assert orders["fill"] == ["F", "Y", "X"]
    assert orders["sweep"] == ["X", "Y", "F"]
    assert ran.event("layout", task="add", requirement=1)["order"] == ["F", "X"]


INDEX = """
cpus = Machine(CPU);
line = cpus.merge(0, 1);
def tile(Task t) { return line[(t.ipoint[0] + t.ipoint[1]) % 2]; }
def ring(Task t) { return cpus[0, *]; }
def one(Task t) { return line[1]; }
IndexTaskMap sweep tile;
IndexTaskMap CPU ring;
IndexTaskMap add one;
"""


def test_index_task_map(run: Callable[..., Ran]) -> None:
    ran = run(INDEX)
    assert ran.code == 0, ran.output
    assert ANSWER in ran.output
    tile = {(f"[{i},{j}]", f"CPU {(i + j) % 2}") for i in range(2) for j in range(4)}
    ring = {(f"[{i},{j}]", f"CPU {(4 * i + j) % 2}") for i in range(2) for j in range(4)}
    assert ran.places("sweep") == tile
    assert ran.places("fill") == ring
    assert {where for _, where in ran.places("add")} == {"CPU 1"}
    record = ran.event("index", task="sweep")
    assert (record["function"], record["line"], record["domain"]) == ("tile", 7, [2, 4])
    assert record["targets"] == {"[0,0]": 4, "[0,1]": 4}
    assert record["places"]["[1,2]"] == [0, 1]
    assert ran.event("index", task="fill")["line"] == 8
    assert ran.event("index", task="add")["targets"] == {"[0,1]": 8}


def test_single_task_map(run: Callable[..., Ran]) -> None:
    text = (
        "m = Machine(CPU);\n"
        "def deep(Task t) { return m[0, t.depth % 2]; }\n"
        "def other(Task t) { return m[0, 1 - t.parent.processor(m)[1]]; }\n"
        "SingleTaskMap dig, walk deep;\n"
        "SingleTaskMap leaf other;\n"
    )
    ran = run(text)
    assert ran.code == 0, ran.output
    assert Counter(where for _, where, _ in ran.ran("dig")) == {"CPU 1": 2, "CPU 0": 1}
    assert ran.places("walk") == {("[]", "CPU 1")}
    assert ran.places("leaf") == {("[]", "CPU 0")}
    assert ran.event("single", task="leaf")["processor"] == [0, 0]


def test_instance_limit(run: Callable[..., Ran]) -> None:
    place = "m = Machine(CPU);\ndef ring(Task t) { return m[0, *]; }\nIndexTaskMap * ring;\n"
    free = run(place, "-busy 5")
    assert "most 2" in free.output
    held = run(place + "InstanceLimit sweep 1;\n", "-busy 5")
    assert held.code == 0, held.output
    assert ANSWER in held.output
    assert "most 1" in held.output
    assert held.event("peak", task="sweep")["most"] == 1
    assert held.event("limit", held=True)["line"] == 4
    three = run(place + "InstanceLimit sweep 3;\n", "-busy 1")
    assert three.event("peak", task="sweep")["most"] == 3


def test_a_limit_never_stops_the_run(run: Callable[..., Ran]) -> None:
    """Recursion, launches whose points share a region, the top-level task itself."""
    ran = run("InstanceLimit * 1;\n", "-steps 5")
    assert ran.code == 0, ran.output
    assert "dug 3" in ran.output
    assert ran.event("peak", task="dig")["most"] == 3


def test_collect_memory(run: Callable[..., Ran]) -> None:
    ran = run("Layout * * * Exact;\nCollectMemory sweep, add *;\n", "-steps 6")
    assert ran.code == 0, ran.output
    assert "walked 11 dug 3" in ran.output
    assert {(r["task"], r["requirement"]) for r in ran.events("collect")} == {
        ("sweep", 1),
        ("add", 0),
    }
    assert {r["line"] for r in ran.events("collect")} == {2}


def test_control_replicate(run: Callable[..., Ran]) -> None:
    ran = run("ControlReplicate main;\n")
    assert ran.code == 0, ran.output
    assert ran.event("replicate") == {
        "event": "replicate", "task": "main", "line": 1, "kind": "CPU", "shards": 1,
    }  # fmt: skip
    # Two shards in one process; they share out the points as the index function says.
    ran = run(INDEX + "ControlReplicate main;\n", "-nofutures", MAPC_LOCAL_SHARDS="1")
    assert ran.code == 0, ran.output
    assert ran.event("replicate")["shards"] == 2
    tile = {(f"[{i},{j}]", f"CPU {(i + j) % 2}") for i in range(2) for j in range(4)}
    assert ran.places("sweep") == tile
    failed = run("\nControlReplicate walk;\n")
    assert failed.signal == signal.SIGABRT, failed.output
    assert (failed.event("error")["code"], failed.event("error")["line"]) == ("MAP525", 2)


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
    policy: str, code: str, line: int, task: str, run: Callable[..., Ran]
) -> None:
    ran = run(policy)
    assert ran.signal == signal.SIGABRT, ran.output
    error = ran.event("error")
    assert (error["code"], error["line"], error["task"]) == (code, line, task)
    assert error["file"] == "test.mapl"


def test_observed_times(run: Callable[..., Ran]) -> None:
    assert not run("").events("timing")
    ran = run("", "-busy 2", MAPC_OBSERVE="1")
    assert ran.code == 0, ran.output
    sweep = ran.event("timing", task="sweep")
    assert sweep["count"] == 16
    assert sweep["seconds"] > 16 * 0.002
    assert ran.event("timing", task="pick")["count"] == 1
