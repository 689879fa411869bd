"""Mapping: a task graph with one decision for every task and argument.

Each decision carries the line of the policy that made it; where there is none, Legion's
DefaultMapper decides.
"""

from dataclasses import dataclass
from typing import Any

from mapc.graph.machine import Machine
from mapc.graph.taskgraph import TaskGraph
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.model import LayoutSpec, Policy
from mapc.text import Span

EVERY_TASK = "*"
_LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryDecision:
    """The memories tried for one argument on one processor kind, best first."""

    proc: ProcKind
    memories: tuple[MemKind, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutDecision:
    """The layout of one argument's instances in one memory kind."""

    memory: MemKind
    layout: LayoutSpec
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentDecision:
    """What happens to one argument of a task; `label` is its region's name or its number."""

    label: str
    memories: tuple[MemoryDecision, ...] = ()
    layouts: tuple[LayoutDecision, ...] = ()
    collect_line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDecision:
    """What happens to one task; `*` as name speaks for every task without a name of its own."""

    task: str
    processors: tuple[ProcKind, ...] = ()
    processors_line: int | None = None
    index_map: str | None = None
    index_line: int | None = None
    single_map: str | None = None
    single_line: int | None = None
    limit: int | None = None
    limit_line: int | None = None
    replicate_line: int | None = None
    arguments: tuple[ArgumentDecision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleStatement:
    """A statement that never decides anything, and why."""

    span: Span
    reason: str

    @property
    def text(self) -> str:
        """The statement on one line; of a long one the beginning."""
        text = " ".join(self.span.text.split())
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """The policy bound to an application and, where one is described, a machine.

    `idle` is None where nobody looked for statements that decide nothing.
    """

    policy: Policy
    graph: TaskGraph
    machine: Machine | None = None
    tasks: tuple[TaskDecision, ...] = ()
    idle: tuple[IdleStatement, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the command contract (`mapc inspect`)."""
        product: dict[str, Any] = {"tasks": {task.task: _task_json(task) for task in self.tasks}}
        if self.idle is not None:
            product["idle"] = [
                {"line": one.span.line, "text": one.text, "reason": one.reason} for one in self.idle
            ]
        return product


def _task_json(task: TaskDecision) -> dict[str, Any]:
    lines = {
        "processors": task.processors_line,
        "index_map": task.index_line,
        "single_map": task.single_line,
        "limit": task.limit_line,
        "replicate": task.replicate_line,
    }
    return {
        "processors": [kind.value for kind in task.processors],
        "index_map": task.index_map,
        "single_map": task.single_map,
        "limit": task.limit,
        "replicate": task.replicate_line is not None,
        "arguments": {a.label: _argument_json(a) for a in task.arguments},
        "lines": {
            **{key: line for key, line in lines.items() if line is not None},
            "arguments": {a.label: _argument_lines(a) for a in task.arguments},
        },
    }


def _argument_json(argument: ArgumentDecision) -> dict[str, Any]:
    return {
        "memories": {m.proc.value: [x.value for x in m.memories] for m in argument.memories},
        "layout": {d.memory.value: layout_json(d.layout) for d in argument.layouts},
        "collect": argument.collect_line is not None,
    }


def layout_json(layout: LayoutSpec) -> dict[str, Any]:
    """Return the JSON object of a layout."""
    align = layout.align
    return {
        "fields": "SOA" if layout.soa else "AOS",
        "order": "C" if layout.c_order else "F",
        "align": None if align is None else {"op": align.op, "bytes": align.bytes},
        "exact": layout.exact,
        "compact": layout.compact,
    }


def _argument_lines(argument: ArgumentDecision) -> dict[str, Any]:
    lines: dict[str, Any] = {
        "memories": {m.proc.value: list(m.lines) for m in argument.memories},
        "layout": {d.memory.value: d.line for d in argument.layouts},
    }
    if argument.collect_line is not None:
        lines["collect"] = argument.collect_line
    return lines
