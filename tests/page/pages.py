"""What tests of the page need: policies as mappings, and a reader of the page."""

from html.parser import HTMLParser

from mapc.graph.machine import Machine
from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import Launch, Origin, Privilege, Requirement, Task, TaskGraph
from mapc.passes.idle import Idle
from mapc.passes.pipeline import map_policy
from mapc.policy.kinds import ProcKind
from mapc.policy.load import load_policy
from mapc.text import Reporter, Source

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


def mapping_of(
    text: str,
    *,
    name: str = "policy.mapl",
    graph: TaskGraph | None = None,
    machine: Machine | None = None,
) -> Mapping:
    """Return the mapping of a policy as `mapc inspect` makes it."""
    report = Reporter()
    policy = load_policy(Source(name, text), report)
    assert policy is not None, [found.render() for found in report.diagnostics]
    return Idle().run(map_policy(policy, report, graph=graph, machine=machine), report)


class Element:
    """One element of a page."""

    def __init__(self, tag: str, attributes: dict[str, str], column: str) -> None:
        self.tag = tag
        self.attributes = attributes
        self.column = column
        self.parts: list[str] = []

    @property
    def text(self) -> str:
        """All text in the element."""
        return "".join(self.parts)

    def words(self, name: str) -> list[str]:
        """Return the words of an attribute."""
        return self.attributes.get(name, "").split()


class Page(HTMLParser):
    """Reads a page and checks that its tags are balanced."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        assert len(attributes) == len(attrs)
        column = self.open[-1].column if self.open else ""
        if attributes.get("class") == "column":
            column = attributes["id"]
        element = Element(tag, attributes, column)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.parts.append(data)

    def having(self, name: str, column: str = "") -> list[Element]:
        """Return the elements with an attribute, those of one column or all."""
        return [
            element
            for element in self.elements
            if name in element.attributes and column in {"", element.column}
        ]

    def of_class(self, name: str) -> list[Element]:
        """Return the elements of a class."""
        return [element for element in self.elements if name in element.words("class")]

    def by_id(self) -> dict[str, Element]:
        """Return all elements that have an id, which no two share."""
        found = self.having("id")
        result = {element.attributes["id"]: element for element in found}
        assert len(result) == len(found)
        return result

    def code(self, column: str) -> list[str]:
        """Return the lines of text of a column."""
        lines = [e for e in self.elements if e.column == column and e.tag == "code"]
        return [line.text for line in lines]
