"""`IndexTaskMap`: where the points of index launches run."""

from tests.backends.on_legion.running import Program

# An exact name before a kind of processor before `*`; functions of points of every shape.
SHAPES = """\
cpus = Machine(CPU);
ios = Machine(IO);
line = cpus.merge(0, 1);
def spread(Task t) { return line[linearize(t.ipoint, t.ispace) / 2 % 2]; }
def backwards(Task t) { return cpus.reverse(1)[0, *]; }
def deal(Task t) { return ios.reverse(1)[*, *]; }
Task look IO;
IndexTaskMap visit spread;
IndexTaskMap CPU backwards;
IndexTaskMap * deal;
"""


def points(*bounds: tuple[int, int]) -> list[tuple[int, ...]]:
    """Return the points of a box, in row-major order."""
    result: list[tuple[int, ...]] = [()]
    for low, high in bounds:
        result = [(*point, i) for point in result for i in range(low, high + 1)]
    return result


def named(point: tuple[int, ...]) -> str:
    return f"[{','.join(map(str, point))}]"


def test_launches_of_every_shape(shapes: Program) -> None:
    ran = shapes.succeeds(SHAPES)
    wanted: dict[str, str] = {}
    for box in (
        points((0, 3)),
        points((13, 20)),  # counted from its lower bound
        points((0, 1), (0, 2)),
        points((1, 2), (-1, 0), (2, 3)),
    ):
        wanted |= {named(point): f"CPU {i // 2 % 2}" for i, point in enumerate(box)}
    # The points that fill no box lie in one of 4 by 3.
    box = points((5, 8), (5, 7))
    for point in ((5, 5), (5, 7), (6, 6), (8, 5)):
        wanted[named(point)] = f"CPU {box.index(point) // 2 % 2}"
    assert ran.places("visit") == wanted
    # Dealt out: to the last processor first.
    assert ran.places("nest") == {"[0]": "CPU 1", "[1]": "CPU 0"}
    look = {run.point: run.where for run in ran.ran("look") if run.point != "[]"}
    assert look == {"[0]": "IO 1", "[1]": "IO 0", "[2]": "IO 1", "[3]": "IO 0"}

    records = ran.events("index", task="visit")
    assert [r["domain"] for r in records] == [[4], [8], [2, 3], [2, 2, 2], [4, 3]]
    assert [r["points"] for r in records] == [4, 8, 6, 8, 4]
    assert {(r["function"], r["line"]) for r in records} == {("spread", 8)}
    assert ran.event("index", task="nest")["line"] == 9
    assert ran.event("index", task="look")["line"] == 10
    assert ran.event("index", task="look")["targets"] == {"[0,0]": 2, "[0,1]": 2}


GRID = """\
cpus = Machine(CPU);
line = cpus.merge(0, 1);
def tile(Task t) { return line[(t.ipoint[0] + t.ipoint[1]) % 2]; }
def ring(Task t) { return cpus[0, *]; }
def one(Task t) { return line[1]; }
IndexTaskMap sweep tile;
IndexTaskMap fill ring;
IndexTaskMap add one;
"""
RING = {f"[{i},{j}]": f"CPU {j % 2}" for i in range(2) for j in range(4)}
TILE = {f"[{i},{j}]": f"CPU {(i + j) % 2}" for i in range(2) for j in range(4)}


def test_launches_with_arguments(grid: Program) -> None:
    ran = grid.succeeds(GRID)
    assert ran.found("sum 20096 walked 11 dug 3")
    assert ran.places("sweep") == TILE
    assert ran.places("fill") == RING
    assert ran.where("add") == {"CPU 1": 8}
    record = ran.event("index", task="sweep")
    assert (record["function"], record["line"], record["domain"]) == ("tile", 6, [2, 4])
    assert record["targets"] == {"[0,0]": 4, "[0,1]": 4}
    assert record["places"]["[1,2]"] == [0, 1]
    assert ran.event("index", task="add")["targets"] == {"[0,1]": 8}
