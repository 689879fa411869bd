"""The page and the JSON of `mapc inspect`."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from mapc.graph.inspect_html import as_html
from mapc.graph.inspect_view import lines_of
from mapc.graph.machine import Machine
from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import Launch, Origin, Privilege, Requirement, Task, TaskGraph
from mapc.passes.idle import Idle
from mapc.passes.pipeline import map_policy
from mapc.policy.kinds import ProcKind
from mapc.policy.load import load_policy
from mapc.resources import resource
from mapc.text import Reporter, Source
from tests.conftest import Mapc

GOLDEN = Path(__file__).parent / "golden"
VOID = {"meta", "br", "img", "link", "input", "hr"}
GRAPH = TaskGraph(
    application="demo",
    origin=Origin.OBSERVED,
    tasks=(
        Task(
            name="a",
            variants=(ProcKind.GPU, ProcKind.CPU),
            complete=True,
            requirements=(
                Requirement(index=0, names=("r",), privilege=Privilege.READ),
                Requirement(index=1, names=("r",), privilege=Privilege.READ_WRITE),
            ),
        ),
        Task(name="b<i>", variants=(ProcKind.CPU,), complete=True),
    ),
    launches=(Launch(task="a", domain=(4,)), Launch(task="b<i>")),
)
MACHINE = Machine(name="small", procs=((ProcKind.CPU, 2), (ProcKind.GPU, 1)))


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    path = GOLDEN / "inspect.mapl"
    report = Reporter()
    policy = load_policy(Source(path.name, path.read_text(encoding="utf-8")), report)
    assert policy is not None
    mapping = map_policy(policy, report, graph=GRAPH, machine=MACHINE)
    return Idle().run(mapping, report)


class Page(HTMLParser):
    """Checks that tags are balanced, and keeps what tests ask about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def having(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.tags if name in attributes]


def test_page(mapping: Mapping, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / "inspect.html", as_html(mapping))


def test_the_page_is_whole_and_needs_nothing_else(mapping: Mapping) -> None:
    text = as_html(mapping)
    page = Page(text)
    assert "b&lt;i&gt;" in text
    assert "<i>" not in text
    loaded = [a.get("src") or a.get("href") or "" for _, a in page.tags]
    assert [target for target in loaded if target and not target.startswith("#L")] == []
    assert not re.search(r"https?:|url\(|@import", text)
    assert "prefers-color-scheme: dark" in text


def test_every_decision_leads_to_a_line(mapping: Mapping) -> None:
    page = Page(as_html(mapping))
    known = {f"#{attributes['id']}" for attributes in page.having("id")}
    cells = page.having("data-lines")
    assert len(cells) > 10
    for cell in cells:
        assert cell["href"] in known
        for line in (cell["data-lines"] or "").split():
            assert f"#L{line}" in known
    lines = mapping.policy.source.text.count("\n")
    assert {f"#L{number}" for number in range(1, lines + 1)} <= known
    assert f"#L{lines + 1}" not in known


def test_lines_know_what_they_decide(mapping: Mapping) -> None:
    lines = {line.number: line for line in lines_of(mapping)}
    assert [number for number, line in lines.items() if line.idle] == [6, 7, 8, 15]
    assert lines[6].reasons == ("line 5 is for the same and comes first",)
    assert lines[8].decided_at == 7
    assert lines[8].reasons == ()
    assert lines[2].count == 1
    assert lines[3].decided_at == 2
    assert lines[5].count == 2  # both arguments called `r`
    assert lines[1].count == 0


def test_json_keeps_the_contract(mapping: Mapping) -> None:
    product = json.loads(json.dumps(mapping.to_json()))
    assert set(product) == {"tasks", "idle"}
    keys = {"processors", "index_map", "single_map", "limit", "replicate", "arguments", "lines"}
    for task in product["tasks"].values():
        assert set(task) == keys
        for argument in task["arguments"].values():
            assert set(argument) == {"memories", "layout", "collect"}
    a = product["tasks"]["a"]
    assert a["processors"] == ["GPU", "CPU"]
    assert a["index_map"] == "f"
    assert a["limit"] is None
    assert a["replicate"] is False
    # Of two arguments with one name the second goes by its number.
    assert a["arguments"]["r"]["memories"] == {"GPU": ["FBMEM", "ZCMEM"]}
    assert set(a["arguments"]) == {"r", "1"}
    assert (a["arguments"]["r"]["collect"], a["arguments"]["1"]["collect"]) == (True, False)
    assert a["arguments"]["r"]["layout"]["FBMEM"] == {
        "fields": "SOA", "order": "C", "align": None, "exact": False, "compact": False,
    }  # fmt: skip
    assert product["tasks"]["b<i>"]["limit"] == 2
    assert product["idle"] == [
        {
            "line": 6,
            "text": "Region a r GPU ZCMEM;",
            "reason": "line 5 is for the same and comes first",
        },
        {
            "line": 7,
            "text": "Region * x GPU FBMEM;",
            "reason": "the application has no region `x`",
        },
        {
            "line": 15,
            "text": "def unused(Task t) { return m[0, 0]; }",
            "reason": "nothing that decides uses it",
        },
    ]


def test_the_template_takes_what_its_head_says() -> None:
    text = resource("backends", "reports", "inspect.html.j2").read_text(encoding="utf-8")
    takes = re.search(r"Takes: (.*?)\.\s*-#}", text, re.DOTALL)
    assert takes
    said = set(re.findall(r"(\w+)\s+\(", takes[1]))
    assert said == meta.find_undeclared_variables(Environment(autoescape=True).parse(text))


def test_command(tmp_path: Path) -> None:
    mapc = Mapc(tmp_path)
    policy = tmp_path / "p.mapl"
    policy.write_text("Task a CPU;\nTask a GPU;\n")
    page = tmp_path / "p.html"
    done = mapc("inspect", policy, "--format", "html", "-o", page)
    assert (done.returncode, done.stdout) == (0, "")
    assert Page(page.read_text(encoding="utf-8")).having("data-line")
    shown = mapc("inspect", policy)
    assert shown.stdout.endswith(
        "never decides anything\n  line 2: Task a GPU;\n"
        "    line 1 is for the same and comes first\n"
    )
    product = json.loads(mapc("inspect", policy, "--format", "json").stdout)
    assert [one["line"] for one in product["idle"]] == [2]
    failed = mapc("inspect", policy, "-o", policy / "p.txt")
    assert failed.returncode == 3
    assert "MAP707" in failed.stderr
