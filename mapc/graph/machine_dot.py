"""Draw a node of a machine for Graphviz, with edges for sights and for the ways of copies."""

import json
from collections.abc import Iterator

from mapc.graph.machine import Machine
from mapc.graph.machine_text import access, links, size

_HOST = {"host": "SYSMEM", "FBMEM of another GPU": "FBMEM"}


def as_dot(machine: Machine) -> str:
    """Return the drawing: tasks see along full edges, copies go along dashed ones."""
    return "\n".join(_lines(machine)) + "\n"


def _lines(machine: Machine) -> Iterator[str]:
    yield f"digraph {_quoted(machine.name)} {{"
    yield '  rankdir=LR; node [fontname="sans-serif"]; edge [fontname="sans-serif", fontsize=10];'
    for kind, count in machine.procs:
        yield f"  {_quoted(kind)} [shape=ellipse, label={_quoted(f'{count} {kind}')}];"
    for memory in machine.memories:
        text = f"{memory.count} {memory.kind}\n{size(memory)}"
        yield f"  {_quoted(memory.kind)} [shape=box, label={_quoted(text)}];"
    present = {memory.kind for memory in machine.memories}
    for kind in machine.kinds:
        for sight in machine.visible(kind):
            speed = access(machine, kind, sight)
            text = "" if speed is None else f"{speed.gbs:.4g} GB/s"
            yield f"  {_quoted(kind)} -> {_quoted(sight)} [dir=none, label={_quoted(text)}];"
    if machine.emulation is not None:
        for source, target, link in links(machine.emulation.figures):
            ends = _HOST.get(source, source), _HOST.get(target, target)
            if link is not None and set(ends) <= present:
                text = f"{link.gbs:.4g} GB/s"
                edge = f"{_quoted(ends[0])} -> {_quoted(ends[1])}"
                yield f"  {edge} [style=dashed, label={_quoted(text)}];"
    yield "}"


def _quoted(text: str) -> str:
    return json.dumps(str(text), ensure_ascii=False)
