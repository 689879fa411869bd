"""The placement of each index map as the page shows it: a grid and its legend, or what is wrong."""

from dataclasses import dataclass, field

from mapc.graph.mapping import Mapping
from mapc.graph.placement_drawing import TIMES, draw
from mapc.graph.placement_panel import GUTTER_LEFT, GUTTER_TOP
from mapc.graph.svg import content, element, moved
from mapc.page.decisions_view import task_title
from mapc.page.links import Link, Links
from mapc.page.pieces import shown
from mapc.page.placements import Placed, placements, shape_of
from mapc.policy.kinds import ProcKind

ROOM = 352.0
"""Pixels for the cells of a grid, so that its text keeps its size in a third of a screen."""
MOST_DRAWN = 3_000_000
"""Characters of all pictures together."""
SHOWN_TASKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class GridView:
    """One placement; where something failed, `failure` says what, and there is no picture.

    `example` says which parts of `launch` are no facts, and is empty where all are.
    """

    id: str
    function: str
    line: int
    tasks: str
    launch: str
    example: str
    link: Link = field(default_factory=Link)
    plan: tuple[str, ...] = ()
    legend: str = ""
    remarks: tuple[str, ...] = ()
    failure: str = ""


def grid_views(mapping: Mapping, links: Links) -> tuple[GridView, ...]:
    """Return every placement, drawn as long as the page stays small."""
    views: list[GridView] = []
    drawn = 0
    for number, placed in enumerate(placements(mapping), 1):
        view = _view(mapping, links, placed, number, drawing=drawn < MOST_DRAWN)
        drawn += sum(map(len, view.plan)) + len(view.legend)
        views.append(view)
    return tuple(views)


def _view(
    mapping: Mapping, links: Links, placed: Placed, number: int, *, drawing: bool
) -> GridView:
    legend = ""
    plan: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    if placed.answer is not None and drawing:
        picture = draw(placed.answer, room=ROOM, ids=f"P{number}-")
        title = content(f"{picture.title} ({picture.subtitle})")
        size = (picture.grid_width, picture.grid_height)
        first = element("title", title) + element("defs", picture.patterns)
        plan = tuple(
            _svg(*size, first * (not i), moved(drawn, GUTTER_LEFT, GUTTER_TOP))
            for i, (drawn, _, _) in enumerate(picture.grids)
        )
        legend = _svg(picture.legend.width, picture.legend.height, picture.legend.content)
        remarks = picture.remarks
    elif placed.failure is None:
        remarks = (_elsewhere(mapping, placed),)
    function = links.of_function(placed.function)
    return GridView(
        id=f"P{number}",
        function=shown(placed.function),
        line=function.keys[0],
        tasks=_tasks(placed.tasks),
        launch=_launch(mapping, placed),
        example=_example(mapping, placed),
        link=function,
        plan=plan,
        legend=legend,
        remarks=tuple(map(shown, remarks)),
        failure="" if placed.failure is None else shown_block(placed.failure.render()),
    )


def shown_block(text: str) -> str:
    """Return text of several lines without what a page cannot show."""
    return "\n".join(map(shown, text.rstrip().split("\n")))


def _svg(width: float, height: float, *parts: str) -> str:
    """Return a picture whose text has the size and colour of the page."""
    return element(
        "svg",
        *parts,
        width=width,
        height=height,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        font_size=12,
    )


def _tasks(tasks: tuple[str, ...]) -> str:
    titles = [
        f"every other task on {task.value}" if isinstance(task, ProcKind) else task_title(task)
        for task in tasks
    ]
    more = len(titles) - SHOWN_TASKS
    return ", ".join(titles[:SHOWN_TASKS]) + (f" and {more} more" if more > 0 else "")


def _launch(mapping: Mapping, placed: Placed) -> str:
    """Return what is launched on what."""
    shape = shape_of(mapping)
    nodes = f"{shape.nodes} node{'s' * (shape.nodes != 1)}"
    each = " each" * (shape.nodes != 1)
    if mapping.machine is None:
        count = shape.procs[ProcKind.CPU]
        machine = f"{nodes} with {count} processors of every kind{each}"
    else:
        counts = [f"{number} {kind.value}" for kind, number in mapping.machine.procs if number]
        machine = f"{nodes} with {', '.join(counts) or 'no processors'}{each}"
    domain = f" {TIMES} ".join(map(str, placed.domain))
    return f"domain {domain} on {machine}" if domain else machine


def _example(mapping: Mapping, placed: Placed) -> str:
    """Return which parts of a launch are no facts."""
    match placed.example, mapping.machine is None:
        case True, True:
            return "domain and machine are examples"
        case True, False:
            return "the domain is an example"
        case False, True:
            return "the machine is an example"
    return ""


def _elsewhere(mapping: Mapping, placed: Placed) -> str:
    """Return how to see what the page leaves out."""
    shape = shape_of(mapping)
    domain = ",".join(map(str, placed.domain))
    return (
        "Left out to keep this page small. To see it: mapc place "
        f"{mapping.policy.source.name} --task {placed.tasks[0]} --nodes {shape.nodes} "
        f"--procs {max(shape.procs.values(), default=0)} --domain {domain} --format svg"
    )
