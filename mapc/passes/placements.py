"""Compare placement functions by what they place, not by their names or texts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import prod

from mapc.graph.difference import (
    Basis,
    LaunchChange,
    Move,
    PlacementChange,
    Placer,
    Spot,
)
from mapc.graph.machine import Machine
from mapc.graph.taskgraph import TaskGraph
from mapc.passes.launch_samples import launches_to_try, single_launches
from mapc.policy.evaluate import Placement
from mapc.policy.faults import EvaluationError
from mapc.policy.kinds import ProcKind
from mapc.policy.model import PlaceRule, Policy
from mapc.policy.shape import Shape, TaskContext
from mapc.policy.table import Point

_MOST_STEPS = 3 * 10**7
"""Steps of the evaluation after which no further launch is tried."""
_MOST_LAUNCHES = 3
_MOST_MOVES = 4


@dataclass(slots=True)
class Placements:
    """One policy on every machine that it was asked about."""

    policy: Policy
    made: dict[int, Placement | str] = field(default_factory=dict)
    steps: int = 0

    def spots(self, function: str, task: str, domain: Point, shape: Shape) -> "list[Spot] | str":
        """Return where the points of an index launch go, or why that cannot be said."""
        placement = self._on(shape)
        if isinstance(placement, str):
            return placement
        try:
            table = placement.table(function, task, domain)
        except EvaluationError as error:
            return _said(error)
        finally:
            self.steps += placement.machine.steps * prod(domain)
        known: dict[int, Spot] = {}
        spots = []
        turns: dict[int, int] = {}
        for code in table.codes:
            chosen = code
            if code < 0:  # a set is dealt out over the points that have it
                turn = turns[code] = turns.get(code, -1) + 1
                members = table.members(code)
                chosen = members[turn % len(members)]
            if chosen not in known:
                kind, node, proc = table.place(chosen)
                known[chosen] = Spot(kind=kind, processors=((node, proc),))
            spots.append(known[chosen])
        return spots

    def spot(self, function: str, task: TaskContext, shape: Shape) -> Spot | str:
        """Return where a task goes that is launched individually, or why that cannot be said."""
        placement = self._on(shape)
        if isinstance(placement, str):
            return placement
        try:
            found = placement.single(function, task)
        except EvaluationError as error:
            return _said(error)
        finally:
            self.steps += placement.machine.steps
        return Spot(kind=found.kind, processors=found.processors)

    def _on(self, shape: Shape) -> Placement | str:
        if id(shape) not in self.made:
            try:
                self.made[id(shape)] = Placement(self.policy, shape)
            except EvaluationError as error:
                self.made[id(shape)] = _said(error)
        return self.made[id(shape)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two policies, for an application and a machine as far as they are known."""

    a: Placements
    b: Placements
    graph: TaskGraph
    machine: Machine | None

    def compare(
        self, task: str, kinds: tuple[ProcKind, ...], a: PlaceRule, b: PlaceRule, *, single: bool
    ) -> PlacementChange:
        """Return how two functions place a task that is launched in one of the two ways."""
        if single:
            known, launches = False, self._single(task, kinds[0], a.function, b.function)
        else:
            known, launches = self._index(task, a.function, b.function)
        tried = failed = differing = 0
        first = []
        for launch in launches:
            if launch is None:
                failed += 1
                continue
            tried += 1
            if launch.moved or launch.error_a or launch.error_b:
                differing += 1
                first.append(launch)
        return PlacementChange(
            task=task,
            single=single,
            kinds=kinds,
            basis=Basis.KNOWN if known else Basis.SAMPLE,
            a=placer(a),
            b=placer(b),
            tried=tried,
            failed=failed,
            differing=differing,
            # A point that moves tells more than a launch that fails.
            launches=tuple(sorted(first, key=lambda launch: not launch.moved)[:_MOST_LAUNCHES]),
        )

    def _index(self, task: str, a: str, b: str) -> tuple[bool, Iterator[LaunchChange | None]]:
        todo = launches_to_try(self.graph, self.machine, task)

        def launches() -> Iterator[LaunchChange | None]:
            before = self.a.steps + self.b.steps
            for shape in todo.shapes:
                for domain in todo.domains:
                    if not todo.known and self.a.steps + self.b.steps - before > _MOST_STEPS:
                        return
                    placed_a = self.a.spots(a, task, domain, shape)
                    placed_b = self.b.spots(b, task, domain, shape)
                    yield _launch(domain, shape, placed_a, placed_b)

        return todo.known, launches()

    def _single(self, task: str, kind: ProcKind, a: str, b: str) -> Iterator[LaunchChange | None]:
        for shape in launches_to_try(self.graph, self.machine, task).shapes:
            for context in single_launches(task, kind, shape):
                placed_a = self.a.spot(a, context, shape)
                placed_b = self.b.spot(b, context, shape)
                yield _launch(
                    (),
                    shape,
                    placed_a if isinstance(placed_a, str) else [placed_a],
                    placed_b if isinstance(placed_b, str) else [placed_b],
                    parent=context.parent,
                )


def placer(rule: PlaceRule | None) -> Placer | None:
    """Return the function that a statement names, with the statement's line."""
    return None if rule is None else Placer(function=rule.function, line=rule.span.line)


def _launch(
    domain: Point,
    shape: Shape,
    a: "list[Spot] | str",
    b: "list[Spot] | str",
    parent: TaskContext | None = None,
) -> LaunchChange | None:
    """Return what differs in a launch, None if neither function can place it."""
    if isinstance(a, str) and isinstance(b, str):
        return None
    moves: list[Move] = []
    moved = 0
    if not isinstance(a, str) and not isinstance(b, str) and a != b:
        for number, (left, right) in enumerate(zip(a, b, strict=True)):
            if left == right:
                continue
            moved += 1
            if len(moves) < _MOST_MOVES:
                place = None if parent is None else parent.processor
                moves.append(Move(a=left, b=right, point=_point(number, domain), parent=place))
    return LaunchChange(
        domain=domain,
        nodes=shape.nodes,
        procs=tuple(shape.procs.items()),
        points=prod(domain),
        moved=moved,
        first=tuple(moves),
        error_a=a if isinstance(a, str) else "",
        error_b=b if isinstance(b, str) else "",
    )


def _point(number: int, domain: Iterable[int]) -> Point:
    """Return the point of a domain that has a number in row-major order."""
    point = []
    for extent in reversed(tuple(domain)):
        number, coordinate = divmod(number, extent)
        point.append(coordinate)
    return tuple(reversed(point))


def _said(error: EvaluationError) -> str:
    return f"{error.diagnostic.code.id}: {error.diagnostic.message}"
