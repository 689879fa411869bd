"""`mapc diff` tells decisions apart, and nothing else: golden cases, and properties of any policy.

A case of `tests/golden/diff` is a folder with two policies and what is said about them, as text and
as JSON; with an `app.toml` they are compared for it, on a machine of two nodes with two CPUs.
"""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from mapc.graph.difference import Difference
from mapc.graph.difference_text import as_text
from mapc.graph.machine import Machine
from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import Launch, Origin, Privilege, Requirement, Task, TaskGraph
from mapc.legion.app_file import find_application
from mapc.legion.names import names_of
from mapc.passes.difference import difference
from mapc.passes.pipeline import map_policy
from mapc.passes.signature import signature_of
from mapc.policy.kinds import ProcKind
from mapc.policy.load import load_policy
from mapc.syntax.formatter import format_source
from mapc.text import Reporter, Source

FOLDER = Path(__file__).parent.parent / "golden" / "diff"
CASES = sorted(path.parent for path in FOLDER.glob("*/a.mapl"))
CIRCUIT = Path(__file__).parent.parent.parent / "apps" / "circuit" / "expert.mapl"
MACHINE = Machine(name="test", nodes=2, procs=((ProcKind.CPU, 2), (ProcKind.GPU, 2)))
GRAPH = TaskGraph(
    application="demo",
    origin=Origin.OBSERVED,
    tasks=tuple(
        Task(
            name=name,
            variants=(ProcKind.GPU, ProcKind.CPU),
            requirements=(
                Requirement(index=0, names=("ghost", "grid"), privilege=Privilege.READ),
                Requirement(index=1, names=("grid",), privilege=Privilege.READ_WRITE),
            ),
            complete=True,
        )
        for name in ("solve", "dump")
    ),
    launches=(
        *(Launch(task="solve", domain=domain) for domain in ((8,), (4, 2))),
        Launch(task="dump", domain=(3,)),
    ),
)


def mapping(
    text: str, name: str = "x", graph: TaskGraph | None = None, machine: Machine | None = None
) -> Mapping | None:
    """Return what a policy decides, None if it is wrong in itself or says something twice."""
    report = Reporter()
    policy = load_policy(Source(f"{name}.mapl", text), report)
    if policy is None or policy.repeats:
        return None
    return map_policy(policy, report, graph=graph, machine=machine)


def compared(a: str, b: str, **subject: Any) -> Difference:
    left, right = mapping(a, "a", **subject), mapping(b, "b", **subject)
    assert left is not None
    assert right is not None
    return difference(left, right)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: Path, golden: Callable[[Path, str], None]) -> None:
    known = (case / "app.toml").exists()
    graph = names_of(find_application(str(case))) if known else None
    machine = Machine(name="test", nodes=2, procs=((ProcKind.CPU, 2),)) if known else None
    found = compared(
        *((case / f"{side}.mapl").read_text() for side in "ab"), graph=graph, machine=machine
    )
    golden(case / "difference.txt", as_text(found))
    golden(case / "difference.json", json.dumps(found.to_json(), indent=1) + "\n")
    assert found.same == case.name.startswith("same")


# --- the command ---------------------------------------------------------------------------------


def test_exit_codes(mapc: Any, tmp_path: Path) -> None:
    """Like `diff` under `git`: differing is no failure unless `--exit-code` asks."""
    case = FOLDER / "everything"
    sides = case / "a.mapl", case / "b.mapl"
    assert mapc("diff", *sides).returncode == 0
    assert mapc("diff", *sides, "--exit-code").returncode == 1
    assert mapc("diff", sides[0], sides[0], "--exit-code").returncode == 0
    assert mapc("diff", sides[0]).returncode == 2
    bad = tmp_path / "bad.mapl"
    bad.write_text("Task * GPV;\n")
    for order in ((bad, sides[0]), (sides[0], bad)):
        done = mapc("diff", *order)
        assert (done.returncode, done.stdout) == (1, "")
        assert "error[MAP208]" in done.stderr
        assert "bad.mapl:1:8" in done.stderr


def test_json_of_the_command(mapc: Any) -> None:
    done = mapc("diff", CIRCUIT, CIRCUIT, "--app", "circuit", "--format", "json")
    product = json.loads(done.stdout)
    assert product["same"] is True
    assert (product["application"], product["machine"]) == ("circuit", None)
    assert (product["tasks"], product["placements"]) == ({}, [])


def test_a_policy_from_standard_input_and_an_empty_one(mapc: Any, tmp_path: Path) -> None:
    (tmp_path / "empty.mapl").write_text("")
    done = mapc("diff", "empty.mapl", CIRCUIT, "--format", "json")
    tasks = json.loads(done.stdout)["tasks"]
    assert tasks["*"]["processors"] == {
        "a": [], "b": ["GPU", "CPU"], "lines": {"a": [], "b": [6]},
    }  # fmt: skip


# --- what differs, and what does not --------------------------------------------------------------


def test_what_only_a_pair_of_names_tells_apart() -> None:
    """An argument that is both number 0 and `ghost` gets the more specific statement's memory."""
    both = "Region * 0 GPU ZCMEM;\nRegion * ghost GPU FBMEM;\n"
    a = both + "Region solve 0 GPU ZCMEM;\n"
    b = both + "Region solve ghost GPU FBMEM;\n"
    found = compared(a, b)
    (solve,) = found.tasks
    assert {change.argument for change in solve.changes} == {"0 (ghost)"}


def test_only_what_the_machine_can_do_is_compared() -> None:
    a, b = "Region * * GPU FBMEM;", "Region * * GPU ZCMEM;"
    cpus = Machine(name="cpus", procs=((ProcKind.CPU, 2),))
    assert not compared(a, b).same
    assert not compared(a, b, graph=GRAPH, machine=MACHINE).same
    assert compared(a, b, graph=GRAPH, machine=cpus).same


PLACED = "m = Machine(CPU);\ndef f(Task t) {{ return {}; }}\nIndexTaskMap solve f;\nTask * CPU;\n"


def test_functions_that_fail_are_told() -> None:
    """What one policy places and the other cannot is a difference, and says why."""
    a = PLACED.format("m[t.ipoint[0] % m.size[0], 0]")
    b = PLACED.format("m[t.ipoint[0] % m.size[0] + 0 / (m.size[0] - m.size[1]), 0]")
    (placed,) = compared(a, b).placements
    assert not placed.same
    assert any(launch.error_b.startswith("MAP350") for launch in placed.launches)
    neither = PLACED.format("m[t.ipoint[7] - 1, 0]"), PLACED.format("m[t.ipoint[7] - 2, 0]")
    (hopeless,) = compared(*neither).placements
    assert (hopeless.tried, hopeless.same) == (0, False)
    assert "neither can be evaluated" in as_text(compared(*neither))


def test_a_costly_function_does_not_take_for_ever(tell: Callable[[str], None]) -> None:
    costly = "m[sum(tuple(i % 7 for i in range(300000))) * 0, 0]"
    a, b = PLACED.format(costly), PLACED.format(costly.replace("* 0", "* 0 + 0"))
    (placed,) = compared(a, b).placements
    assert placed.same
    assert 0 < placed.tried < 48
    tell(f"diff: {placed.tried} launches of a costly function were tried")


def test_sets_are_compared_as_they_are_dealt() -> None:
    a = PLACED.format("m[*, 0]")
    b = PLACED.format("m[linearize(t.ipoint, t.ispace) % m.size[0], 0]")
    assert compared(a, b, graph=GRAPH, machine=MACHINE).same


# --- properties -----------------------------------------------------------------------------------

TASK = st.sampled_from(["*", "solve", "dump"])
REGION = st.sampled_from(["*", "ghost", "grid", "0", "1"])
STATEMENT = st.one_of(
    st.builds("Task {} {};".format, TASK, st.sampled_from(["CPU", "GPU", "GPU, CPU", "CPU, GPU"])),
    st.builds("Region {} {} GPU {};".format, TASK, REGION,
              st.sampled_from(["FBMEM", "ZCMEM", "ZCMEM, FBMEM"])),
    st.builds("Region {} {} CPU {};".format, TASK, REGION, st.sampled_from(["SYSMEM", "ZCMEM"])),
    st.builds("Layout {} {} {} {};".format, TASK, REGION, st.sampled_from(["*", "CPU", "ZCMEM"]),
              st.sampled_from(["SOA", "AOS C_order", "SOA Exact", "SOA F_order"])),
    st.builds("InstanceLimit {} {};".format, TASK, st.sampled_from("123")),
    st.builds("CollectMemory {} {};".format, TASK, REGION),
    st.builds("IndexTaskMap {} {};".format, TASK, st.sampled_from(["first", "second"])),
    st.builds("SingleTaskMap {} {};".format, TASK, st.sampled_from(["lone", "second"])),
)  # fmt: skip
INDEX = st.sampled_from(
    ["i % v", "i * v / n", "(i + 1) % v", "v - 1 - i % v", "t.ipoint[0] % v", "half(i) % v"]
)
FUNCTION = (
    "def {}(Task t) {{ i = linearize(t.ipoint, t.ispace); n = prod(t.ispace); v = line.volume; "
    "return line[{}]; }}"
)
PROGRAM = (
    "line = Machine(CPU).merge(0, 1);",
    "def half(int k) { return k / 2; }",
    "def lone(Task t) { return line[*]; }",
)


@st.composite
def policies(draw: Callable[..., Any]) -> list[str]:
    """Draw the statements of a policy in which every key stands once."""
    rules = draw(st.lists(STATEMENT, max_size=8))
    functions = [FUNCTION.format(name, draw(INDEX)) for name in ("first", "second")]
    statements = [*PROGRAM, *functions, *rules]
    assume(mapping("\n".join(statements)) is not None)
    return statements


@given(policies(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_other_words_decide_the_same(statements: list[str], random: Any) -> None:
    """Order, names of variables and functions, blanks and comments decide nothing."""
    shuffled = [*statements]
    random.shuffle(shuffled)
    text = "# another\n" + "   # comment\n".join(shuffled)
    renamed = re.sub(r"\b(line|half|lone|first|second|i|n|v|t|k)\b", r"my_\1", text)
    formatted = format_source(Source("f.mapl", renamed), Reporter())
    assert formatted is not None
    original = "\n".join(statements)
    for graph, machine in ((None, None), (GRAPH, MACHINE)):
        found = compared(original, formatted, graph=graph, machine=machine)
        assert found.same, as_text(found)
        assert found.placements == ()


@st.composite
def neighbours(draw: Callable[..., Any]) -> tuple[list[str], list[str]]:
    """Draw two policies of which the second has one statement less, or another function."""
    one = draw(policies())
    other = [*one]
    at = draw(st.integers(len(PROGRAM), len(one) - 1))
    name = re.match(r"def (\w+)", one[at])
    other[at] = FUNCTION.format(name[1], draw(INDEX)) if name else ""
    return one, other


def test_no_difference_means_equal_signatures(tell: Callable[[str], None]) -> None:
    """`mapc diff` and the tuner's signature agree, and a difference has two sides."""
    outcomes: Counter[bool] = Counter()

    @given(neighbours())
    @settings(max_examples=150)
    def check(pair: tuple[list[str], list[str]]) -> None:
        outcomes[agree(*pair)] += 1

    check()
    tell(f"diff: {outcomes[True]} pairs of policies decide the same, {outcomes[False]} do not")
    assert min(outcomes.values()) >= 20


def agree(one: list[str], other: list[str]) -> bool:
    """Compare two policies in both directions and by their signatures; return if they agree."""
    subject: dict[str, Any] = {"graph": GRAPH, "machine": MACHINE}
    left, right = (mapping("\n".join(text), **subject) for text in (one, other))
    if left is None or right is None:
        reject()
    there, back = difference(left, right), difference(right, left)
    assert there.same == back.same
    assert _sides(there, "ab") == _sides(back, "ba")
    assert [(p.task, p.differing) for p in there.placements] == [
        (p.task, p.differing) for p in back.placements
    ]
    assert there.same == (signature_of(left) == signature_of(right)), as_text(there)
    return there.same


def _sides(found: Difference, order: str) -> list[Any]:
    return [
        (one.task, change.what, change.argument, change.kind, change.memory,
         *(getattr(change, side).value for side in order))
        for one in found.tasks
        for change in one.changes
    ]  # fmt: skip
