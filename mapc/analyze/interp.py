"""Interprets the application without running it, as far as its values are known.

Both sides of a condition that is not known are followed, a loop whose count is not known once.
What matters happens in the models: they see every call of Legion, in program order, with what is
known of its arguments.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from mapc.analyze.construction import initialise
from mapc.analyze.ir import Function, Node, Param, Variable
from mapc.analyze.legion_signatures import signature
from mapc.analyze.models import CONSTRUCTORS, MODELS, Call, Model, pointed
from mapc.analyze.program import Program, bare
from mapc.analyze.scope import Scope
from mapc.analyze.state import Changes, Region, State, either
from mapc.analyze.templates import Types, bind, class_types, deduced, substituted
from mapc.analyze.trace import Branch
from mapc.analyze.values import (
    Cell,
    Choice,
    Closure,
    Obj,
    Place,
    Pointer,
    Unknown,
    Value,
    copied,
    era,
    options,
)

MOST_STEPS = 3_000_000
MOST_DEPTH = 60
_RECURSION = 2  # how often a function may be on the stack


class ExhaustedError(Exception):
    """The program is too long to be followed to its end."""


@dataclass(slots=True)
class Frame:
    """One call: what it may return, and where it leads out of."""

    function: str
    region: Region
    era: int = 0
    at: Place | None = None
    results: list[Value] = field(default_factory=list)


@dataclass(slots=True)
class Loop:
    """A loop that is being followed; `iteration` is None if it stands for all of them.

    A `switch` is here, too, because `break` leaves it; it is no `real` loop.
    """

    at: Place
    region: Region
    turn: Region
    """Of one iteration; `continue` leads out of it."""
    iteration: int | None = None
    real: bool = True
    number: int = 0


class Interpreter:
    """Follows functions of a program. `on_call` hooks, such as launches, are models."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.state = State()
        self.frames: list[Frame] = []
        self.loops: list[Loop] = []
        self.branches: list[Branch] = []
        self.site: Place | None = None  # of the call that is being followed
        self.met = count()  # numbers loops and conditions each time that they are met
        self.visited: set[str] = set()  # functions that were followed
        self.context: dict[str, object] = {}  # for models: what is being recorded
        self._globals: dict[str, Cell] = {}
        self._steps = 0

    # Entry points -----------------------------------------------------------------------------

    def run(
        self, function: Function, arguments: Sequence[Value] = (), types: Types | None = None
    ) -> Value:
        """Follow a function from its beginning to its end."""
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, 20_000))
        try:
            return self.invoke(function, [Cell(value) for value in arguments], types=types)
        finally:
            sys.setrecursionlimit(limit)

    def step(self) -> None:
        """Count one expression or statement."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise ExhaustedError

    # Values -----------------------------------------------------------------------------------

    def evaluate(self, node: Node, scope: Scope) -> Value:
        """Return the value of an expression."""
        from mapc.analyze.expressions import EXPRESSIONS

        self.step()
        handler = EXPRESSIONS.get(node.kind)
        if handler is None:
            for kid in node.kids:
                self.evaluate(kid, scope)
            return Unknown(node.name or node.kind, self.place(node, scope))
        return handler(self, node, scope)

    def execute(self, node: Node, scope: Scope) -> str | None:
        """Follow a statement; return None if it goes on behind it, else how it was left."""
        from mapc.analyze.statements import STATEMENTS

        self.step()
        handler = STATEMENTS.get(node.kind)
        if handler is not None:
            return handler(self, node, scope)
        if node.kind == "unknown":
            # Whatever it is, what is inside of it may be statements.
            flows = [self.execute(kid, scope) for kid in node.kids]
            return flows[-1] if flows else None
        self.evaluate(node, scope)
        return None

    @staticmethod
    def place(node: Node, scope: Scope) -> Place:
        """Return where a node stands."""
        return Place(scope.file, node.line, node.column)

    def variable(self, ref: str, scope: Scope, within: str = "") -> Cell | None:
        """Return a variable: of the call, or a global one, which is initialised when first used.

        `within` is the class that a static member is asked of: each instance of a template has its
        own.
        """
        found = scope.find(ref)
        if found is not None:
            return found
        declared = self.program.variables.get(ref)
        if declared is None:
            return None
        types: Types = {}
        owner = self.program.class_named(declared.qualified.rpartition("::")[0])
        if owner is not None and owner.template:
            types = class_types(self.program, substituted(within, scope)) or scope.all_types()
        key = "|".join([ref, *(f"{k}={v}" for k, v in sorted(types.items()) if k[:5] != "type-")])
        if key not in self._globals:
            cell = self._globals[key] = Cell(Unknown(declared.name))
            cell.value = self.initial(declared, types)
        return self._globals[key]

    def global_cell(self, ref: str) -> Cell | None:
        """Return a variable outside of functions, if it was ever looked at."""
        return self._globals.get(ref)

    def initial(self, variable: Variable, types: Types | None = None) -> Value:
        """Return what a variable outside of functions, or a member, is initialised with."""
        outside = Scope(
            file=variable.file, owner=variable.qualified.rpartition("::")[0], types=types or {}
        )
        if variable.init is None:
            return self.fresh(substituted(variable.type, outside), variable.name)
        return copied(self.evaluate(variable.init, outside))

    def fresh(self, type_name: str, what: str = "") -> Value:
        """Return a value of a type of which nothing is known; objects have their members."""
        name = bare(type_name)
        if self.program.class_named(name) is not None or name in CONSTRUCTORS:
            return self.construct(type_name, [], Node("construct"), Scope())
        if type_name.endswith("]"):
            return Obj("array")
        return Unknown(what or type_name)

    # Calls ------------------------------------------------------------------------------------

    def invoke(
        self,
        function: Function,
        arguments: Sequence[Cell | None],
        *,
        this: Value = None,
        types: Types | None = None,
    ) -> Value:
        """Follow a call of a function of the application; `None` arguments take their default."""
        site = self.site
        running = sum(frame.function == function.ref for frame in self.frames)
        if len(self.frames) >= MOST_DEPTH or running >= _RECURSION:
            return Unknown(f"{function.name}(...)")
        this = pointed(this)
        known = {**(this.types.get(bare(function.owner), {}) if isinstance(this, Obj) else {})}
        known.update(types or {})
        known.update(deduced(function, arguments, known))
        scope = Scope(file=function.file, this=this, types=known, owner=function.owner)
        self._pass(function.params, arguments, scope)
        self.site = site
        self.visited.add(function.ref)
        with self.frame(function.ref) as frame:
            initialise(self, function, scope)
            frame.region.ends = self.execute(function.body, scope) is None
        return either(frame.results)

    def call_closure(self, closure: Closure, arguments: Sequence[Cell]) -> Value:
        """Follow a call of a lambda, or of a function through a pointer."""
        if closure.function is not None:
            return self.invoke(closure.function, arguments, types=closure.types)
        node, around, site = closure.node, closure.scope, self.site
        if node is None or around is None or len(self.frames) >= MOST_DEPTH:
            return Unknown(closure.name)
        scope = Scope(file=around.file, around=around, owner=around.owner)
        self._pass(node.params, arguments, scope)
        name = f"lambda {around.file}:{node.line}:{node.column}"
        if sum(frame.function == name for frame in self.frames) >= _RECURSION:
            return Unknown(name)
        self.site = site
        with self.frame(name) as frame:
            frame.region.ends = not node.kids or self.execute(node.kids[0], scope) is None
        return either(frame.results)

    def _pass(
        self, params: Sequence[Param], arguments: Sequence[Cell | None], scope: Scope
    ) -> None:
        """Let the parameters of a call hold its arguments; a pack holds all that are left."""
        for number, param in enumerate(params):
            if param.pack:
                held = [cell for cell in arguments[number:] if cell is not None]
                pack = Obj("pack", {f"[{i}]": cell for i, cell in enumerate(held)})
                scope.cells[param.ref] = Cell(pack)
                continue
            given = arguments[number] if number < len(arguments) else None
            if given is None:
                default = param.default
                given = Cell(
                    Unknown(param.name) if default is None else self.evaluate(default, scope)
                )
            scope.cells[param.ref] = given if param.by_reference else Cell(copied(given.value))

    def construct(
        self, cls: str, arguments: Sequence[Cell | None], node: Node, scope: Scope
    ) -> Value:
        """Return a new object of a class: of the application, or of one that has a model."""
        from mapc.analyze.construction import fill

        made = Obj(bare(cls), place=self.place(node, scope), full=cls)
        fill(self, made, cls, arguments, node, scope)
        return made

    def call_model(
        self,
        modelled: Model,
        node: Node,
        scope: Scope,
        arguments: Sequence[Cell | None],
        *,
        this: Value = None,
        into: Obj | None = None,
        nodes: Sequence[Node] = (),
    ) -> Value:
        """Call a model once for every object that `this` may be."""
        names = node.signature or signature(into, nodes or node.kids)
        bound = {
            names[number]: cell.value
            for number, cell in enumerate(arguments)
            if cell is not None and number < len(names)
        }
        results = [
            modelled(
                Call(
                    interp=self,
                    node=node,
                    scope=scope,
                    this=one,
                    into=into,
                    args=[cell.value for cell in arguments if cell is not None],
                    nodes=list(nodes),
                    bound=bound,
                    cells=list(arguments),
                    names=names,
                )
            )
            for one in options(pointed(this))
        ]
        return either(results)

    def model_of(self, owner: str, this: Value) -> Model | None:
        """Return the model of a function: by its own name, or by the class of the object."""
        if owner in MODELS:
            return MODELS[owner]
        name = owner.rpartition("::")[2]
        if isinstance(this, Obj):
            for cls in self.program.bases(this.cls):
                if f"{bare(cls)}::{name}" in MODELS:
                    return MODELS[f"{bare(cls)}::{name}"]
        return None

    # Ways through the program -----------------------------------------------------------------

    @contextmanager
    def frame(self, name: str) -> Iterator[Frame]:
        """Open the frame of a call; behind it the ways out of it are merged."""
        with self.state.region() as region:
            frame = Frame(name, region, era(), self.site)
            self.frames.append(frame)
            loops, self.loops = self.loops, list(self.loops)
            try:
                yield frame
            finally:
                self.frames.pop()
                self.loops = loops

    def leave(self, value: Value, *, by_reference: bool = False) -> str:
        """Note that the function returns here."""
        frame = self.frames[-1]
        if isinstance(value, Obj) and value.born >= frame.era and not by_reference:
            value = copied(value)  # what happens to it on other ways is another's
        frame.results.append(value)
        return self.exit(frame.region)

    def exit(self, region: Region) -> str:
        """Note that a way leads out of a part of the program here, with the state as it is."""
        region.exits.append(self.state.since(region.depth))
        return "left"

    def branch(
        self, at: Place, sides: Sequence[Callable[[], str | None]], origin: object = None
    ) -> str | None:
        """Follow several ways of which one is taken, and merge what they leave behind."""
        going_on: list[Changes] = []
        met, loops = next(self.met), sum(loop.real for loop in self.loops)
        for number, side in enumerate(sides):
            self.branches.append(Branch(at, number, len(sides), met, loops))
            with self.state.attempt() as changes:
                flow = side()
            self.branches.pop()
            if flow is None:
                going_on.append(changes)
        self.state.join(going_on, met if origin is None else origin)
        return None if going_on or not sides else "left"


def types_of(program: Program, function: Function, targs: Sequence[Value]) -> Types:
    """Return what the parameters of a function template stand for."""
    owner = program.class_named(function.owner)
    return bind(function.template, targs, int(owner is not None and bool(owner.template)))


__all__ = ["Choice", "ExhaustedError", "Interpreter", "Pointer", "types_of"]
