"""Draw a mapping as SVG in a page: tasks on the left in program order, regions on the right."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mapc.graph.decided_flow import (
    MEM_COLOURS,
    PROC_COLOURS,
    UNDECIDED,
    Access,
    DecidedFlow,
    decided_flow,
)
from mapc.graph.mapping import Mapping
from mapc.graph.svg import clean, content, element, label

MOST_EDGES = 400
"""Of more edges nobody can tell one from another."""
_BOX, _GAP, _PORT, _BETWEEN = 190.0, 10.0, 9.0, 210.0
_LONGEST = 26
_FONT = "system-ui, sans-serif"


@dataclass(slots=True)
class _Box:
    """A box with ports, one for each edge, from above to below."""

    name: str
    note: str = ""
    colour: str = UNDECIDED
    top: float = 0.0
    ports: list[int] = field(default_factory=list)

    @property
    def height(self) -> float:
        return max(38.0 if self.note else 26.0, _PORT * (len(self.ports) + 1))

    def port(self, edge: int) -> float:
        """Return the height at which an edge ends."""
        place = self.ports.index(edge) + 1
        return self.top + self.height * place / (len(self.ports) + 1)


def as_svg(mapping: Mapping) -> str:
    """Return the drawing; nothing where there are no regions, or too many edges to be seen."""
    flow = decided_flow(mapping)
    if not flow.accesses or len(flow.accesses) > MOST_EDGES:
        return ""
    tasks = {
        box.name: _Box(box.name, ", ".join(k.value for k in box.kinds), box.colour)
        for box in flow.tasks
    }
    regions = {name: _Box(name) for name in _near(flow)}
    places = {name: place for place, name in enumerate([*tasks, *regions])}
    for number, access in enumerate(flow.accesses):
        tasks[access.task].ports.append(number)
        regions[access.region].ports.append(number)
    for box in tasks.values():
        box.ports.sort(key=lambda n: (places[flow.accesses[n].region], n))
    height = max(_stack(list(tasks.values())), _stack(list(regions.values())))
    parts = [
        *(_edge(access, number, tasks, regions) for number, access in enumerate(flow.accesses)),
        *(_drawn(box, 0.0) for box in tasks.values()),
        *(_drawn(box, _BOX + _BETWEEN) for box in regions.values()),
        *_legend(flow, height + 22),
    ]
    width = 2 * _BOX + _BETWEEN + 2
    return element(
        "svg",
        *parts,
        viewBox=f"-1 -1 {width:g} {height + 40:g}",
        role="img",
        aria_label="what tasks read and write",
        font_family=_FONT,
        font_size=12,
        fill="currentColor",
    )


def _near(flow: DecidedFlow) -> list[str]:
    """Return the regions so that each is near to the tasks that use it."""
    rows = {box.name: row for row, box in enumerate(flow.tasks)}
    used: dict[str, list[int]] = {}
    for access in flow.accesses:
        used.setdefault(access.region, []).append(rows[access.task])
    return sorted(flow.regions, key=lambda name: sum(used[name]) / len(used[name]))


def _stack(boxes: list[_Box]) -> float:
    """Put boxes below each other; return where the last one ends."""
    y = 0.0
    for box in boxes:
        box.top = y
        y += box.height + _GAP
    return y


def _drawn(box: _Box, x: float) -> str:
    middle = box.top + box.height / 2
    name = box.name if len(box.name) <= _LONGEST else f"{box.name[: _LONGEST - 1]}…"
    look: dict[str, str | float] = {"fill": box.colour, "fill_opacity": 0.16, "stroke": box.colour}
    parts = [
        element("title", content(box.name)),
        element("rect", x=x, y=box.top, width=_BOX, height=box.height, rx=6, **look),
        label(name, x + _BOX / 2, middle + (-2 if box.note else 4), text_anchor="middle"),
    ]
    if box.note:
        small: dict[str, str | float] = {
            "font_size": 10,
            "text_anchor": "middle",
            "fill_opacity": 0.75,
        }
        parts.append(label(box.note, x + _BOX / 2, middle + 12, **small))
    return element("g", *parts)


def _edge(access: Access, number: int, tasks: dict[str, _Box], regions: dict[str, _Box]) -> str:
    """Return a curve with a head at each end that data goes to."""
    left, right = tasks[access.task].port(number), regions[access.region].port(number)
    start, end, bend = _BOX, _BOX + _BETWEEN, _BETWEEN / 2.4
    path = f"M{start:g} {left:.1f}C{start + bend:g} {left:.1f} {end - bend:g} {right:.1f} "
    path += f"{end:g} {right:.1f}"
    heads = [(start, left, 7.0)] if access.reads else []
    heads += [(end, right, -7.0)] if access.writes else []
    parts = [
        element("title", content(f"{access.task}: {access.region} {access.words}")),
        element("path", d=path, fill="none", stroke=access.colour, stroke_width=1.6),
        *(
            element("path", d=f"M{x:g} {y:.1f}l{size:g} -3.5v7z", fill=access.colour)
            for x, y, size in heads
        ),
    ]
    return element("g", *parts)


def _legend(flow: DecidedFlow, y: float) -> Iterator[str]:
    entries = [
        *((f"{kind.value} task", PROC_COLOURS[kind], True) for kind in flow.kinds),
        *((memory.value, MEM_COLOURS[memory], False) for memory in flow.memories),
        ("default mapper decides", UNDECIDED, False),
    ]
    x = 0.0
    for text, colour, box in entries:
        height = 10 if box else 2
        yield element("rect", x=x, y=y - height / 2, width=14, height=height, rx=1, fill=colour)
        yield label(clean(text), x + 19, y + 4, font_size=11)
        x += 19 + 6.6 * len(text) + 14
