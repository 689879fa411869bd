"""`mapc place --format svg`: the points of a launch, coloured by processor.

One dimension is a strip, two are a grid, more are grids side by side. The same answer always gives
the same bytes, and the picture needs nothing outside itself.
"""

from math import ceil

from mapc.graph.placement_grid import Inks, Layout, lay_out
from mapc.graph.placement_inks import Painter
from mapc.graph.placement_legend import FAINT, draw_legend
from mapc.graph.placement_panel import GUTTER_LEFT, GUTTER_TOP, Frame, draw_panel
from mapc.graph.svg import content, element, label, moved
from mapc.policy.query import Answer

MARGIN = 28.0
TOP = 84.0
INK = "#16202e"
FONT = "'Helvetica Neue', Helvetica, Arial, sans-serif"
LONGEST_NAME = 60
TIMES = "\u00d7"


def as_svg(answer: Answer) -> str:
    """Return the picture of an answer."""
    inks = Inks(answer.table)
    layout = lay_out(answer.table, inks)
    painter = Painter(answer.table, inks)
    frame = Frame.of(layout)
    across = GUTTER_LEFT + frame.width * layout.columns + 14
    down = GUTTER_TOP + frame.height * layout.rows + 14
    body = [
        moved(
            draw_panel(panel, layout, painter, frame, answer),
            MARGIN + i % layout.across * across + GUTTER_LEFT,
            TOP + i // layout.across * down + GUTTER_TOP,
        )
        for i, panel in enumerate(layout.panels)
    ]
    legend = draw_legend(painter)
    left = MARGIN + layout.across * across + 24
    body.append(moved(legend.content, left, TOP + 6))
    bottom = TOP + max(ceil(len(layout.panels) / layout.across) * down, legend.height + 6)
    for remark in _remarks(answer, layout):
        bottom += 18
        body.append(label(remark, MARGIN, bottom, fill=FAINT))
    title, subtitle = _titles(answer)
    width, height = max(left + legend.width + MARGIN, 560.0), bottom + MARGIN
    return (
        element(
            "svg",
            *[
                f"\n{part}"
                for part in (
                    element("title", content(f"{title} ({subtitle})")),
                    element("defs", painter.patterns()),
                    element("rect", width="100%", height="100%", fill="#ffffff"),
                    label(title, MARGIN, 40, font_size=20, font_weight="600"),
                    label(subtitle, MARGIN, 62, font_size=13, fill=FAINT),
                    *body,
                )
            ],
            "\n",
            xmlns="http://www.w3.org/2000/svg",
            width=width,
            height=height,
            viewBox=f"0 0 {width:.0f} {height:.0f}",
            role="img",
            fill=INK,
            font_family=FONT,
            font_size=12,
        )
        + "\n"
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
