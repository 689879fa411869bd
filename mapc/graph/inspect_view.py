"""What the page of `mapc inspect` shows, ready to be spelt: the template looks nothing up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from mapc.graph.mapping import (
    EVERY_TASK,
    ArgumentDecision,
    IdleStatement,
    Mapping,
    TaskDecision,
)
from mapc.graph.render import DEFAULT, task_rows
from mapc.policy.kinds import MemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One decision in words; without lines nobody decided."""

    text: str
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One decision about a task."""

    label: str
    value: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentRow:
    """What happens to an argument on one processor kind; further rows of it have no label."""

    label: str
    kind: str
    memories: Cell
    layouts: tuple[Cell, ...]
    afterwards: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One task."""

    title: str
    rows: tuple[Row, ...]
    arguments: tuple[ArgumentRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the policy.

    `count` is the number of decisions that statements beginning here make; `decided_at` is the
    line by which decisions know the statement that this line belongs to.
    """

    number: int
    text: str
    count: int
    decided_at: int
    idle: bool
    reasons: tuple[str, ...]


def task_views(mapping: Mapping) -> tuple[TaskView, ...]:
    """Return the decisions for every task."""
    return tuple(
        TaskView(
            title="every other task" if task.task == EVERY_TASK else task.task,
            rows=tuple(_rows(task)),
            arguments=tuple(row for one in task.arguments for row in _argument(one)),
        )
        for task in mapping.tasks
    )


def lines_of(mapping: Mapping) -> tuple[Line, ...]:
    """Return the lines of the policy with what they decide."""
    source = mapping.policy.source
    counts = _counts(mapping)
    idle: dict[int, list[IdleStatement]] = {}
    for one in mapping.idle or ():
        idle.setdefault(one.span.line, []).append(one)
    covered: dict[int, int] = {}
    for statement in _spans(mapping):
        for number in range(statement[0], statement[1] + 1):
            covered.setdefault(number, statement[0])
    rows = []
    for number in range(1, len(source.line_starts) + 1):
        begins = covered.get(number, number)
        here = idle.get(number, ())
        rows.append(
            Line(
                number=number,
                text=source.line(number),
                count=counts[number],
                decided_at=begins,
                idle=begins in idle and not counts[begins],
                reasons=tuple(one.reason for one in here),
            )
        )
    # A text that ends with a line break has one more, empty line.
    return tuple(rows[:-1] if len(rows) > 1 and not rows[-1].text else rows)


def _spans(mapping: Mapping) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line of every statement that has lines of its own."""
    policy = mapping.policy
    rules = (
        *(policy.tasks, policy.regions, policy.layouts, policy.limits),
        *(policy.collects, policy.index_maps, policy.single_maps, policy.replicates),
    )
    for rule in (rule for kind in rules for rule in kind):
        yield rule.span.line, rule.span.end_position()[0]
    for one in mapping.idle or ():
        yield one.span.line, one.span.end_position()[0]


def _counts(mapping: Mapping) -> Counter[int]:
    """Return how many decisions each line makes."""
    counts: Counter[int | None] = Counter()
    for task in mapping.tasks:
        counts.update((task.processors_line, task.index_line, task.single_line))
        counts.update((task.limit_line, task.replicate_line))
        for argument in task.arguments:
            counts.update(line for memory in argument.memories for line in memory.lines)
            counts.update(layout.line for layout in argument.layouts)
            counts[argument.collect_line] += 1
    return Counter({line: count for line, count in counts.items() if line is not None})


def _rows(task: TaskDecision) -> Iterator[Row]:
    for label, text, line in task_rows(task):
        cell = Cell(text=text, lines=() if line is None else (line,))
        yield Row(label=label, value=cell)


def _argument(argument: ArgumentDecision) -> Iterator[ArgumentRow]:
    label = "every other" if argument.label == "*" else argument.label
    afterwards: tuple[Cell, ...] = ()
    if argument.collect_line is not None:
        afterwards = (Cell(text="collected once read", lines=(argument.collect_line,)),)
    others = "any"
    left = dict.fromkeys(layout.memory for layout in argument.layouts)
    for decision in argument.memories:
        for memory in decision.memories:
            left.pop(memory, None)
        yield ArgumentRow(
            label=label,
            kind=decision.proc.value,
            memories=Cell(
                text=", ".join(memory.value for memory in decision.memories), lines=decision.lines
            ),
            layouts=_layouts(argument, decision.memories),
            afterwards=afterwards,
        )
        label, afterwards, others = "", (), "others"
    if left or not argument.memories:
        yield ArgumentRow(
            label=label,
            kind=others,
            memories=Cell(text=DEFAULT),
            layouts=_layouts(argument, tuple(left)),
            afterwards=afterwards,
        )


def _layouts(argument: ArgumentDecision, memories: tuple[MemKind, ...]) -> tuple[Cell, ...]:
    """Return the layouts of the instances in some memories."""
    return tuple(
        Cell(text=f"{layout.memory.value}: {layout.layout.words()}", lines=(layout.line,))
        for layout in argument.layouts
        if layout.memory in memories
    )
