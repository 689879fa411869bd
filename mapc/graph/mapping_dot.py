"""Draw a mapping for Graphviz: tasks coloured by processor kind, edges by memory."""

import json
from collections.abc import Iterator

from mapc.graph.decided_flow import (
    MEM_COLOURS,
    PROC_COLOURS,
    UNDECIDED,
    Access,
    DecidedFlow,
    TaskBox,
    decided_flow,
)
from mapc.graph.mapping import Mapping


def as_dot(mapping: Mapping) -> str:
    """Return the data flow of the task graph: boxes are tasks, ellipses regions."""
    return "\n".join(_lines(decided_flow(mapping))) + "\n"


def _lines(flow: DecidedFlow) -> Iterator[str]:
    yield "digraph mapping {"
    yield '  rankdir=LR; node [fontname="sans-serif"]; edge [fontname="sans-serif", fontsize=10];'
    for box in flow.tasks:
        yield f"  {_quoted('t:' + box.name)} [shape=box, {_task(box)}];"
    for region in flow.regions:
        yield f"  {_quoted('r:' + region)} [label={_quoted(region)}];"
    for access in flow.accesses:
        yield f"  {_edge(access)};"
    yield from _legend(flow)
    yield "}"


def _task(box: TaskBox) -> str:
    text = "\n".join(filter(None, (box.name, ", ".join(kind.value for kind in box.kinds))))
    return f"label={_quoted(text)}, {_filled(box.colour if box.kinds else '')}"


def _filled(colour: str) -> str:
    if not colour:
        return f'color="{UNDECIDED}"'
    return f'style=filled, color="{colour}", fillcolor="{colour}33"'


def _edge(access: Access) -> str:
    """Return an edge that points where the data goes: into the task, or the region, or both."""
    region, task = _quoted("r:" + access.region), _quoted("t:" + access.task)
    ends = (task, region) if access.writes and not access.reads else (region, task)
    way = "both" if access.writes and access.reads else "forward"
    if not (access.writes or access.reads):
        way = "none"
    look = [f"dir={way}", f"label={_quoted(access.words)}", f'color="{access.colour}"']
    return f"{ends[0]} -> {ends[1]} [{', '.join(look)}]"


def _legend(flow: DecidedFlow) -> Iterator[str]:
    yield '  subgraph cluster_legend { label="first choices"; color=gray; fontname="sans-serif";'
    yield "    node [shape=box, fontsize=10];"
    for kind in flow.kinds:
        yield f"    {_quoted('k:' + kind)} [label={_quoted(kind)}, {_filled(PROC_COLOURS[kind])}];"
    for memory in flow.memories:
        colour = MEM_COLOURS[memory]
        yield (
            f"    {_quoted('m:' + memory)} "
            f'[shape=plain, label={_quoted("— " + memory)}, fontcolor="{colour}"];'
        )
    yield (
        f'    "undecided" [shape=plain, label="the default mapper decides", '
        f'fontcolor="{UNDECIDED}"];'
    )
    yield "  }"


def _quoted(text: str) -> str:
    return json.dumps(str(text), ensure_ascii=False)
