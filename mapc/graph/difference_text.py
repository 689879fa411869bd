"""A difference as text for people: each change once, with everything that it is about."""

from collections.abc import Iterable, Iterator

from mapc.graph.difference import DECISIONS, Change, Difference, Side, TaskChanges, Value
from mapc.graph.difference_places import listed, named_tasks, placement_rows, unsure_rows
from mapc.policy.kinds import REACHES, ProcKind
from mapc.policy.model import LayoutSpec

_NOBODY = "the default mapper decides"
_LABELS = {"limit": "at a time", "replicate": "control", "collect": "afterwards"}
_WORDS = {"replicate": ("replicated", "not replicated"), "collect": ("collected once read", "kept")}


def as_text(difference: Difference) -> str:
    """Return every decision that differs, with the lines of both policies."""
    subject = " on ".join(filter(None, (difference.application, difference.machine)))
    rows = [f"A is {difference.a}", f"B is {difference.b}"]
    if subject:
        rows.append(f"compared for {subject}")
    for block in (*_blocks(difference), *placement_rows(difference)):
        rows += ["", *block]
    if difference.same:
        rows += ["", "no decision differs"]
    if unsure := unsure_rows(difference):
        rows += ["", *unsure]
    return "\n".join(rows) + "\n"


def _blocks(difference: Difference) -> Iterator[list[str]]:
    """Yield the rows of every change: the two sides, and for whom they differ."""
    changes: dict[str, dict[tuple[str, str | None], list[Change]]] = {}
    tasks = {one.task: one for one in difference.tasks}
    every = [(one.task, change) for one in difference.tasks for change in one.changes]
    for task, change in sorted(every, key=lambda found: DECISIONS.index(found[1].what)):
        title = f"{_LABELS.get(change.what, change.what)}: {_told(change)}"
        changes.setdefault(title, {}).setdefault((task, change.argument), []).append(change)
    for title, about in changes.items():
        rows = [title]
        places: dict[str, dict[str, list[str | None]]] = {}
        for (task, argument), found in about.items():
            where = places.setdefault(_where(tasks[task], found), {})
            where.setdefault(task, []).append(argument)
        for place, arguments in places.items():
            indent = "  "
            if place:
                rows.append(f"  {place}")
                indent = "    "
            rows += [f"{indent}{row}" for row in _who(difference, tasks, arguments)]
        yield rows


def _where(task: TaskChanges, changes: Iterable[Change]) -> str:
    """Return on which processors or in which memories the changes of an argument are."""
    memories: dict[str, list[ProcKind]] = {}
    kinds = []
    for change in changes:
        if change.kind is None:
            continue
        if change.memory is None:
            kinds.append(change.kind.value)
        else:
            memories.setdefault(change.memory, []).append(change.kind)
    if kinds:
        return f"on {', '.join(kinds)}"
    names = []
    for memory, on in memories.items():
        if on == [kind for kind in task.kinds if memory in REACHES[kind]]:
            names.append(memory)
        else:
            names.append(f"{memory} on {' and '.join(on)}")
    return f"in {', '.join(names)}" if names else ""


def _who(
    difference: Difference, tasks: dict[str, TaskChanges], arguments: dict[str, list[str | None]]
) -> Iterator[str]:
    """Yield a row for all tasks that have the same arguments changed."""
    alike: dict[str, list[str]] = {}
    for task, changed in arguments.items():
        labels = [label for label in changed if label is not None]
        alike.setdefault(_arguments(labels, tasks[task].arguments), []).append(task)
    for told, named in alike.items():
        yield named_tasks(named, difference.names) + (f": {told}" if told else "")


def _arguments(labels: list[str], every: tuple[str, ...]) -> str:
    if len(labels) > 1 and set(labels) >= set(every):
        return "every argument"
    return listed("argument", [x for x in labels if x != "*"], others="*" in labels)


def _told(change: Change) -> str:
    """Return both sides of a decision; of two layouts only the words that differ."""
    left, right = change.a.value, change.b.value
    if isinstance(left, LayoutSpec) and isinstance(right, LayoutSpec):
        words = list(zip(_layout_words(left), _layout_words(right), strict=True))
        sides = [" ".join(pair[side] for pair in words if pair[0] != pair[1]) for side in (0, 1)]
    else:
        sides = [_words(change.what, left), _words(change.what, right)]
    where = [_lines("A", change.a), _lines("B", change.b)]
    return f"{sides[0]}{where[0]} → {sides[1]}{where[1]}"


def _lines(letter: str, side: Side) -> str:
    return f" ({', '.join(f'{letter}:{line}' for line in side.lines)})" if side.lines else ""


def _words(what: str, value: Value) -> str:
    if isinstance(value, bool):
        return _WORDS[what][not value]
    if isinstance(value, LayoutSpec):
        return value.words()
    if isinstance(value, tuple):
        return ", ".join(value) or _NOBODY
    if value is None:
        return "no limit" if what == "limit" else _NOBODY
    return str(value)


def _layout_words(layout: LayoutSpec) -> tuple[str, ...]:
    """Return a layout in words, with those that say what it is not."""
    align = layout.align
    return (
        "SOA" if layout.soa else "AOS",
        "C_order" if layout.c_order else "F_order",
        "not aligned" if align is None else f"Align {align.op} {align.bytes}",
        "Compact" if layout.compact else "not Compact",
        "Exact" if layout.exact else "not Exact",
    )
