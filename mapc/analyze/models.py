"""What functions that are not the application's do: those of Legion and of the standard library.

A model is a Python function that is called instead. Models are found by the qualified name of the
C++ function, or of the class for constructors.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from mapc.analyze.ir import Node
from mapc.analyze.values import Cell, Choice, Obj, Place, Pointer, Unknown, Value, over

if TYPE_CHECKING:
    from mapc.analyze.interp import Interpreter
    from mapc.analyze.scope import Scope


@dataclass(slots=True, kw_only=True)
class Call:
    """One call of a function that has a model.

    `this` is the object (pointers followed) or `None`; `into` the object that a constructor fills.
    `args` are the values of the arguments that are written, in order; `bound` the same by the
    names that the C++ parameters have, without those left to their defaults; `names` are these
    names; `cells` what holds the arguments, for what changes them.
    """

    interp: "Interpreter"
    node: Node
    scope: "Scope"
    this: Value = None
    into: Obj | None = None
    args: list[Value] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    bound: dict[str, Value] = field(default_factory=dict)
    cells: list["Cell | None"] = field(default_factory=list)
    names: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """Where the call stands."""
        return Place(self.scope.file, self.node.line, self.node.column)

    def get(self, *names: str) -> Value:
        """Return the argument for the first of these parameter names that was given."""
        for name in names:
            if name in self.bound:
                return self.bound[name]
        return None

    def write(self, obj: Obj, name: str, value: Value) -> None:
        """Set a member of an object."""
        self.interp.state.write(obj.slot(name), value)

    def append(self, obj: Obj, name: str, value: Value) -> None:
        """Add an element to a list in a member of an object."""
        before = obj.slot(name, ()).value
        self.write(obj, name, (*(before if isinstance(before, tuple) else ()), value))


Model: TypeAlias = Callable[[Call], Value]
"""Returns the value of the call; for a constructor, `call.into`."""

MODELS: dict[str, Model] = {}
CONSTRUCTORS: dict[str, Model] = {}
CONTAINERS: set[str] = set()
"""Classes whose list of initial values is a list of elements."""
TRANSPARENT = {
    "std::function",
    *(f"Legion::{name}{t}" for t in ("", "T") for name in (
        *("IndexSpace", "IndexPartition", "LogicalRegion", "LogicalPartition"),
    )),
    *("Legion::FieldSpace", "Legion::Future", "Legion::FutureMap", "Legion::PhysicalRegion"),
}  # fmt: skip
"""Classes whose objects are what they are made from, only of another type."""
MEMBERS: dict[str, Callable[["Interpreter", Value, Node], Value]] = {}
"""Data members of classes that are not the application's, such as `Legion::Task::args`."""


def model(*names: str) -> Callable[[Model], Model]:
    """Register a model for functions, by qualified name."""

    def register(function: Model) -> Model:
        for name in names:
            MODELS[name] = function
        return function

    return register


def constructor(*names: str) -> Callable[[Model], Model]:
    """Register a model for all constructors of a class."""

    def register(function: Model) -> Model:
        for name in names:
            CONSTRUCTORS[name] = function
        return function

    return register


def pointed(value: Value) -> Value:
    """Return what a pointer points to; another value as it is."""
    if isinstance(value, Pointer):
        return value.to.value if isinstance(value.to, Cell) else value.to
    return over(value, pointed) if isinstance(value, Choice) else value


def unknown(what: str, call: Call) -> Unknown:
    """Return a value that is not known because of this call."""
    return Unknown(what, call.place)
