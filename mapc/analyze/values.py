"""What expressions evaluate to: as much of a value as is known before the program runs.

Numbers and strings are Python's. What cannot be known is `Unknown`, with the place where it came
from; what depends on a condition that is not known is a `Choice`. Objects and variables change, so
they are cells; `state.py` takes changes back when the other side of a branch is tried.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, TypeAlias, Union

if TYPE_CHECKING:
    from mapc.analyze.ir import Function, Node
    from mapc.analyze.scope import Scope


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a source."""

    file: str
    line: int
    column: int = 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that only a run knows. `what` is the expression it comes from, for people."""

    what: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, which one depends on a condition that is not known.

    `None` among them stands for "nothing": an element that only one side of a branch has added.
    Choices of the same origin depend on the same condition, and so go together.
    """

    options: tuple["Value", ...]
    origin: object = field(default=None, compare=False)


_clock = count(1)
_now = [0]


def tick() -> int:
    """Return the number of a new era: cells made from now on are younger than it."""
    _now[0] = next(_clock)
    return _now[0]


def era() -> int:
    """Return the number of the era."""
    return _now[0]


class Cell:
    """A place that holds a value: a variable, a member, an element; `born` is the era it is of."""

    __slots__ = ("born", "value")

    def __init__(self, value: "Value" = None, born: int | None = None) -> None:
        self.value = value
        self.born = _now[0] if born is None else born


@dataclass(slots=True, eq=False)
class Obj:
    """An object with identity. `cls` is its type; `slots` its members, made when first asked for.

    Containers keep their elements in slots called `[0]`, `[1]`, or by the keys of a map; what the
    models of Legion's classes know is in slots named like the members that Legion gives them.
    """

    cls: str
    slots: dict[str, Cell] = field(default_factory=dict)
    place: Place | None = None
    born: int = field(default_factory=era)
    full: str = ""  # with template arguments
    types: dict[str, dict[str, "Value"]] = field(default_factory=dict)  # by class, of its templates

    def slot(self, name: str, default: "Value" = None) -> Cell:
        """Return a member."""
        if name not in self.slots:
            # What is looked at late was there as long as the object.
            self.slots[name] = Cell(default, self.born)
        return self.slots[name]


@dataclass(slots=True, eq=False)
class Handle:
    """A name for something that Legion keeps: a region, a partition, an index or field space.

    Copies name the same thing. `kind` is `region`, `partition`, `space`, `colouring` (an index
    partition), `fields`, `future`, `futures`, `task` or `physical`; `made` says by which call, and
    `parts` what it was made from. Names attached later are in `name`.
    """

    kind: str
    made: str = ""
    place: Place | None = None
    parts: dict[str, "Value"] = field(default_factory=dict)
    name: Cell = field(default_factory=Cell)
    variable: str = ""
    """The variable that it was first put into: what it is called where it has no name."""


@dataclass(frozen=True, slots=True, eq=False)
class Pointer:
    """The address of a cell or of an object."""

    to: Union[Cell, "Value"]


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A lambda, with the variables around it; or a function of the application."""

    node: "Node | None" = None
    scope: "Scope | None" = None
    function: "Function | None" = None
    name: str = ""
    types: dict[str, "Value"] = field(default_factory=dict)
    """Template arguments of the class that the function belongs to."""


@dataclass(frozen=True, slots=True)
class TypeValue:
    """A type, as a template argument."""

    name: str


Value: TypeAlias = (
    int | float | str | tuple["Value", ...] | Unknown | Choice | Obj | Handle | Pointer
    | Closure | TypeValue | None
)  # fmt: skip

NOTHING = None

MOST_NUMBERS = 8
MOST_OPTIONS = 64
"""What a choice may be between."""


def options(value: Value) -> Iterator[Value]:
    """Yield what a value may be; a value that is no choice is the only one."""
    if isinstance(value, Choice):
        for option in value.options:
            yield from options(option)
    else:
        yield value


def choice(values: "tuple[Value, ...] | list[Value]", origin: object = None) -> Value:
    """Return one of several values; of equal ones, that one.

    Many numbers are as good as an unknown one, and two unknown values as one.
    """
    kept: list[Value] = []
    unknown: Unknown | None = None
    for value in values:
        for option in options(value):
            if isinstance(option, Unknown):
                unknown = unknown or option
            elif not any(same(option, other) for other in kept):
                kept.append(option)
    numbers = [value for value in kept if isinstance(value, int | float)]
    if len(numbers) > MOST_NUMBERS:
        kept = [value for value in kept if not isinstance(value, int | float)]
        unknown = unknown or Unknown("one of many numbers")
    kept = [*kept[:MOST_OPTIONS], *((unknown,) if unknown is not None else ())]
    if len(kept) == 1:
        return kept[0]
    # With as many options as sides, the first belongs to the first side, and so on.
    return Choice(tuple(kept), origin if len(kept) == len(values) else None)


def same(one: Value, other: Value) -> bool:
    """Whether two values are certainly the same."""
    if isinstance(one, Obj | Handle | Closure):
        return one is other
    if isinstance(one, Pointer):
        return isinstance(other, Pointer) and one.to is other.to
    if isinstance(one, tuple):
        return isinstance(other, tuple) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def merged(one: Value, other: Value, origin: object = None) -> Value:
    """Return what a cell holds after a branch: lists are merged element by element.

    Of lists of different length, the surplus elements are there or not.
    """
    if same(one, other):
        return one
    if isinstance(one, tuple) and isinstance(other, tuple):
        longest = max(len(one), len(other))
        pairs = zip(padded(one, longest), padded(other, longest), strict=True)
        return tuple(choice((a, b)) for a, b in pairs)
    return choice((one, other), origin)


def padded(values: tuple[Value, ...], length: int) -> tuple[Value, ...]:
    """Return a tuple with `NOTHING` behind it up to a length."""
    return values + (NOTHING,) * (length - len(values))


def over(value: Value, function: Callable[[Value], Value]) -> Value:
    """Return what a function makes of a value, of each of several."""
    if isinstance(value, Choice):
        return choice([over(option, function) for option in value.options], value.origin)
    return function(value)


def copied(value: Value, seen: dict[int, Obj] | None = None) -> Value:
    """Return a copy by value, as C++ makes one: objects are copied, what they point to is not."""
    if isinstance(value, Obj):
        seen = {} if seen is None else seen
        if id(value) not in seen:
            fresh = seen[id(value)] = Obj(
                value.cls, place=value.place, full=value.full, types=value.types
            )
            for name, cell in value.slots.items():
                fresh.slots[name] = Cell(copied(cell.value, seen))
        return seen[id(value)]
    if isinstance(value, tuple):
        return tuple(copied(item, seen) for item in value)
    if isinstance(value, Choice):
        return Choice(tuple(copied(option, seen) for option in value.options), value.origin)
    return value


def elements(values: Value) -> tuple[Value, ...] | None:
    """Return the elements of a container that may be there; `None` of what is no container."""
    if isinstance(values, tuple):
        return values
    if not isinstance(values, Obj):
        return None
    held = [cell.value for name, cell in values.slots.items() if name.startswith("[")]
    return tuple(value for value in held if value is not NOTHING)


def is_known(value: Value) -> bool:
    """Whether a value is a number or a string."""
    return isinstance(value, int | float | str)


def truth(value: Value) -> bool | None:
    """Return whether a condition holds; `None` where that is not known."""
    if isinstance(value, int | float):
        return bool(value)
    if isinstance(value, Pointer | Obj | Handle | Closure | str):
        return True
    if isinstance(value, Choice):
        answers = {truth(option) for option in value.options}
        return answers.pop() if len(answers) == 1 else None
    return None


def christen(value: Value, name: str) -> None:
    """Note the variable that holds something of Legion's that has no name of its own."""
    if isinstance(value, Handle) and not value.variable and value.made != "argument":
        value.variable = name
