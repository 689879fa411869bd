"""Lays the points of a launch out on paper: panels of rows of cells, merged where they agree.

A cell holds an *ink*: 0 or more is one processor, a negative number several (`Inks`). Where a
picture would need too many rectangles, a cell stands for a square of points and shows all their
processors.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice, product
from math import ceil, isqrt, prod
from typing import TypeAlias

from mapc.policy.table import PlacementTable, Point

MOST_RECTANGLES = 10_000
MOST_BANDS = 320
"""Different rows, and runs of a row, of a panel: more could not be told apart."""
MOST_PANELS = 64
SHORT_LINE = 32
"""Points of a one-dimensional launch that stand in one row."""
BLANK = -(2**62)
"""The ink of a cell without a point."""

Row: TypeAlias = Sequence[int]
Rectangle: TypeAlias = tuple[int, int, int, int]
"""Column, row, width, height."""


@dataclass(slots=True)
class Inks:
    """The processors that each ink stands for."""

    table: PlacementTable
    several: list[tuple[int, ...]] = field(init=False)
    _numbers: dict[frozenset[int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.several = [tuple(self.table.members(~i)) for i in range(len(self.table.sets))]

    def processors(self, ink: int) -> tuple[int, ...]:
        """Return the codes of the processors of an ink."""
        return (ink,) if ink >= 0 else self.several[~ink]

    def union(self, inks: set[int]) -> int:
        """Return the ink for all processors of some inks."""
        inks.discard(BLANK)
        if len(inks) == 1:
            return next(iter(inks))
        if not inks:
            return BLANK
        key = frozenset([code for ink in inks for code in self.processors(ink)])
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = ~len(self.several)
            self.several.append(tuple(sorted(key)))
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One grid of cells; `fixed` are the coordinates that all its points share."""

    fixed: Point
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """All panels of a launch, `across` beside each other.

    A cell stands for `step` points in each direction. `line` says that the launch has one
    dimension; where it is broken into rows, `wrapped` is the number of points in one, else 0.
    `omitted` counts the panels not shown.
    """

    panels: tuple[Panel, ...]
    across: int
    step: int = 1
    line: bool = False
    wrapped: int = 0
    omitted: int = 0

    @property
    def columns(self) -> int:
        """The number of cells of a row."""
        return len(self.panels[0].rows[0])

    @property
    def rows(self) -> int:
        """The number of rows of a panel."""
        return len(self.panels[0].rows)

    @property
    def cells(self) -> int:
        """The number of cells of all panels."""
        return self.columns * self.rows * len(self.panels)


def lay_out(table: PlacementTable, inks: Inks) -> Layout:
    """Return the panels of a launch, simplified where there would be too many rectangles."""
    if len(table.domain) <= 1:
        return _line(table, inks)
    layout = _slices(table)
    if layout.cells <= MOST_RECTANGLES or _fits(layout.panels):
        return layout
    room = MOST_RECTANGLES // len(layout.panels)
    step = max(2, isqrt(layout.columns * layout.rows // room))
    while ceil(layout.columns / step) * ceil(layout.rows / step) > room:
        step += 1
    panels = tuple([Panel(fixed=p.fixed, rows=_coarse(p.rows, step, inks)) for p in layout.panels])
    return Layout(panels=panels, across=layout.across, step=step, omitted=layout.omitted)


def rectangles(rows: Sequence[Row]) -> list[tuple[int, Rectangle]]:
    """Return inks with the rectangles that they fill: runs of a row, merged downwards."""
    found: list[tuple[int, Rectangle]] = []
    open_: dict[tuple[int, int, int], int] = {}
    previous: Row | None = None
    for y, row in enumerate([*rows, ()]):
        if row == previous:
            continue
        previous = row
        runs = dict.fromkeys(_runs(row), y)
        for run, top in open_.items():
            if run in runs:
                runs[run] = top
            else:
                x, width, ink = run
                found.append((ink, (x, top, width, y - top)))
        open_ = runs
    return sorted(found)


def _runs(row: Row) -> Iterable[tuple[int, int, int]]:
    """Yield column, width and ink of the runs of equal cells."""
    x = 0
    for ink, run in groupby(row):
        width = sum(1 for _ in run)
        if ink != BLANK:
            yield x, width, ink
        x += width


def _fits(panels: tuple[Panel, ...]) -> bool:
    """Return whether the panels have few enough rectangles, and none too thin to be seen."""
    room = MOST_RECTANGLES
    for panel in panels:
        above: set[tuple[int, int, int]] = set()
        previous: Row | None = None
        bands = 0
        for row in panel.rows:
            if row == previous:
                continue
            previous = row
            runs = set(_runs(row))
            room -= len(runs - above)  # those that do not continue one above
            bands += 1
            if room < 0 or max(bands, len(runs)) > MOST_BANDS:
                return False
            above = runs
    return True


def _line(table: PlacementTable, inks: Inks) -> Layout:
    """Return one panel for a line of points, broken into rows where it is long."""
    length = len(table.codes)
    if length <= SHORT_LINE:
        return Layout(panels=(Panel(fixed=(), rows=(table.codes,)),), across=1, line=True)
    step = 1
    panel = _wrap(table.codes)
    if length > MOST_RECTANGLES and not _fits((panel,)):
        step = ceil(length / MOST_RECTANGLES)
        codes = table.codes
        starts = range(0, length, step)
        panel = _wrap([inks.union(set(codes[i : i + step])) for i in starts])
    width = len(panel.rows[0]) * step
    return Layout(panels=(panel,), across=1, step=step, line=True, wrapped=width)


def _wrap(cells: Row) -> Panel:
    """Return a line in rows whose length is a power of two, about twice as wide as high."""
    width = SHORT_LINE // 2
    while width * width < 2 * len(cells):
        width *= 2
    rows = [cells[i : i + width] for i in range(0, len(cells), width)]
    rows[-1] = [*rows[-1], *[BLANK] * (width - len(rows[-1]))]
    return Panel(fixed=(), rows=tuple(rows))


def _slices(table: PlacementTable) -> Layout:
    """Return one panel for all points that differ in the last two coordinates only."""
    *outer, height, width = table.domain
    size = height * width
    panels = []
    for number, fixed in enumerate(islice(product(*map(range, outer)), MOST_PANELS)):
        rows = range(number * size, (number + 1) * size, width)
        panels.append(Panel(fixed=fixed, rows=tuple([table.codes[i : i + width] for i in rows])))
    return Layout(
        panels=tuple(panels),
        across=min(outer[-1], len(panels), 8) if outer else 1,
        omitted=prod(outer) - len(panels),
    )


def _coarse(rows: Sequence[Row], step: int, inks: Inks) -> tuple[Row, ...]:
    """Return rows in which a cell stands for a square of cells."""
    width = len(rows[0])
    result = []
    for top in range(0, len(rows), step):
        band = rows[top : top + step]
        cells = []
        for left in range(0, width, step):
            seen: set[int] = set()
            for row in band:
                seen.update(row[left : left + step])
            cells.append(inks.union(seen))
        result.append(cells)
    return tuple(result)
