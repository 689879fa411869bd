"""`mapc place`: the same answer as text, JSON and SVG, and limits that end in one diagnostic."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.conftest import Mapc

POLICY = """
m = Machine(GPU);
line = m.merge(0, 1);
def tile(Task t) { return m[*(t.ipoint * m.size / t.ispace)]; }
def cyclic(Task t) { return m[*(t.ipoint % m.size)]; }
def nodes(Task t) { return m[t.ipoint[0] % m.size[0], *]; }
def blocks(Task t) { return line[t.ipoint[0] * line.volume / t.ispace[0]]; }
def volume(Task t) { return line[(t.ipoint[0] + t.ipoint[1] + t.ipoint[2]) % line.volume]; }
def parts(Task t) { return line[sum(range(t.ipoint[0] + t.ipoint[1])) % line.volume]; }
def late(Task t) { return m[0, t.ipoint[0] / 30]; }
def everything(Task t) { return m[*, *]; }
def here(Task t) { return m[*t.processor(m)]; }
def heavy(Task t) { return m[0, sum(tuple(i % 7 for i in range(400000))) % m.size[1]]; }
IndexTaskMap tile tile; IndexTaskMap cyclic cyclic; IndexTaskMap nodes nodes;
IndexTaskMap blocks blocks; IndexTaskMap volume volume; IndexTaskMap parts parts;
IndexTaskMap late late; IndexTaskMap everything everything; IndexTaskMap heavy heavy;
IndexTaskMap "<&\\x01\\"> tile;
SingleTaskMap here here;
"""
POLICY = POLICY.replace('"<&\\x01\\">', '"<&\x01>"')
BOX = r"M([\d.]+) ([\d.]+)H([\d.]+)V([\d.]+)H([\d.]+)z"
SVG = "{http://www.w3.org/2000/svg}"
GOLDEN = Path(__file__).parent.parent / "golden" / "svg"


@pytest.fixture
def place(mapc: Mapc) -> Callable[..., Any]:
    """Run `mapc place` on the policy above; return what it prints."""
    (mapc.folder / "p.mapl").write_text(POLICY)

    def place(task: str, *arguments: str, code: int = 0) -> str:
        done = mapc("place", "p.mapl", "--task", task, *arguments)
        assert done.returncode == code, done.stderr
        assert (done.stderr == "") == (code == 0)
        assert done.stdout == "" or code == 0
        return done.stderr if code else done.stdout

    return place


def test_text_and_json_agree(place: Callable[..., Any]) -> None:
    machine = ("--nodes", "2", "--procs", "2", "--domain", "3,4")
    text = place("nodes", *machine).splitlines()
    answer = json.loads(place("nodes", *machine, "--format", "json"))
    assert {key: answer[key] for key in list(answer)[:-1]} == {
        "task": "nodes",
        "function": "nodes",
        "nodes": 2,
        "procs": 2,
        "domain": [3, 4],
    }
    assert text[0] == "0,0 -> [0,0] [0,1]"
    assert answer["points"][0] == {"point": [0, 0], "targets": [[0, 0], [0, 1]]}
    assert len(text) == len(answer["points"]) == 12
    for line, point in zip(text, answer["points"], strict=True):
        targets = " ".join("[{},{}]".format(*target) for target in point["targets"])
        assert line == f"{','.join(map(str, point['point']))} -> {targets}"


@pytest.mark.parametrize("domain", ["7", "1", "2,3", "3,1", "2,2,3", "2,1,2,2,1"])
def test_points_are_in_order(place: Callable[..., Any], domain: str) -> None:
    answer = json.loads(place("everything", "--domain", domain, "--format", "json"))
    points = [tuple(point["point"]) for point in answer["points"]]
    assert points == sorted(set(points))
    assert points[-1] == tuple(int(extent) - 1 for extent in domain.split(","))


def test_long_lines_are_whole(place: Callable[..., Any]) -> None:
    lines = place("blocks", "--nodes", "2", "--domain", "200000").splitlines()
    assert lines == [
        f"{i} -> [{i * 8 // 200000 // 4},{i * 8 // 200000 % 4}]" for i in range(200000)
    ]


def test_single_launch(place: Callable[..., Any]) -> None:
    machine = ("--nodes", "2", "--procs", "2", "--parent", "0,1")
    assert place("here", *machine) == "here -> [0,0]\n"
    points = json.loads(place("here", *machine, "--format", "json"))["points"]
    assert points == [{"point": [], "targets": [[0, 0]]}]
    assert len(cells(place("here", *machine, "--format", "svg"))) == 1


def test_cases(mapc: Mapc) -> None:
    (mapc.folder / "p.mapl").write_text(POLICY)
    case = {"task": "tile", "nodes": 2, "procs": 2, "domain": [2, 2]}
    wrong = [{**case, "task": "tiles"}, {**case, "domain": [10**9, 10**9]}, {"task": "tile"}, 7]
    (mapc.folder / "cases.json").write_text(json.dumps([case, *wrong, case]))
    done = mapc("place", "p.mapl", "--cases", "cases.json")
    assert done.returncode == 0, done.stderr
    first, unknown, large, partial, number, last = json.loads(done.stdout)
    assert first == last
    assert [point["targets"] for point in first["points"]] == [
        [[0, 0]],
        [[0, 1]],
        [[1, 0]],
        [[1, 1]],
    ]
    found = [answer["error"]["code"] for answer in (unknown, large, partial, number)]
    assert found == ["MAP812", "MAP813", "MAP811", "MAP811"]


# --- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "arguments", "code", "said"),
    [
        ("tile", ("--domain", "1000000,1000000"), 2, "MAP813"),
        ("tile", ("--domain", ",".join(["999999999999"] * 500)), 2, "MAP813"),
        ("tile", ("--domain", "8,8", "--nodes", "99999999999"), 2, "MAP813"),
        ("tile", ("--domain", "8,8", "--procs", "99999999999"), 2, "MAP813"),
        ("nodes", ("--domain", "4000,1000", "--procs", "4"), 2, "MAP813"),
        ("tile", ("--domain", "9" * 5000), 2, "numbers"),
        ("here", ("--parent", "9" * 5000 + ",0"), 2, "node and processor"),
        ("late", ("--domain", "1000,1000"), 1, "at point (120, 0)"),
        ("late", ("--domain", "1000,1000", "--format", "svg"), 1, "at point (120, 0)"),
        ("tile", ("--domain", "8"), 1, "MAP318"),
    ],
)
def test_limits(
    place: Callable[..., Any], task: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    error = place(task, *arguments, code=code)
    assert said in error
    assert "Traceback" not in error
    assert len(error) < 2000 or "9999" in error


def test_heavy_function_ends(place: Callable[..., Any]) -> None:
    started = time.monotonic()
    error = place("heavy", "--domain", "1000,1000", code=1)
    assert "MAP356" in error
    assert time.monotonic() - started < 30


# --- pictures ------------------------------------------------------------------------------------


def cells(picture: str) -> list[ElementTree.Element]:
    """Return the cells that are drawn one by one."""
    return [
        e for e in ElementTree.fromstring(picture).iter(f"{SVG}rect") if e.get("class") == "cell"
    ]


@pytest.mark.parametrize(
    ("task", "domain", "count"),
    [
        ("blocks", "12", 12),
        ("blocks", "100", 100),
        ("tile", "8,12", 96),
        ("nodes", "5,5", 25),
        ("volume", "3,4,5", 60),
        ("volume", "2,3,2,4", 48),
    ],
)
def test_every_point_is_a_cell(
    place: Callable[..., Any], task: str, domain: str, count: int
) -> None:
    machine = ("--nodes", "2", "--procs", "3", "--domain", domain, "--format", "svg")
    picture = place(task, *machine)
    found = cells(picture)
    assert len(found) == count
    titles = [cell.findtext(f"{SVG}title") for cell in found]
    assert len(set(titles)) == count
    places = {tuple(cell.get(key) for key in ("x", "y")) for cell in found}
    assert len(places) <= count
    assert picture == place(task, *machine)


def test_colours_tell_processors_apart(place: Callable[..., Any]) -> None:
    machine = ("--nodes", "6", "--procs", "6", "--domain", "12,12")
    picture = cells(place("tile", *machine, "--format", "svg"))
    lines = place("tile", *machine).splitlines()
    colours = {
        (line.partition(" -> ")[2], cell.get("fill"))
        for line, cell in zip(lines, picture, strict=True)
    }
    assert len(colours) == len({fill for _, fill in colours}) == 36


@pytest.mark.parametrize(
    ("task", "domain"), [("tile", "1000,1000"), ("cyclic", "1000,1000"), ("blocks", "1000000")]
)
def test_large_pictures_stay_small(place: Callable[..., Any], task: str, domain: str) -> None:
    picture = place(task, "--nodes", "4", "--procs", "4", "--domain", domain, "--format", "svg")
    assert len(picture) < 200_000
    root = ElementTree.fromstring(picture)
    paths = [e for e in root.iter(f"{SVG}path") if e.get("class") == "cells"]
    assert len(paths) == (1 if task == "cyclic" else 16)
    assert ("A cell stands for 10 \u00d7 10 points" in picture) == (task == "cyclic")


def test_merged_rectangles_cover_every_cell(place: Callable[..., Any]) -> None:
    """In a map without large blocks, too: areas add up, and each ink has its share."""
    picture = place("parts", "--nodes", "2", "--procs", "2", "--domain", "64,64", "--format", "svg")
    paths = [e for e in ElementTree.fromstring(picture).iter(f"{SVG}path")]
    area = 0.0
    for path in paths:
        for box in re.findall(BOX, path.get("d", "")):
            left, top, right, bottom, _ = map(float, box)
            assert right > left
            assert bottom > top
            area += (right - left) * (bottom - top)
    assert area == pytest.approx(640 * 640, rel=1e-3)


def test_names_are_escaped(place: Callable[..., Any]) -> None:
    picture = place("<&\x01>", "--domain", "4,4", "--format", "svg")
    title = ElementTree.fromstring(picture).findtext(f"{SVG}title")
    assert title is not None
    assert title.startswith("<&\ufffd>, placed by tile")


@pytest.mark.parametrize(
    ("name", "task", "domain"), [("tile", "tile", "4,6"), ("star", "nodes", "3,2")]
)
def test_golden(
    place: Callable[..., Any],
    golden: Callable[[Path, str], None],
    name: str,
    task: str,
    domain: str,
) -> None:
    machine = ("--nodes", "2", "--procs", "3", "--domain", domain, "--format", "svg")
    golden(GOLDEN / f"{name}.svg", place(task, *machine))
