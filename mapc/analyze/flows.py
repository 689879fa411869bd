"""The flow of data: which requirement reads what which other one has written.

Flows stay within one parent task: what a task's own launches do with a region that it was given
counts as the task's doing, by the privilege of its requirement. An operation feeds later ones that
read a field of an area that may overlap, unless a write in between certainly replaces all of it; a
reduction replaces nothing, and reads nothing. A loop counts as running twice, so that what one
iteration leaves to the next is seen. Sides of one condition exclude each other.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from mapc.analyze.areas import Answer, Use, covers, overlap
from mapc.analyze.result import FlowFacts
from mapc.analyze.trace import Branch, LoopMark

MOST_LOOPS = 4
"""Loops in each other that are followed twice; those further in are followed once."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Access:
    """What a requirement does with some fields; `?` among them may be any.

    `replaces`: nothing is left of what was there. `sure`: the requirement is certainly there.
    """

    requirement: int
    use: Use
    fields: tuple[str, ...]
    reads: bool = False
    writes: bool = False
    replaces: bool = False
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """A launch (or another operation, by kind) that a task issues, with its number among them."""

    kind: str
    number: int
    accesses: tuple[Access, ...]
    loops: tuple[LoopMark, ...] = ()
    branches: tuple[Branch, ...] = ()
    group: int | None = None
    """Of a must-epoch launch, whose tasks run at once."""


Times = tuple[tuple[int, int], ...]
"""The loops around a step, each with its iteration."""
Marks = frozenset[tuple[int, Times, int, int]]
"""The sides of conditions that a step is on: number, when, side, of how many."""


@dataclass(frozen=True, slots=True, eq=False)
class _Done:
    """A step when it happens; those with the same `look` differ in nothing else."""

    step: Step
    times: Times
    marks: Marks
    look: tuple[object, ...]


def flows(steps: Sequence[Step]) -> list[FlowFacts]:
    """Return the flows between the steps of one task, which are in program order."""
    history: list[_Done] = []
    meetings = _Meetings()
    found: dict[FlowFacts, None] = {}
    for done in _unrolled(steps, 0, ()):
        for access in done.step.accesses:
            if access.reads:
                found.update(dict.fromkeys(_into(done, access, history, meetings)))
        history = _added(history, done)
    return _most_certain(found)


def _unrolled(steps: Iterable[Step], depth: int, times: Times) -> Iterator[_Done]:
    """Yield the steps with every loop that stands for all its iterations followed twice."""

    def loop_of(step: Step) -> int | None:
        return step.loops[depth].number if len(step.loops) > depth else None

    for number, group in groupby(steps, loop_of):
        body = list(group)
        if number is None:
            yield from (_Done(s, times, _marks(s, times), _look(s)) for s in body)
            continue
        for iteration, part in groupby(body, lambda step: step.loops[depth].iteration):
            inside = list(part)
            twice = (0, 1) if depth < MOST_LOOPS else (0,)
            for turn in twice if iteration is None else (iteration,):
                yield from _unrolled(inside, depth + 1, (*times, (number, turn)))


def _look(step: Step) -> tuple[object, ...]:
    """Return what there is to tell a step from others, beside the loops it is in."""
    uses = [(one.requirement, one.fields, one.use.area, one.use.over) for one in step.accesses]
    return (step.kind, step.number, *uses)


def _marks(step: Step, times: Times) -> Marks:
    return frozenset(
        (branch.number, times[: branch.loops], branch.side, branch.sides)
        for branch in step.branches
    )


class _Meetings:
    """Remembers which uses meet, and which cover others: the same pairs come again and again."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, bool], tuple[Answer, Answer]] = {}

    def of(self, written: Use, used: Use, together: bool) -> tuple[Answer, Answer]:
        """Return whether what is written meets what is used, and whether it covers it."""
        key = (id(written), id(used), together)
        if key not in self._known:
            self._known[key] = (
                overlap(written, used, together=together),
                covers(written, used, together=together),
            )
        return self._known[key]


def _into(
    reader: _Done, access: Access, history: Sequence[_Done], meetings: _Meetings
) -> Iterator[FlowFacts]:
    """Yield what flows into a requirement, going back through what was done before."""
    sources = {field: _Sources(unsure=field == "?" or not access.sure) for field in access.fields}
    for writer in reversed(history):
        together = reader.times == writer.times
        both = reader.marks | writer.marks
        if _exclude(both) or (together and _at_once(writer.step, reader.step)):
            continue
        wanted = [field for field in sources if not sources[field].hidden(both)]
        covered: dict[str, Answer] = {}
        for written in writer.step.accesses:
            if not (written.writes or written.replaces):
                continue
            shared = _shared_fields(written.fields, wanted)
            meet, cover = meetings.of(written.use, access.use, together) if shared else _NOT
            if meet is Answer.NO:
                continue
            for field in shared:
                known = field in written.fields and written.sure and not sources[field].unsure
                if written.writes:
                    certain = known and meet is Answer.YES
                    yield _flow(writer, written, reader, access, field=field, certain=certain)
                if written.replaces and written.sure and field in written.fields and field != "?":
                    covered[field] = max(covered.get(field, Answer.NO), cover)
        for field, cover in covered.items():
            sources[field].replaced_by(writer.marks, cover)
            if sources[field].ended:
                del sources[field]
        if not sources:
            return


_NOT = (Answer.NO, Answer.NO)


@dataclass(slots=True)
class _Sources:
    """How far the sources of a field have been followed back."""

    unsure: bool = False
    replaced: set[Marks] = dataclasses.field(default_factory=set)
    """Under which conditions all that was there earlier is gone."""

    def hidden(self, both: Marks) -> bool:
        """Whether what was there is gone if these conditions hold."""
        return any(marks <= both for marks in self.replaced)

    @property
    def ended(self) -> bool:
        """Whether what was there is gone in any case."""
        return frozenset() in self.replaced

    def replaced_by(self, marks: Marks, cover: Answer) -> None:
        """Note a write; where all sides of a condition replace all, it does not matter."""
        self.unsure = self.unsure or cover is Answer.PERHAPS
        if cover is not Answer.YES:
            return
        self.replaced.add(marks)
        for mark in marks:
            number, times, _, sides = mark
            rest = marks - {mark}
            if all(rest | {(number, times, n, sides)} in self.replaced for n in range(sides)):
                self.replaced_by(rest, cover)


def _shared_fields(written: Sequence[str], wanted: Sequence[str]) -> list[str]:
    if "?" in written:
        return list(wanted)
    return [field for field in wanted if field in written or field == "?"]


def _at_once(one: Step, other: Step) -> bool:
    """Whether two steps are tasks of one must-epoch launch."""
    return one.group is not None and one.group == other.group


def _flow(
    writer: _Done, written: Access, reader: _Done, access: Access, *, field: str, certain: bool
) -> FlowFacts:
    return FlowFacts(
        writer=writer.step.number,
        writer_requirement=written.requirement,
        writer_kind=writer.step.kind,
        reader=reader.step.number,
        reader_requirement=access.requirement,
        reader_kind=reader.step.kind,
        region=access.use.area.name,
        fields=(field,),
        loop_carried=_carried(writer.times, reader.times),
        certain=certain,
    )


def _carried(before: Times, after: Times) -> bool:
    """Whether a loop that both are in has gone on to another iteration in between."""
    return any(a[0] == b[0] and a[1] != b[1] for a, b in zip(before, after, strict=False))


def _exclude(marks: Marks) -> bool:
    """Whether these are different sides of one condition."""
    return len({(number, times) for number, times, *_ in marks}) < len(marks)


def _added(history: list[_Done], done: _Done) -> list[_Done]:
    """Return the history with a step more, without those that this makes superfluous.

    Of steps that look alike, one is enough for each loop that may carry what they write.
    """
    if done.marks:
        return [*history, done]
    kept, seen = [done], {len(done.times)}
    for one in reversed(history):
        if one.marks or one.look != done.look:
            kept.append(one)
            continue
        shared = _shared(one.times, done.times)
        if shared not in seen:
            kept.append(one)
            seen.add(shared)
    return kept[::-1]


def _shared(one: Times, other: Times) -> int:
    """Return in how many loops, from the outermost on, two steps are in the same iteration."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _most_certain(found: Iterable[FlowFacts]) -> list[FlowFacts]:
    """Return flows once each, certain where it is in any case, fields together."""
    certain: dict[tuple[object, ...], dict[str, bool]] = {}
    first: dict[tuple[object, ...], FlowFacts] = {}
    for flow in found:
        key = (
            *(flow.writer_kind, flow.writer, flow.writer_requirement),
            *(flow.reader_kind, flow.reader, flow.reader_requirement, flow.loop_carried),
        )
        first.setdefault(key, flow)
        fields = certain.setdefault(key, {})
        for field in flow.fields:
            fields[field] = fields.get(field, False) or flow.certain
    return [
        _with(flow, tuple(name for name, sure in certain[key].items() if sure is wanted), wanted)
        for key, flow in first.items()
        for wanted in (True, False)
        if wanted in certain[key].values()
    ]


def _with(flow: FlowFacts, fields: tuple[str, ...], certain: bool) -> FlowFacts:
    return replace(flow, fields=fields, certain=certain)
