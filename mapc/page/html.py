"""A mapping as one page for a browser that needs nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Generic, TypeVar

from mapc.graph.mapping import Mapping
from mapc.graph.mapping_drawing import as_svg
from mapc.page.cxx_view import cxx_lines
from mapc.page.decisions_view import Cell, DecisionsView, decisions_of
from mapc.page.grid_view import grid_views
from mapc.page.links import Links
from mapc.page.pieces import shown
from mapc.page.policy_view import policy_lines
from mapc.resources import resource

BLOCK = 100
"""Lines that a browser lays out together, once they come near to what is seen."""
MOST_LINES = 20_000
MOST_TASKS = 5_000
"""What a browser still shows without making its user wait."""

L = TypeVar("L")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[L]):
    """Lines in blocks; `rest` says how many are left out, and is empty where none are."""

    size: str
    blocks: tuple[Sequence[L], ...]
    rest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleView:
    """A statement that never decides anything, and why."""

    statement: Cell
    reason: str


def as_html(mapping: Mapping) -> str:
    """Return the page: policy, generated C++ and decisions beside each other, linked."""
    from jinja2 import Environment, StrictUndefined  # takes longer to load than a check

    environment = Environment(
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    page = environment.from_string(_resource("inspect.html.j2"))
    return page.render(
        style=_resource("inspect.css"), script=_resource("inspect.js"), **_views(mapping)
    )


def _resource(name: str) -> str:
    return resource("backends", "reports", name).read_text("utf-8")


def _views(mapping: Mapping) -> dict[str, Any]:
    """Return what the template takes."""
    links = Links(mapping)
    decisions = DecisionsView(links)
    tasks = decisions.tasks(mapping.tasks)
    return {
        "title": shown(PurePath(mapping.policy.source.name).name),
        "subtitle": _subtitle(mapping),
        "policy": _column(
            policy_lines(mapping, links, decisions_of(tasks)), "the policy has them all"
        ),
        "cxx": _column(cxx_lines(mapping, links), "mapc build writes them all"),
        "tasks": tasks[:MOST_TASKS],
        "tasks_rest": _tasks_rest(mapping),
        "flow": as_svg(mapping),
        "grids": grid_views(mapping, links),
        "idle": [
            IdleView(statement=decisions.cell(one.text, (one.span.line,)), reason=shown(one.reason))
            for one in mapping.idle or ()
        ],
    }


def _column(lines: Sequence[L], elsewhere: str) -> Column[L]:
    """Return lines in blocks; `elsewhere` says where those are that the page leaves out."""
    kept, left = lines[:MOST_LINES], len(lines) - MOST_LINES
    return Column(
        size=f"{len(lines)} line{'s' * (len(lines) != 1)}",
        blocks=tuple(kept[i : i + BLOCK] for i in range(0, len(kept), BLOCK)),
        rest=f"{left} more lines are not shown; {elsewhere}." if left > 0 else "",
    )


def _tasks_rest(mapping: Mapping) -> str:
    """Return what there is to say about tasks that the page does not show."""
    if not mapping.tasks:
        return "No statement: the default mapper decides everything."
    left = len(mapping.tasks) - MOST_TASKS
    return f"{left} more tasks are not shown; mapc inspect prints them all." if left > 0 else ""


def _subtitle(mapping: Mapping) -> str:
    """Return what the policy was held against."""
    known = []
    if mapping.graph.application:
        known.append(f"application {mapping.graph.application}")
    if mapping.machine is not None:
        known.append(f"machine {mapping.machine.name}")
    return shown(" on ".join(known)) or "for any application that has the tasks it names"
