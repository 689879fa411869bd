"""What following the application brought to light, in program order."""

from dataclasses import dataclass, field

from mapc.analyze.values import Choice, Handle, Obj, Place, Value, choice, merged, same


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One registered variant of a task; `kinds` are Realm's numbers of processor kinds."""

    task: Value
    kinds: tuple[Value, ...]
    function: str
    types: dict[str, Value] = field(default_factory=dict)
    """Template arguments of the class that the function belongs to."""
    name: Value = None
    leaf: Value = 0
    inner: Value = 0
    idempotent: Value = 0
    replicable: Value = 0
    layouts: tuple[tuple[Value, Value], ...] = ()
    returns: str = "void"
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class LoopMark:
    """A loop that a launch is in; `iteration` is None if it stands for all iterations.

    `number` tells the times apart that a loop at one place is entered.
    """

    at: Place
    iteration: int | None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Branch:
    """A side of a condition that is not known, of how many; `loops`: how many loops are around it.

    `number` tells the times apart that a condition at one place is met.
    """

    at: Place
    side: int
    sides: int = 2
    number: int = 0
    loops: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Operation:
    """One operation that a task issues: `kind` is `index`, `single`, `must_epoch`, or another.

    `launcher` is a copy of the launcher as it was then.
    """

    kind: str
    task: str
    place: Place
    launcher: Obj
    loops: tuple[LoopMark, ...] = ()
    branches: tuple[Branch, ...] = ()
    group: int | None = None
    """Number of the must-epoch launch that it is part of."""
    part: int = 0
    """Which of those of a must-epoch launch it is."""
    calls: tuple[Place, ...] = ()
    """Where the functions were called that led here, outermost first."""


@dataclass(slots=True)
class Trace:
    """Everything the models recorded."""

    variants: list[Variant] = field(default_factory=list)
    task_names: dict[int, Value] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    top_level: list[Value] = field(default_factory=list)
    callbacks: list[Value] = field(default_factory=list)
    layouts: dict[int, Obj] = field(default_factory=dict)
    handles: list[Handle] = field(default_factory=list)
    nameless: list[tuple[str, Value, Place]] = field(default_factory=list)
    """What of attached names is not known, the value that is not, and where."""
    current: str = ""
    """The function whose operations are recorded: of a task, or before any."""
    known: dict[tuple[object, ...], Handle] = field(default_factory=dict)
    followed: set[int] = field(default_factory=set)
    """Tasks that need not be followed any more."""
    arguments: dict[tuple[int, str], Value] = field(default_factory=dict)
    """By task: what its launches pass, as far as it is known."""

    def pass_on(self, task: int, argument: Value, name: str = "args") -> None:
        """Note what a launch passes to a task: to all of it, or to one of its points."""
        before = self.arguments.get((task, name))
        if before is None or same(before, argument):
            after = argument
        elif isinstance(before, Obj) and isinstance(argument, Obj):
            after = joined(before, argument)
        else:
            after = choice((before, argument))
        self.arguments[(task, name)] = after


def joined(one: Obj, other: Obj) -> Obj:
    """Return an object whose members are those of one of two, where both have them."""
    result = Obj(one.cls, place=one.place)
    for name in {**one.slots, **other.slots}:
        values = [o.slots[name].value for o in (one, other) if name in o.slots]
        value = values[0]
        for more in values[1:]:
            both = isinstance(value, Obj) and isinstance(more, Obj)
            value = joined(value, more) if both else merged(value, more)  # type: ignore[arg-type]
        result.slot(name).value = value
    return result


__all__ = ["Branch", "Choice", "LoopMark", "Operation", "Trace", "Variant", "joined"]
