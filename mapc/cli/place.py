"""`mapc place`: which processor every point of a launch goes to."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mapc.cli.output import require_policy, show
from mapc.text import Reporter


class PlaceFormat(StrEnum):
    """How `mapc place` prints an answer."""

    TEXT = "text"
    JSON = "json"
    SVG = "svg"


def place(
    file: Annotated[Path, typer.Argument(help="Policy file (.mapl).")],
    task: Annotated[
        str | None, typer.Option(help="Task, or a processor kind for rules by kind.")
    ] = None,
    nodes: Annotated[int, typer.Option(min=1, help="Nodes of the machine.")] = 1,
    procs: Annotated[int, typer.Option(min=0, help="Processors of each kind on a node.")] = 4,
    domain: Annotated[str, typer.Option(help="Extents of the launch domain, such as 8,8.")] = "",
    parent: Annotated[
        str, typer.Option(help="Processor N,P of the parent: a task launched individually.")
    ] = "",
    cases: Annotated[
        Path | None, typer.Option(help="JSON list of {task, nodes, procs, domain}, all at once.")
    ] = None,
    form: Annotated[
        PlaceFormat, typer.Option("--format", help="How to print; svg is a picture.")
    ] = PlaceFormat.TEXT,
) -> None:
    """Evaluate a placement function over a launch domain.

    A star gives every point its whole set, before the points are dealt over it.

    Example: mapc place circuit.mapl --task update_voltages --nodes 2 --procs 4 --domain 16
    """
    from mapc.policy.query import Query, answer

    report = Reporter()
    policy = require_policy(file, report)
    if cases is not None:
        from mapc.cli.place_cases import print_cases

        print_cases(policy, cases)
        return
    if task is None:
        raise typer.BadParameter("name a task, or give --cases", param_hint="--task")
    query = Query(
        task=task,
        nodes=nodes,
        procs=procs,
        domain=_numbers(domain, "--domain") if not parent else (),
        parent=_processor(parent),
    )
    found = answer(policy, query)
    show(report.diagnostics)
    match form:
        case PlaceFormat.SVG:
            from mapc.graph.placement_svg import as_svg

            sys.stdout.write(as_svg(found))
        case PlaceFormat.JSON:
            from mapc.cli.place_rows import as_json

            sys.stdout.writelines(as_json(found))
            sys.stdout.write("\n")
        case PlaceFormat.TEXT:
            from mapc.cli.place_rows import as_text

            sys.stdout.writelines(as_text(found))


def _numbers(text: str, option: str) -> tuple[int, ...]:
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter("give numbers such as 8,8", param_hint=option) from None
    if any(number < 1 for number in numbers):
        raise typer.BadParameter("extents are at least 1", param_hint=option)
    return numbers


def _processor(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    try:
        node, index = (int(part) for part in text.split(","))
    except ValueError:
        node = index = -1
    if node < 0 or index < 0:
        raise typer.BadParameter("give node and processor, such as 0,1", param_hint="--parent")
    return node, index
