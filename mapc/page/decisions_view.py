"""The decisions as the page shows them: in words, each with the lines that made it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from mapc.graph.mapping import EVERY_TASK, ArgumentDecision, LayoutDecision, TaskDecision
from mapc.graph.render import DEFAULT, task_rows
from mapc.page.links import Link, Links
from mapc.page.pieces import shown
from mapc.policy.kinds import MemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One decision in words; without lines nobody decided."""

    text: str
    lines: tuple[int, ...] = ()
    link: Link = field(default_factory=Link)
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One decision about a task."""

    label: str
    value: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """What happens to some arguments on one processor kind."""

    kind: str
    memories: Cell
    layouts: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentsView:
    """Arguments of a task about which the same is decided; `collected` has one cell or none."""

    labels: tuple[str, ...]
    rows: tuple[KindRow, ...]
    collected: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One task."""

    title: str
    rows: tuple[Row, ...]
    arguments: tuple[ArgumentsView, ...]


def task_title(task: str) -> str:
    """Return how the page calls a task."""
    return "every other task" if task == EVERY_TASK else shown(task)


def decisions_of(tasks: Iterable[TaskView]) -> Counter[int]:
    """Return how many of the decisions shown each line makes."""
    counts: Counter[int] = Counter()
    for task in tasks:
        for row in task.rows:
            counts.update(row.value.lines)
        for argument in task.arguments:
            for cell in argument.collected:
                counts.update(cell.lines)
            for kind in argument.rows:
                counts.update(kind.memories.lines)
                for layout in kind.layouts:
                    counts.update(layout.lines)
    return counts


@dataclass(slots=True)
class DecisionsView:
    """Puts decisions into words, and numbers them."""

    links: Links
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def tasks(self, tasks: Iterable[TaskDecision]) -> tuple[TaskView, ...]:
        """Return the decisions about tasks."""
        return tuple([self._task(task) for task in tasks])

    def cell(self, text: str, lines: Iterable[int] = ()) -> Cell:
        """Return one decision that some lines made."""
        lines = tuple(lines)
        if not lines:
            return Cell(text=shown(text))
        link = self.links.of(lines)
        return Cell(text=shown(text), lines=lines, link=link, id=f"D{next(self._numbers)}")

    def _task(self, task: TaskDecision) -> TaskView:
        rows = tuple(
            Row(label=label, value=self.cell(text, () if line is None else (line,)))
            for label, text, line in task_rows(task)
        )
        alike: dict[tuple[object, ...], list[ArgumentDecision]] = {}
        for one in task.arguments:
            key = (one.memories, one.layouts, one.collect_line)
            alike.setdefault(key, []).append(one)
        arguments = tuple(self._arguments(group) for group in alike.values())
        return TaskView(title=task_title(task.task), rows=rows, arguments=arguments)

    def _arguments(self, alike: list[ArgumentDecision]) -> ArgumentsView:
        first = alike[0]
        collected = () if first.collect_line is None else (first.collect_line,)
        return ArgumentsView(
            labels=tuple("every other" if one.label == "*" else shown(one.label) for one in alike),
            rows=tuple(self._kinds(first)),
            collected=tuple(self.cell("collected once read", (line,)) for line in collected),
        )

    def _kinds(self, argument: ArgumentDecision) -> Iterator[KindRow]:
        left = dict.fromkeys(layout.memory for layout in argument.layouts)
        for decision in argument.memories:
            for memory in decision.memories:
                left.pop(memory, None)
            names = ", ".join(memory.value for memory in decision.memories)
            yield KindRow(
                kind=decision.proc.value,
                memories=self.cell(names, decision.lines),
                layouts=tuple(self._layouts(argument, decision.memories)),
            )
        if left or not argument.memories:
            yield KindRow(
                kind="others" if argument.memories else "any",
                memories=self.cell(DEFAULT),
                layouts=tuple(self._layouts(argument, tuple(left))),
            )

    def _layouts(self, argument: ArgumentDecision, memories: tuple[MemKind, ...]) -> Iterator[Cell]:
        """Yield the layouts of the instances in some memories, equal ones once."""
        alike: dict[tuple[object, ...], list[LayoutDecision]] = {}
        for one in argument.layouts:
            if one.memory in memories:
                alike.setdefault((one.layout, one.line), []).append(one)
        for group in alike.values():
            words = group[0].layout.words()
            if len(group) < len(set(memories) - {MemKind.VIRTUAL}):
                words = f"{', '.join(one.memory.value for one in group)}: {words}"
            yield self.cell(words, (group[0].line,))
