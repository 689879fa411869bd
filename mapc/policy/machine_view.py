"""Views of a machine: every transformation maps indices back to the root, and forward from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import TypeAlias

from mapc.policy import splits, view_checks
from mapc.policy.faults import Fault
from mapc.policy.kinds import ProcKind
from mapc.policy.shape import Processor, ProcSet, Shape
from mapc.text.codes import (
    INDEX_COUNT,
    MACHINE_INDEX,
    OUTSIDE_MACHINE,
    PROCESSOR_KINDS,
    STAR_OF_NOTHING,
)

Ints: TypeAlias = tuple[int, ...]
Step: TypeAlias = Callable[[Ints], Ints]
Index: TypeAlias = tuple[int | None, ...]
"""Indices of a machine; None is a star."""


Spend: TypeAlias = Callable[[int], None]
"""Counts steps; raises an error above the limit."""

_AT_ONCE = 32
"""Elements of a tuple that are copied in the time of a step."""
_PROCESSOR = 5
"""Steps that finding one processor of the root takes, in time and memory."""
_VIEW = 20
_ROOM = 2 * 10**6


@dataclass(slots=True)
class Room:
    """The memory left for what is kept with the views of one root, in elements."""

    left: int = _ROOM

    def take(self, elements: int) -> bool:
        """Take some of it; return False where there is not enough."""
        if elements > self.left:
            return False
        self.left -= elements
        return True


def _free(_work: int) -> None:
    """Count nothing."""


def _same(index: Ints) -> Ints:
    return index


@dataclass(eq=False, slots=True)
class View:
    """An n-dimensional view of the processors of one kind.

    Views are immutable, so that what is derived from one is kept with it: a placement function
    asks for the same view and the same element at every point.
    """

    kind: ProcKind
    extents: Ints
    base: "View | None" = None
    back: Step = _same
    forward: Step = _same
    links: int = 0
    """Transformations between the root and this view."""
    room: Room = field(default_factory=Room)
    _views: "dict[tuple[object, ...], View]" = field(default_factory=dict)
    _sets: dict[Index, ProcSet] = field(default_factory=dict)

    @classmethod
    def root(cls, kind: ProcKind, shape: Shape) -> "View":
        """Return `Machine(kind)`."""
        return cls(kind, (shape.nodes, shape.procs.get(kind, 0)))

    def __str__(self) -> str:
        return f"Machine({self.kind.value}) {'x'.join(map(str, self.extents))}"

    # --- elements ---

    @property
    def work(self) -> int:
        """What it takes to follow one index to or from the root."""
        return self.links * (1 + len(self.extents) // _AT_ONCE)

    def at(self, index: Index, spend: Spend = _free) -> ProcSet:
        """Return the processor set at an index; it costs something only when it is made."""
        found = self._sets.get(index)
        if found is None:
            found = self._find(index, spend)
            if self.room.take(len(index) + len(found.processors)):
                self._sets[index] = found
        return found

    def _find(self, index: Index, spend: Spend) -> ProcSet:
        if len(index) != len(self.extents):
            raise Fault(
                INDEX_COUNT,
                f"{len(index)} {_plural(len(index), 'index', 'indices')} for a machine of "
                f"{len(self.extents)} {_plural(len(self.extents), 'dimension', 'dimensions')}",
                help=view_checks.rank_advice(len(self.extents)),
            )
        choices: list[tuple[int, ...] | range] = []
        for dim, (i, extent) in enumerate(zip(index, self.extents, strict=True)):
            if i is None:
                if extent == 0:
                    raise Fault(
                        STAR_OF_NOTHING,
                        f"`*` over dimension {dim} of extent 0",
                        dim,
                        help=view_checks.NO_PROCESSORS,
                    )
                choices.append(range(extent))
                continue
            if not 0 <= i < extent:
                raise Fault(
                    MACHINE_INDEX,
                    f"machine index {i} is out of range for dimension {dim} of extent {extent}",
                    dim,
                    "indices run from 0: use one that is never negative"
                    if i < 0
                    else f"end the index with `% m.size[{dim}]`, where `m` is this machine",
                )
            choices.append((i,))
        spend(prod(map(len, choices)) * (_PROCESSOR + self.work))
        return ProcSet(self.kind, tuple(self.locate(p) for p in product(*choices)))

    def locate(self, index: Ints) -> Processor:
        """Return the processor at a valid index."""
        view: View | None = self
        while view is not None:
            index = view.back(index)
            view = view.base
        node, proc = index
        return node, proc

    def index_of(self, processor: Processor, kind: ProcKind | None) -> Ints:
        """Return the index of a processor; kinds are compared unless `kind` is None."""
        if kind is not None and kind is not self.kind:
            raise Fault(
                PROCESSOR_KINDS,
                f"the task runs on a {kind.value}, the machine has {self.kind.value}s",
                0,
                help="test the kind with another machine, or use `Machine` of the task's kind",
            )
        index: Ints = processor
        for view in reversed(tuple(self._chain())):
            index = view.forward(index)
            if any(not 0 <= i < extent for i, extent in zip(index, view.extents, strict=True)):
                node, proc = processor
                raise Fault(
                    OUTSIDE_MACHINE,
                    f"processor {self.kind.value}[{node},{proc}] lies outside the machine",
                    0,
                    help="give the machine as it is before `slice`",
                )
        return index

    def _chain(self) -> "Iterator[View]":
        view: View | None = self
        while view is not None:
            yield view
            view = view.base

    # --- transformations ---

    def transform(
        self, method: str, arguments: tuple[int | Ints, ...], spend: Spend = _free
    ) -> "View":
        """Return the view that a method makes; it costs something only when it is made."""
        key = (method, arguments)
        found = self._views.get(key)
        if found is None:
            view_checks.check(method, self.extents, arguments)
            spend(self._split_work(method, arguments))
            found = _METHODS[method](self, *arguments)
            spend(len(found.extents))
            if self.room.take(_VIEW + len(found.extents)):
                self._views[key] = found
        return found

    def _split_work(self, method: str, arguments: tuple[int | Ints, ...]) -> int:
        """Return the steps that the search for factors takes."""
        match method, arguments:
            case "balance_split", (int(d), int(count)):
                return splits.balance_work(self.extents[d], count)
            case "greedy_split", (int(d), tuple(space)):
                return splits.greedy_work(self.extents[d], len(space))
            case "auto_split" | "decompose", (int(d), tuple(space)):
                return splits.auto_work(self.extents[d], len(space))
        return 0

    def _derive(self, extents: Ints, back: Step, forward: Step) -> "View":
        return View(self.kind, extents, self, back, forward, self.links + 1, self.room)

    def _factored(self, d: int, factors: Ints) -> "View":
        """Return the view with dimension `d` split into factors, the first varying fastest."""
        count = len(factors)

        def back(p: Ints) -> Ints:
            whole, scale = 0, 1
            for i, factor in zip(p[d : d + count], factors, strict=True):
                whole += i * scale
                scale *= factor
            return (*p[:d], whole, *p[d + count :])

        def forward(q: Ints) -> Ints:
            parts, rest = [], q[d]
            for factor in factors[:-1]:
                parts.append(rest % factor)
                rest //= factor
            return (*q[:d], *parts, rest, *q[d + 1 :])

        return self._derive((*self.extents[:d], *factors, *self.extents[d + 1 :]), back, forward)

    def split(self, d: int, factor: int) -> "View":
        """Split dimension `d` in two, the first of extent `factor`."""
        return self._factored(d, (factor, self.extents[d] // factor))

    def balance_split(self, d: int, count: int) -> "View":
        """Split dimension `d` into `count` factors that differ little."""
        return self._factored(d, splits.balance(self.extents[d], count))

    def auto_split(self, d: int, space: Ints) -> "View":
        """Split dimension `d` for blocks of least surface."""
        return self._factored(d, splits.auto(self.extents[d], space))

    def greedy_split(self, d: int, space: Ints) -> "View":
        """Split dimension `d` by splitting the longest block first."""
        return self._factored(d, splits.greedy(self.extents[d], space))

    def merge(self, a: int, b: int) -> "View":
        """Merge dimension `b` into `a`; `b` varies fastest."""
        inner = self.extents[b]
        place = a if a < b else a - 1

        def back(p: Ints) -> Ints:
            rest = list(p)
            outer, last = divmod(p[place], inner)
            rest[place] = outer
            rest.insert(b, last)
            return tuple(rest)

        def forward(q: Ints) -> Ints:
            rest = list(q)
            last = rest.pop(b)
            rest[place] = q[a] * inner + last
            return tuple(rest)

        extents = list(self.extents)
        extents[a] *= extents[b]
        del extents[b]
        return self._derive(tuple(extents), back, forward)

    def swap(self, a: int, b: int) -> "View":
        """Exchange two dimensions."""

        def exchange(p: Ints) -> Ints:
            rest = list(p)
            rest[a], rest[b] = rest[b], rest[a]
            return tuple(rest)

        return self._derive(exchange(self.extents), exchange, exchange)

    def slice(self, d: int, low: int, high: int) -> "View":
        """Keep the indices `low` to `high`, both included, of dimension `d`."""
        extents = (*self.extents[:d], high - low + 1, *self.extents[d + 1 :])
        return self._derive(
            extents,
            lambda p: (*p[:d], p[d] + low, *p[d + 1 :]),
            lambda q: (*q[:d], q[d] - low, *q[d + 1 :]),
        )

    def reverse(self, d: int) -> "View":
        """Count dimension `d` from its end."""
        last = self.extents[d] - 1

        def mirror(p: Ints) -> Ints:
            return (*p[:d], last - p[d], *p[d + 1 :])

        return self._derive(self.extents, mirror, mirror)

    @property
    def volume(self) -> int:
        """The number of processors."""
        return prod(self.extents)


_METHODS: dict[str, Callable[..., View]] = {
    "split": View.split,
    "merge": View.merge,
    "swap": View.swap,
    "slice": View.slice,
    "reverse": View.reverse,
    "balance_split": View.balance_split,
    "auto_split": View.auto_split,
    "decompose": View.auto_split,
    "greedy_split": View.greedy_split,
}


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many
