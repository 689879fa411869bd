"""What no statement decides is DefaultMapper's decision, as in a run without a mapper of ours."""

import pytest

from tests.backends.on_legion.running import Program, Ran, lines


def decisions(ran: Ran, *without: str) -> dict[tuple[str, ...], int]:
    """Return how often each task ran on a kind of processor, with which memories and strides.

    Of tasks that DefaultMapper offers to all processors of a kind, Realm picks one when it starts.
    """
    assert ran.code == 0, ran.output
    counts: dict[tuple[str, ...], int] = {}
    for line, count in lines(ran, ("ran", "layout", "span", "sum")).items():
        words = line.split()
        if words[1] in without:
            continue
        if words[0] == "ran":
            del words[4]  # the number of the processor
        elif words[0] == "layout":
            del words[-2:]  # where the allocator put it
        key = tuple(words)
        counts[key] = counts.get(key, 0) + count
    return counts


@pytest.fixture(scope="module")
def plain(grid: Program) -> Ran:
    """Return a run with Legion's own mapper."""
    return grid(None, "-ll:rsize 4 -steps 3")


def test_an_empty_policy(grid: Program, plain: Ran) -> None:
    assert not plain.records
    ran = grid("", "-ll:rsize 4 -steps 3")
    assert len(decisions(ran)) > 30
    assert decisions(ran) == decisions(plain)
    # Nothing in the log says that a line decided.
    assert {r["line"] for kind in ("task", "region", "layout") for r in ran.events(kind)} == {None}
    assert not ran.events("index") + ran.events("single") + ran.events("collect")


@pytest.mark.parametrize(
    ("policy", "decided", "said"),
    [
        ("Task dig IO;\nRegion pick * * RDMEM;\nLayout walk * * AOS;\n", ("dig", "pick", "walk"),
         {("task", "dig", 1), ("region", "pick", 2), ("layout", "walk", 3)}),
        ("InstanceLimit sweep 2;\nCollectMemory sweep *;\nControlReplicate main;\n", (),
         {("limit", "sweep", 1), ("collect", "sweep", 2), ("replicate", "main", 3)}),
        ("m = Machine(CPU);\ndef f(Task t) { return m[0, 0]; }\nIndexTaskMap sweep f;\n"
         "SingleTaskMap leaf f;\n", (), {("index", "sweep", 3), ("single", "leaf", 4)}),
    ],
    ids=("places", "limits", "functions"),
)  # fmt: skip
def test_what_a_policy_leaves_open(
    policy: str,
    decided: tuple[str, ...],
    said: set[tuple[str, str, int]],
    grid: Program,
    plain: Ran,
) -> None:
    ran = grid(policy, "-ll:rsize 4 -steps 3")
    assert decisions(ran, *decided) == decisions(plain, *decided)
    # And what it does decide shows in the log.
    assert {
        (record["event"], record["task"], record["line"])
        for record in ran.records
        if record.get("line") is not None
    } == said
    if "walk" in decided:
        assert ran.event("layout", task="walk")["order"][0] == "F"


def test_other_programs(tiles: Program, shapes: Program) -> None:
    assert decisions(tiles("")) == decisions(tiles(None))
    assert decisions(shapes("")) == decisions(shapes(None))
