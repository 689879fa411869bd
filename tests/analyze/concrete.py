"""Small programs over small regions that are really run, with what flows counted by point.

An own account of what `mapc.analyze.flows` says without running anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random

from mapc.analyze.areas import SOMEWHERE, Area, Use
from mapc.analyze.flows import Access, Step
from mapc.analyze.trace import Branch, LoopMark
from mapc.analyze.values import Place

HERE = Place("a.cc", 1)
Flow = tuple[int, int, int, int, str, bool]
"""Writer, its requirement, reader, its requirement, field, whether a loop carries it."""


@dataclass(eq=False)
class Part:
    """An area with its points: of a partition, those of each colour."""

    area: Area
    points: frozenset[int] = frozenset()
    colours: tuple[frozenset[int], ...] = ()
    choices: tuple[frozenset[int], ...] = ()
    """What it may be, if a loop decides."""


def region_tree(random: Random, size: int = 8) -> list[Part]:
    """Return a region with partitions and their parts; sometimes less is told than is true."""
    parts = [Part(Area(name="r"), frozenset(range(size)))]
    for region in parts:
        if region.area.partition or len(region.points) < 2 or len(parts) > 24:
            continue
        for _ in range(random.choice((0, 1, 1, 2))):
            parts.extend(_partition(region, random))
    return parts


def _partition(region: Part, random: Random) -> Iterator[Part]:
    points = sorted(region.points)
    cut = random.randrange(1, len(points))
    colours = [frozenset(points[:cut]), frozenset(points[cut:])]
    match random.randrange(3):
        case 0:
            disjoint, complete = True, True
        case 1:  # they overlap
            colours[0] |= {points[cut]}
            disjoint, complete = False, True
        case _:  # something is left out
            colours.append(frozenset({points[0]}))
            colours[0] = frozenset(points[:cut][1:]) or colours[2]
            disjoint, complete = colours[0] != colours[2], True
    told = random.random() < 0.8
    area = Area(
        name=f"p{next(_numbers)}",
        above=region.area,
        partition=True,
        disjoint=disjoint if told else None,
        complete=complete if told else None,
        colours=object(),
    )
    everything = frozenset().union(*colours)
    yield Part(area, everything, tuple(colours))
    for colour, held in enumerate(colours):
        if random.random() < 0.6:
            yield Part(Area(name=f"{area.name}[{colour}]", above=area, colour=colour), held)
    if random.random() < 0.3:
        yield Part(Area(name=f"{area.name}[?]", above=area), choices=tuple(colours))


_numbers = count()
_DOMAIN = object()


@dataclass
class Program:
    """Steps, each with the points that its requirements have when it is run."""

    parts: list[Part]
    random: Random
    steps: list[Step] = field(default_factory=list)
    sides: dict[int, int] = field(default_factory=dict)
    _parts: dict[int, Part] = field(default_factory=dict)
    _met: Iterator[int] = field(default_factory=lambda: count(1))

    def write(self, length: int) -> None:
        """Write a program of some length."""
        self._parts = {id(part.area): part for part in self.parts}
        self._block(length, (), ())

    def _block(
        self, length: int, loops: tuple[LoopMark, ...], branches: tuple[Branch, ...]
    ) -> None:
        for _ in range(length):
            kind, met = self.random.random(), next(self._met)
            if kind < 0.2 and len(loops) < 2:
                self._block(2, (*loops, LoopMark(HERE, None, met)), branches)
            elif kind < 0.4 and len(branches) < 2:
                for side in (0, 1):
                    mark = Branch(HERE, side, 2, met, len(loops))
                    self._block(self.random.choice((0, 1, 2)), loops, (*branches, mark))
            else:
                accesses = tuple(self._access(n) for n in range(self.random.choice((1, 1, 2))))
                number = len(self.steps)
                self.steps.append(
                    Step(
                        kind="launch",
                        number=number,
                        accesses=accesses,
                        loops=loops,
                        branches=branches,
                    )
                )

    def _access(self, number: int) -> Access:
        part = self.random.choice(self.parts)
        reads, writes, replaces = self.random.choice(
            ((True, False, False), (True, True, True), (False, True, True), (False, True, False))
        )
        over = None
        if part.area.partition:
            over = self.random.choice((part.area.colours,) * 4 + (SOMEWHERE, object(), _DOMAIN))
        return Access(
            requirement=number,
            use=Use(area=part.area, over=over),
            fields=self.random.choice((("f",), ("g",), ("f", "g"))),
            reads=reads,
            writes=writes,
            replaces=replaces,
        )

    def run(self) -> set[Flow]:
        """Run the program once, and return what flowed."""
        state: dict[tuple[int, str], set[tuple[int, int, tuple[tuple[int, int], ...]]]] = {}
        found: set[Flow] = set()
        sides: dict[object, int] = {}
        chosen: dict[object, frozenset[int]] = {}
        for step, times in list(self._order(self.steps, 0, ())):
            if any(
                sides.setdefault((b.number, times[: b.loops]), self.random.randrange(b.sides))
                != b.side
                for b in step.branches
            ):
                continue
            points = [self._points(access, times, chosen) for access in step.accesses]
            pairs = list(zip(step.accesses, points, strict=True))
            for access, held in pairs:
                for key in ((p, f) for p in held for f in access.fields if access.reads):
                    found.update(
                        (writer, requirement, step.number, access.requirement, key[1],
                         _carried(then, times))
                        for writer, requirement, then in state.get(key, ())
                    )  # fmt: skip
            for access, held in pairs:
                for key in ((p, f) for p in held for f in access.fields if access.replaces):
                    state[key] = set()
            for access, held in pairs:
                for key in ((p, f) for p in held for f in access.fields if access.writes):
                    state.setdefault(key, set()).add((step.number, access.requirement, times))
        return found

    def _points(
        self,
        access: Access,
        times: tuple[tuple[int, int], ...],
        chosen: dict[object, frozenset[int]],
    ) -> frozenset[int]:
        area = access.use.area
        part = self._parts[id(area)]
        if part.choices:
            key = (id(area), times)
            return chosen.setdefault(key, self.random.choice(part.choices))
        if area.partition and access.use.over is not area.colours:
            known = access.use.over is not SOMEWHERE
            key = (id(part), id(access.use.over)) if known else object()
            some = self.random.sample(part.colours, self.random.randint(1, len(part.colours)))
            return chosen.setdefault(key, frozenset().union(*some))
        return part.points

    def _order(
        self, steps: list[Step], depth: int, times: tuple[tuple[int, int], ...]
    ) -> Iterator[tuple[Step, tuple[tuple[int, int], ...]]]:
        """Yield the steps as they are run, every loop two or three times."""
        done: set[int] = set()
        for step in steps:
            if len(step.loops) <= depth:
                yield step, times
                continue
            number = step.loops[depth].number
            if number in done:
                continue
            done.add(number)
            body = [s for s in steps if len(s.loops) > depth and s.loops[depth].number == number]
            for turn in range(self.random.choice((2, 3))):
                yield from self._order(body, depth + 1, (*times, (number, turn)))


def _carried(then: tuple[tuple[int, int], ...], now: tuple[tuple[int, int], ...]) -> bool:
    return any(a[0] == b[0] and a[1] != b[1] for a, b in zip(then, now, strict=False))
