"""Where every point of a launch goes, one integer a point: small enough for millions of points."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias

from mapc.policy.kinds import ProcKind
from mapc.policy.shape import Processor, ProcSet, Shape

Point: TypeAlias = tuple[int, ...]

_KINDS = tuple(ProcKind)

MOST_KNOWN = 2**16
"""Sets whose codes are kept while points are added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedDomain:
    """Where an index-launch function sends every point of a domain, before dealing.

    `points` are in row-major order; `sets` has the processor set of each.
    """

    function: str
    task: str
    domain: Point
    points: tuple[Point, ...]
    sets: tuple[ProcSet, ...]

    def dealt(self) -> tuple[Processor, ...]:
        """Return one processor for every point."""
        return deal(self.sets)


def deal(sets: tuple[ProcSet, ...]) -> tuple[Processor, ...]:
    """Return one processor for every point: equal sets are dealt out round robin."""
    used: dict[ProcSet, int] = {}
    result = []
    for chosen in sets:
        turn = used.get(chosen, 0)
        used[chosen] = turn + 1
        result.append(chosen.processors[turn % len(chosen.processors)])
    return tuple(result)


@dataclass(slots=True, kw_only=True)
class PlacementTable:
    """The processor set of every point of a domain, in row-major order, before dealing.

    A code of 0 or more is a set of one processor; `~code` counts in `sets`, the others, each the
    codes of its processors in the bytes of an `array("q")`.
    """

    function: str
    task: str
    domain: Point
    shape: Shape
    codes: "array[int]" = field(default_factory=lambda: array("q"))
    sets: list[bytes] = field(default_factory=list)
    procs: int = field(init=False)
    """The largest number of processors of one kind on a node, at least 1."""
    _numbers: dict[bytes, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.procs = max([1, *self.shape.procs.values()])

    # --- codes ---

    def processor_code(self, kind: ProcKind, node: int, proc: int) -> int:
        """Return the code of one processor; plain arithmetic, so that arrays work, too."""
        return (_KINDS.index(kind) * self.shape.nodes + node) * self.procs + proc

    def packed_code(self, packed: bytes) -> int:
        """Return the code of a set of several processors."""
        number = self._numbers.get(packed)
        if number is None:
            number = self._numbers[packed] = ~len(self.sets)
            self.sets.append(packed)
        return number

    def code(self, chosen: ProcSet) -> int:
        """Return the code of a processor set."""
        codes = [self.processor_code(chosen.kind, n, p) for n, p in chosen.processors]
        return codes[0] if len(codes) == 1 else self.packed_code(array("q", codes).tobytes())

    def members(self, code: int) -> Sequence[int]:
        """Return the codes of the processors of a set."""
        return (code,) if code >= 0 else array("q", self.sets[~code])

    def place(self, code: int) -> tuple[ProcKind, int, int]:
        """Return kind, node and number of the processor that a code of 0 or more stands for."""
        rest, proc = divmod(code, self.procs)
        kind, node = divmod(rest, self.shape.nodes)
        return _KINDS[kind], node, proc

    def set_of(self, code: int) -> ProcSet:
        """Return the processor set of a code."""
        places = [self.place(member) for member in self.members(code)]
        return ProcSet(places[0][0], tuple([(node, proc) for _, node, proc in places]))

    # --- all points ---

    def add(self, sets: Iterable[ProcSet]) -> None:
        """Add the sets of the next points."""
        # Views give the same object again and again, which is faster to look up than its value.
        known: dict[int, tuple[ProcSet, int]] = {}
        for chosen in sets:
            found = known.get(id(chosen))
            if found is None:
                if len(known) >= MOST_KNOWN:
                    known.clear()
                found = known[id(chosen)] = chosen, self.code(chosen)
            self.codes.append(found[1])

    def processors(self) -> int:
        """Return the number of processors of all points together."""
        total = len(self.codes)
        if self.sets:
            further = [len(packed) // 8 - 1 for packed in reversed(self.sets)]
            total += sum([further[code] for code in self.codes if code < 0])
        return total

    def expand(self) -> PlacedDomain:
        """Return the points and their sets as objects."""
        known = {code: self.set_of(code) for code in set(self.codes)}
        return PlacedDomain(
            function=self.function,
            task=self.task,
            domain=self.domain,
            points=tuple(product(*map(range, self.domain))),
            sets=tuple([known[code] for code in self.codes]),
        )
