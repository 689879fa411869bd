"""A mapping as text for people."""

from collections.abc import Iterator

from mapc.graph.mapping import (
    EVERY_TASK,
    ArgumentDecision,
    IdleStatement,
    Mapping,
    TaskDecision,
)

DEFAULT = "the default mapper decides"


def as_text(mapping: Mapping) -> str:
    """Return every decision, one a line, with the line of the policy that made it."""
    if not mapping.tasks:
        return "no statement: the default mapper decides everything\n"
    parts = ["\n".join(_task(task)) + "\n" for task in mapping.tasks]
    if mapping.idle:
        parts.append("\n".join(_idle(mapping.idle)) + "\n")
    return "\n".join(parts)


def _idle(idle: tuple[IdleStatement, ...]) -> Iterator[str]:
    yield "never decides anything"
    for one in idle:
        yield f"  line {one.span.line}: {one.text}"
        yield f"    {one.reason}"


def _task(task: TaskDecision) -> Iterator[str]:
    yield "every other task" if task.task == EVERY_TASK else f"task {task.task}"
    for label, value, line in task_rows(task):
        yield _row(label, value, line)
    for argument in task.arguments:
        yield from _argument(argument)


def _argument(argument: ArgumentDecision) -> Iterator[str]:
    label = "every other argument" if argument.label == "*" else f"argument {argument.label}"
    decided = argument.memories or argument.layouts or argument.collect_line is not None
    yield f"  {label}" + ("" if decided else f": {DEFAULT}")
    for memory in argument.memories:
        kinds = ", ".join(kind.value for kind in memory.memories)
        yield _row(f"  on {memory.proc.value}", kinds, *memory.lines)
    for layout in argument.layouts:
        yield _row(f"  in {layout.memory.value}", layout.layout.words(), layout.line)
    if argument.collect_line is not None:
        yield _row("  afterwards", "collected once read", argument.collect_line)


def task_rows(task: TaskDecision) -> Iterator[tuple[str, str, int | None]]:
    """Yield what is decided about a task: a label, the decision in words, and its line."""
    procs = ", ".join(kind.value for kind in task.processors)
    yield "processors", procs or DEFAULT, task.processors_line
    if task.index_map is not None:
        yield "index launches", f"placed by {task.index_map}", task.index_line
    if task.single_map is not None:
        yield "single launches", f"placed by {task.single_map}", task.single_line
    if task.limit is not None:
        yield "at a time", str(task.limit), task.limit_line
    if task.replicate_line is not None:
        yield "control", "replicated", task.replicate_line


def _row(label: str, value: str, *lines: int | None) -> str:
    numbers = ", ".join(str(line) for line in lines if line is not None)
    where = f"   (line {numbers})" if numbers else ""
    return f"  {label + ':':18} {value or DEFAULT}{where}"
