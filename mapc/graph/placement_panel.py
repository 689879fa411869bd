"""One grid of a placement picture: its cells and its axes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from mapc.graph.placement_grid import BLANK, Layout, Panel, rectangles
from mapc.graph.placement_inks import Painter
from mapc.graph.placement_legend import FAINT
from mapc.graph.svg import content, element, label, number
from mapc.policy.query import Answer

GUTTER_LEFT, GUTTER_TOP = 56.0, 44.0
LARGEST_CELL = 40.0
WIDEST = 640.0
"""Pixels for the cells of one grid; several beside each other get half as much again."""
MOST_SEPARATE = 2500
"""Cells up to which each is drawn by itself, with a tooltip."""
CELL_FOR_GAP, CELL_FOR_TEXT = 5.0, 20.0
"""Pixels from which on cells stand apart, and hold the names of their processors."""
GAP = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The size of a cell in pixels, and whether cells are drawn one by one."""

    width: float
    height: float
    separate: bool

    @classmethod
    def of(cls, layout: Layout, room: float = WIDEST) -> "Frame":
        """Return cells as large as the panels leave room for, square unless very unequal."""
        if layout.across > 1:
            room = max(110.0, 1.5625 * room / layout.across - GUTTER_LEFT)
        width = min(LARGEST_CELL, room / layout.columns)
        height = min(LARGEST_CELL, room / layout.rows)
        if max(width, height) <= 4 * min(width, height):
            width = height = min(width, height)
        separate = layout.cells <= MOST_SEPARATE and min(width, height) >= CELL_FOR_GAP
        return cls(width=width, height=height, separate=separate)


def draw_panel(panel: Panel, layout: Layout, painter: Painter, frame: Frame, answer: Answer) -> str:
    """Return a drawn panel; its cells begin at the origin."""
    cells = (
        _separate(panel, layout, painter, frame)
        if frame.separate
        else _merged(panel, painter, frame)
    )
    return "".join([*_axes(panel, layout, frame, answer), *cells])


def _separate(panel: Panel, layout: Layout, painter: Painter, frame: Frame) -> Iterator[str]:
    """Yield every cell with a tooltip, and with its processor where there is room."""
    for y, row in enumerate(panel.rows):
        for x, ink in enumerate(row):
            if ink == BLANK:
                continue
            yield element(
                "rect",
                element("title", content(f"{_points(panel, layout, x, y)}: {painter.name(ink)}")),
                class_="cell",
                x=x * frame.width + GAP,
                y=y * frame.height + GAP,
                width=frame.width - 2 * GAP,
                height=frame.height - 2 * GAP,
                fill=painter.fill(ink),
            )
            yield _mark(*painter.mark(ink), ink < 0, frame, x, y)


def _mark(text: str, colour: str, striped: bool, frame: Frame, x: int, y: int) -> str:
    """Return the processor of a cell as text, nothing where there is no room."""
    size = min(11.0, (frame.width - 4) / (0.58 * len(text)))
    if min(frame.width, frame.height) < CELL_FOR_TEXT or size < 7:
        return ""
    middle, centre = (x + 0.5) * frame.width, (y + 0.5) * frame.height
    shown = label(
        text,
        middle,
        centre + 0.35 * size,
        font_size=size,
        fill=colour,
        text_anchor="middle",
        pointer_events="none",
    )
    if not striped:
        return shown
    width, height = 0.58 * size * len(text) + 6, size + 4
    plate = element(
        "rect",
        x=middle - width / 2,
        y=centre - height / 2,
        width=width,
        height=height,
        rx=3,
        fill="#ffffff",
        fill_opacity=0.85,
        pointer_events="none",
    )
    return plate + shown


def _points(panel: Panel, layout: Layout, x: int, y: int) -> str:
    """Return the coordinates of a cell, or of its first point."""
    if layout.line:
        first = (y * layout.columns + x) * layout.step
        return f"({first})" if layout.step == 1 else f"from ({first})"
    point = ", ".join(map(str, (*panel.fixed, y * layout.step, x * layout.step)))
    return f"({point})" if layout.step == 1 else f"from ({point})"


def _merged(panel: Panel, painter: Painter, frame: Frame) -> Iterator[str]:
    """Yield one path for every ink: the rectangles that it fills."""
    for ink, places in groupby(rectangles(panel.rows), key=lambda found: found[0]):
        outline = "".join([_box(frame, *place) for _, place in places])
        yield element(
            "path",
            element("title", content(painter.name(ink))),
            class_="cells",
            fill=painter.fill(ink),
            shape_rendering="crispEdges",
            d=outline,
        )


def _box(frame: Frame, x: int, y: int, width: int, height: int) -> str:
    """Return the outline of a rectangle of cells."""
    left, top = number(x * frame.width), number(y * frame.height)
    right, bottom = number((x + width) * frame.width), number((y + height) * frame.height)
    return f"M{left} {top}H{right}V{bottom}H{left}z"


def _axes(panel: Panel, layout: Layout, frame: Frame, answer: Answer) -> Iterator[str]:
    """Yield the numbers along a panel, and what they count."""
    columns = range(
        0,
        layout.columns,
        _stride(frame.width, 9.0 + 7 * len(str(layout.columns * layout.step)), layout),
    )
    for x in columns:
        yield label(
            str(x * layout.step),
            (x + 0.5) * frame.width,
            -8,
            fill=FAINT,
            font_size=11,
            text_anchor="middle",
        )
    down = layout.wrapped or layout.step
    for y in range(0, layout.rows, _stride(frame.height, 14.0, layout)):
        if layout.line and not layout.wrapped:
            break
        yield label(
            str(y * down),
            -8,
            (y + 0.5) * frame.height + 4,
            fill=FAINT,
            font_size=11,
            text_anchor="end",
        )
    rank = len(answer.query.domain)
    if panel.fixed:
        fixed = ", ".join([*map(str, panel.fixed), "·", "·"])
        yield label(f"({fixed})", 0, -24, font_weight="600")
    elif rank == 2:
        yield label("dimension 1 →", 0, -26, fill=FAINT)
        yield label(
            "dimension 0 →",
            0,
            0,
            fill=FAINT,
            transform=f"translate({number(12 - GUTTER_LEFT)} 0) rotate(90)",
        )
    elif rank == 1:
        yield label("dimension 0 →", 0, -26, fill=FAINT)


def _stride(cell: float, least: float, layout: Layout) -> int:
    """Return the number of cells from one number to the next, so that they do not touch."""
    stride, turn = 1, 0
    while stride * cell < least:
        # 1, 2, 5, 10, ...; a broken line has rows of a power of two.
        stride = (
            stride * 2 if layout.wrapped else (1, 2, 5)[(turn + 1) % 3] * 10 ** ((turn + 1) // 3)
        )
        turn += 1
    return stride
