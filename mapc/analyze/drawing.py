"""An analysis as a drawing for Graphviz: launches with the data that flows, and the region tree."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mapc.analyze.result import (
    Analysis,
    FlowFacts,
    LaunchFacts,
    OperationFacts,
    RequirementFacts,
    TaskFacts,
)

MOST_FIELDS = 4
"""Fields that an edge names; of more it says how many there are."""

_LEGEND = (
    "double border: inner · round corners: neither leaf nor inner · grey: no launch is known",
    "dashed: into the next iteration of a loop · dotted: perhaps",
)
_NUMBERED = re.compile(r"(.*\D)(\d+)")


@dataclass(slots=True)
class _Clusters:
    """Boxes in boxes: a task's launches, and in them those of a loop."""

    nodes: list[str] = field(default_factory=list)
    loops: "dict[int, _Clusters]" = field(default_factory=dict)

    def at(self, loops: Sequence[int]) -> "_Clusters":
        here = self
        for line in loops:
            here = here.loops.setdefault(line, _Clusters())
        return here


def as_dot(analysis: Analysis) -> str:
    """Return the drawing: what a task launches in a frame, flows as edges, regions beside."""
    return "\n".join(_Drawing(analysis).lines()) + "\n"


class _Drawing:
    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.tasks = {task.name: task for task in analysis.tasks}

    def lines(self) -> Iterator[str]:
        yield "digraph analysis {"
        yield '  node [fontname="sans-serif", fontsize=11];'
        yield '  edge [fontname="sans-serif", fontsize=9];'
        legend = _quoted("\n".join(_LEGEND))
        yield f'  fontname="sans-serif"; fontsize=9; label={legend};'
        yield "  compound=true; nodesep=0.3; ranksep=0.5;"
        yield from self._clusters()
        yield from self._flows()
        yield from self._tree()
        yield "}"

    # Launches ---------------------------------------------------------------------------------

    def _clusters(self) -> Iterator[str]:
        inside: dict[str, _Clusters] = {}
        drawn: set[str] = set()
        every: list[LaunchFacts | OperationFacts] = [*self.analysis.operations]
        for one in (*every, *self.analysis.launches):
            node = _node(one)
            if node in drawn or (isinstance(one, OperationFacts) and not one.requirements):
                continue
            drawn.add(node)
            cluster = inside.setdefault(one.inside, _Clusters()).at(one.loops)
            cluster.nodes.append(self._drawn(one, node))
        for number, (parent, clusters) in enumerate(inside.items()):
            facts = self.tasks.get(parent)
            title = f"in {parent}" + (f": {_kinds(facts)}" if facts else "")
            yield from _cluster(f"in {number}", title, clusters, 1)
        launched = {*inside, *(launch.task for launch in self.analysis.launches)}
        for name, facts in self.tasks.items():
            if name not in launched:
                yield f"  {_quoted(f'task {name}')} [{_look(facts)}, color=gray, fontcolor=gray];"

    def _drawn(self, one: LaunchFacts | OperationFacts, node: str) -> str:
        if isinstance(one, OperationFacts):
            return f"{_quoted(node)} [shape=cds, label={_quoted(_what(one))}];"
        facts = self.tasks.get(one.task)
        return f"{_quoted(node)} [{_look(facts) if facts else _label(one.task)}];"

    # Flows ------------------------------------------------------------------------------------

    def _flows(self) -> Iterator[str]:
        """Yield one edge for all that flows in one way between two nodes."""
        edges: dict[tuple[str, str, bool, bool], dict[str, dict[str, None]]] = {}
        for flow in self.analysis.flows:
            ends = (
                _node(self._end(flow.writer_kind, flow.writer)),
                _node(self._end(flow.reader_kind, flow.reader)),
            )
            regions = edges.setdefault((*ends, flow.loop_carried, flow.certain), {})
            regions.setdefault(self._through(flow), {}).update(dict.fromkeys(flow.fields))
        for (writer, reader, carried, certain), regions in edges.items():
            text = "\n".join(f"{name}: {shortened(tuple(f))}" for name, f in regions.items())
            look = [f"label={_quoted(text)}"]
            if carried:
                look += [
                    "style=dashed",
                    "constraint=false",
                    "color=royalblue",
                    "fontcolor=royalblue",
                ]
            elif not certain:
                look += ["style=dotted"]
            yield f"  {_quoted(writer)} -> {_quoted(reader)} [{', '.join(look)}];"

    def _end(self, kind: str, number: int) -> LaunchFacts | OperationFacts:
        return (self.analysis.launches if kind == "launch" else self.analysis.operations)[number]

    def _through(self, flow: FlowFacts) -> str:
        """Return what writer and reader call the data, once if it is the same."""
        names = [
            _called(self._end(kind, number).requirements, index)
            for kind, number, index in (
                (flow.writer_kind, flow.writer, flow.writer_requirement),
                (flow.reader_kind, flow.reader, flow.reader_requirement),
            )
        ]
        return " → ".join(dict.fromkeys(name or "?" for name in names))

    # Regions ----------------------------------------------------------------------------------

    def _tree(self) -> Iterator[str]:
        regions = {(one.name, one.partition): one for one in self.analysis.regions}
        if not regions and not self.analysis.partitions:
            return
        yield "  subgraph cluster_regions {"
        yield '    label="regions"; color=gray; edge [dir=none, color=gray];'
        for (name, above), region in regions.items():
            text = [name, shortened(region.fields)]
            yield f"    {_quoted(f'region {name} {above}')} [shape=ellipse, {_label(*text)}];"
        for one in dict.fromkeys(self.analysis.partitions):
            kind = "may overlap" if one.kind == "unknown" else one.kind
            known: dict[bool | None, list[str]] = {True: ["complete"], False: ["incomplete"]}
            text = [one.name, ", ".join([kind, *known.get(one.complete, [])])]
            yield f"    {_quoted(f'partition {one.name}')} [shape=hexagon, {_label(*text)}];"
            whole = next((key for key in regions if key[0] == one.region), None)
            if whole is not None:
                ends = f"region {whole[0]} {whole[1]}", f"partition {one.name}"
                yield f"    {_quoted(ends[0])} -> {_quoted(ends[1])};"
        divided = {one.name for one in self.analysis.partitions}
        for name, above in regions:
            if above in divided:
                ends = f"partition {above}", f"region {name} {above}"
                yield f"    {_quoted(ends[0])} -> {_quoted(ends[1])};"
        yield "  }"


def _cluster(name: str, title: str, clusters: _Clusters, depth: int) -> Iterator[str]:
    pad = "  " * depth
    yield f"{pad}subgraph {_quoted(f'cluster {name}')} {{"
    look = "style=dashed, color=royalblue" if depth > 1 else "color=gray"
    yield f"{pad}  label={_quoted(title)}; graph [{look}, labeljust=l];"
    yield from (f"{pad}  {node}" for node in clusters.nodes)
    for line, inner in clusters.loops.items():
        yield from _cluster(f"{name} {line}", f"loop, line {line}", inner, depth + 1)
    yield f"{pad}}}"


def _node(one: LaunchFacts | OperationFacts) -> str:
    """Return the name of the node for launches of a task in one loop, or of other operations."""
    if isinstance(one, OperationFacts):
        return f"{_what(one)} in {one.inside}, line {one.line}"
    return " ".join(["task", one.task, "in", one.inside, *map(str, one.loops)])


def _what(one: OperationFacts) -> str:
    return f"{one.kind} {', '.join(one.regions)}"


def _called(requirements: Iterable[RequirementFacts], index: int) -> str:
    found = next((one for one in requirements if one.index == index), None)
    return (found.partition or found.region) if found is not None else ""


def _look(facts: TaskFacts) -> str:
    """Return the shape of a task: by what its variants promise."""
    leaf = all(variant.leaf for variant in facts.variants)
    inner = any(variant.inner for variant in facts.variants)
    look = "peripheries=2" if inner else "" if leaf else "style=rounded"
    parts = ["shape=box", look, _label(facts.name, _kinds(facts))]
    return ", ".join(part for part in parts if part)


def _kinds(facts: TaskFacts) -> str:
    kinds = dict.fromkeys(variant.kind for variant in facts.variants)
    return ", ".join("?" if kind == "UNKNOWN" else kind for kind in kinds)


def _label(*rows: str) -> str:
    text = "\n".join(row for row in rows if row)
    return f"label={_quoted(text)}"


def shortened(fields: Sequence[str]) -> str:
    """Return fields in few words: numbered ones as a range, of many only the first."""
    ranges: list[list[str]] = []
    for name in fields:
        match = _NUMBERED.fullmatch(name)
        before = _NUMBERED.fullmatch(ranges[-1][-1]) if ranges else None
        if match and before and (before[1], int(before[2]) + 1) == (match[1], int(match[2])):
            ranges[-1].append(name)
        else:
            ranges.append([name])
    texts = [r[0] if len(r) == 1 else f"{r[0]}…{_number(r[-1])}" for r in ranges]
    more = len(texts) - MOST_FIELDS
    return ", ".join(texts if more <= 0 else [*texts[:MOST_FIELDS], f"{more} more"])


def _number(name: str) -> str:
    match = _NUMBERED.fullmatch(name)
    return match[2] if match else name


def _quoted(text: str) -> str:
    return json.dumps(str(text), ensure_ascii=False)
