"""Placements that differ as text: which functions, how many points move, and the first of them."""

from collections.abc import Iterator, Sequence

from mapc.graph.difference import (
    Basis,
    Difference,
    LaunchChange,
    Move,
    PlacementChange,
    Placer,
)
from mapc.graph.mapping import EVERY_TASK
from mapc.policy.kinds import ProcKind


def placement_rows(difference: Difference) -> Iterator[list[str]]:
    """Yield the rows of every pair of functions that differ, once for all their tasks."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for placement in difference.placements:
        if not placement.same:
            alike.setdefault(tuple(_rows(placement)), []).append(placement.task)
    for (title, *rows), tasks in alike.items():
        yield [title, f"  {named_tasks(tasks, difference.names)}", *rows]


def unsure_rows(difference: Difference) -> list[str]:
    """Return what was found the same only in a sample, each pair of functions once."""
    found = [p for p in difference.placements if p.same and p.basis is Basis.SAMPLE]
    rows = list(dict.fromkeys(_same(placement) for placement in found))
    if rows and not (difference.application and difference.machine):
        rows.append("(--app and --machine compare functions over real launches, if they are known)")
    return rows


def named_tasks(tasks: list[str], every: tuple[str, ...]) -> str:
    """Return tasks in words, such as `tasks a, b and any other`."""
    if len(tasks) > 1 and set(tasks) == set(every):
        return "every task"
    named = [task for task in tasks if task != EVERY_TASK]
    return listed("task", named, others=EVERY_TASK in tasks)


def listed(what: str, names: list[str], *, others: bool) -> str:
    """Return names in words; `others` are those without a name of their own."""
    if not names:
        return f"any other {what}" if others else ""
    text = f"{what}{'s' if len(names) > 1 else ''} {', '.join(names)}"
    return f"{text} and any other" if others else text


def _rows(placement: PlacementChange) -> Iterator[str]:
    what = "single" if placement.single else "index"
    left, right = _placer("A", placement.a), _placer("B", placement.b)
    kinds = ", ".join(kind.value for kind in placement.kinds)
    yield f"{what} launches on {kinds}: {left} → {right}"
    if placement.basis is Basis.DEFAULT:
        return
    if not placement.tried:
        yield "  other functions, and neither can be evaluated in any launch that was tried"
        return
    sample = placement.basis is Basis.SAMPLE
    if sample:
        yield f"  {placement.differing} of {_tried(placement)} differ"
    shown = placement.launches[: 1 if sample else None]
    for launch in shown:
        yield from _launch(launch)
    if not sample and (left_out := placement.differing - len(shown)):
        yield f"  {left_out} more launch{'' if left_out == 1 else 'es'} differ"


def _same(placement: PlacementChange) -> str:
    """Return what is known of two functions that were found to place alike in a sample."""
    assert placement.a is not None
    assert placement.b is not None
    return (
        f"{placement.a.function} (A:{placement.a.line}) and {placement.b.function} "
        f"(B:{placement.b.line}) place alike in all of {_tried(placement)}"
    )


def _tried(placement: PlacementChange) -> str:
    """Return how many launches were tried: a sample, and that it is one."""
    count = placement.tried
    what = "single launch" if placement.single else "launch"
    text = f"{count} {what}{'' if count == 1 else 'es'} tried"
    failed = f", {placement.failed} more fail in both" if placement.failed else ""
    return f"{text} (a sample{failed})"


def _placer(letter: str, placer: Placer | None) -> str:
    return "the default mapper" if placer is None else f"{placer.function} ({letter}:{placer.line})"


def _launch(launch: LaunchChange) -> Iterator[str]:
    where = f"on {_machine(launch)}"
    for letter, error in (("A", launch.error_a), ("B", launch.error_b)):
        if error:
            what = f"launch {_point(launch.domain)}" if launch.domain else "a launch"
            yield f"  {what} {where}: only {letter} fails: {error}"
            return
    if launch.domain:
        points = f"{launch.moved} of {launch.points} points move"
        yield f"  launch {_point(launch.domain)} {where}: {points}"
    else:
        yield f"  {where}:"
    yield from (f"    {_move(move)}" for move in launch.first)
    if launch.moved > len(launch.first):
        yield "    ..."


def _move(move: Move) -> str:
    where = _point(move.point)
    if move.parent is not None:
        where = f"launched from [{move.parent[0]},{move.parent[1]}]"
    return f"{where} {move.a} → {move.b}"


def _point(point: Sequence[int]) -> str:
    return f"({', '.join(map(str, point))}{',' if len(point) == 1 else ''})"


def _machine(launch: LaunchChange) -> str:
    """Return a machine in words, such as `2 nodes with 4 of each kind`."""
    nodes = f"{launch.nodes} node{'' if launch.nodes == 1 else 's'}"
    counts = {kind: count for kind, count in launch.procs if count}
    if len(counts) > 2 and len(set(counts.values())) == 1:
        count = next(iter(counts.values()))
        missing = [kind.value for kind in ProcKind if kind not in counts]
        return f"{nodes} with {count} of each kind" + (
            f" but {', '.join(missing)}" if missing else ""
        )
    return f"{nodes} with {', '.join(f'{n} {kind.value}' for kind, n in counts.items())}"
