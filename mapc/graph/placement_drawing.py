"""The parts of a placement picture, for whoever puts them on paper: grids, legend, remarks."""

from dataclasses import dataclass
from math import ceil

from mapc.graph.placement_grid import Inks, Layout, lay_out
from mapc.graph.placement_inks import Painter
from mapc.graph.placement_legend import Legend, draw_legend
from mapc.graph.placement_panel import GUTTER_LEFT, GUTTER_TOP, WIDEST, Frame, draw_panel
from mapc.graph.svg import moved
from mapc.policy.query import Answer

LONGEST_NAME = 60
TIMES = "\u00d7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A drawn answer.

    `grids` are drawings of cells with the place where each begins, `across` beside each other; one
    fills `grid_width` and `grid_height`. `patterns` are what their fills refer to.
    """

    title: str
    subtitle: str
    grids: tuple[tuple[str, float, float], ...]
    across: int
    grid_width: float
    grid_height: float
    patterns: str
    legend: Legend
    remarks: tuple[str, ...]

    @property
    def width(self) -> float:
        """The width of all grids together."""
        return self.across * self.grid_width

    @property
    def height(self) -> float:
        """The height of all grids together."""
        return ceil(len(self.grids) / self.across) * self.grid_height

    def grids_at(self, x: float, y: float) -> list[str]:
        """Return the grids, moved to a place."""
        return [moved(drawn, x + left, y + top) for drawn, left, top in self.grids]


def draw(answer: Answer, *, room: float = WIDEST, ids: str = "set") -> Drawing:
    """Return the drawn answer; `ids` begins the names of its patterns, `room` is for the cells."""
    inks = Inks(answer.table)
    layout = lay_out(answer.table, inks)
    painter = Painter(answer.table, inks, ids)
    frame = Frame.of(layout, room)
    across = GUTTER_LEFT + frame.width * layout.columns + 14
    down = GUTTER_TOP + frame.height * layout.rows + 14
    grids = tuple(
        (
            draw_panel(panel, layout, painter, frame, answer),
            i % layout.across * across + GUTTER_LEFT,
            i // layout.across * down + GUTTER_TOP,
        )
        for i, panel in enumerate(layout.panels)
    )
    title, subtitle = _titles(answer)
    return Drawing(
        title=title,
        subtitle=subtitle,
        grids=grids,
        across=layout.across,
        grid_width=across,
        grid_height=down,
        patterns=painter.patterns(),
        legend=draw_legend(painter),
        remarks=tuple(_remarks(answer, layout)),
    )


def _titles(answer: Answer) -> tuple[str, str]:
    """Return what the picture shows, and on what."""
    query = answer.query
    task = query.task if len(query.task) <= LONGEST_NAME else query.task[:LONGEST_NAME] + "..."
    function = answer.table.function
    shown = function if len(function) <= LONGEST_NAME else function[:LONGEST_NAME] + "..."
    machine = f"{_count(query.nodes, 'node')} with {_count(query.procs, 'processor')}"
    domain = f" {TIMES} ".join(map(str, query.domain))
    launch = f"domain {domain}" if domain else "launched individually"
    return f"{task}, placed by {shown}", f"{launch} · {machine}{' each' * (query.nodes > 1)}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _remarks(answer: Answer, layout: Layout) -> list[str]:
    """Return what a reader must know of the drawing."""
    remarks = []
    rank = len(answer.query.domain)
    if len(layout.panels) > 1:
        outer = "dimension 0" if rank == 3 else f"dimensions 0 to {rank - 3}"
        remarks.append(
            f"Grids: {outer}. Rows: dimension {rank - 2}. Columns: dimension {rank - 1}."
        )
    if layout.omitted:
        remarks.append(f"{_count(layout.omitted, 'more grid')} not drawn.")
    if layout.wrapped:
        remarks.append(f"Read row by row: {layout.wrapped} points in a row.")
    if layout.step > 1:
        shape = f"{layout.step} {TIMES} {layout.step}" if rank > 1 else str(layout.step)
        remarks.append(
            f"A cell stands for {shape} points, striped where they go to several processors. "
            "A smaller domain shows single points."
        )
    return remarks
