"""The legend of a placement picture: nodes by processors, with the points of each."""

from dataclasses import dataclass

from mapc.graph.placement_colours import colour, on_top
from mapc.graph.placement_inks import Painter, balance
from mapc.graph.svg import element, label
from mapc.policy.kinds import ProcKind

WIDTH, HEIGHT = 54.0, 24.0
MOST_NODES, MOST_PROCS = 20, 8
GUTTER = 62.0
FAINT = "#6b7280"


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """A drawn legend with its size."""

    content: str
    width: float
    height: float


def draw_legend(painter: Painter) -> Legend:
    """Return the legend, with one table for each kind of processors in use."""
    parts: list[str] = []
    nodes, procs = painter.table.shape.nodes, painter.table.procs
    columns = min(procs, MOST_PROCS)
    y = 0.0
    for before, kind in enumerate(painter.kinds):
        drawn, y = _table(painter, kind, before, y)
        parts += drawn
    width = max(GUTTER + columns * WIDTH, 230.0)
    if nodes > MOST_NODES or procs > MOST_PROCS:
        parts.append(
            label(f"{nodes} nodes with {procs} processors; some are left out", 0, y, fill=FAINT)
        )
        y += 18
    return Legend(content="".join(parts), width=width, height=y)


def _table(painter: Painter, kind: ProcKind, before: int, y: float) -> tuple[list[str], float]:
    """Return the drawn table of one kind, and where it ends."""
    nodes, procs = painter.table.shape.nodes, painter.table.procs
    there = painter.table.shape.procs.get(kind, procs)
    code = painter.table.processor_code
    parts = [label(f"{kind.value}: points per processor", 0, y + 12, font_weight="600")]
    y += 24
    columns, rows = min(there, MOST_PROCS), min(nodes, MOST_NODES)
    for proc in range(columns):
        x = GUTTER + (proc + 0.5) * WIDTH
        parts.append(label(str(proc), x, y + 10, fill=FAINT, text_anchor="middle"))
    parts.append(label("processor", GUTTER - 8, y + 10, fill=FAINT, text_anchor="end"))
    y += 16
    for node in range(rows):
        middle = y + HEIGHT / 2 + 4
        parts.append(label(f"node {node}", GUTTER - 8, middle, fill=FAINT, text_anchor="end"))
        for proc in range(columns):
            count = painter.counts[code(kind, node, proc)]
            parts.append(_swatch(node, proc, procs, before, count, GUTTER + proc * WIDTH, y))
        y += HEIGHT
    busy = [
        count for code_, count in painter.counts.items() if painter.table.place(code_)[0] is kind
    ]
    parts.append(label(balance(busy, nodes * there), 0, y + 18, fill=FAINT))
    return parts, y + 40


def _swatch(node: int, proc: int, procs: int, before: int, count: int, x: float, y: float) -> str:
    """Return one processor of the table: its colour and its number of points."""
    fill, text = colour(node, proc, procs, before), on_top(proc, procs)
    look: dict[str, str] = {"fill": fill}
    if not count:  # an idle processor is an empty box
        look, text = {"fill": "none", "stroke": fill, "stroke_dasharray": "3 2"}, FAINT
    box = element("rect", x=x + 1, y=y + 1, width=WIDTH - 2, height=HEIGHT - 2, rx=3, **look)
    middle = x + WIDTH / 2
    return box + label(str(count), middle, y + HEIGHT / 2 + 4, fill=text, text_anchor="middle")
