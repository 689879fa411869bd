"""Evaluates the placement program of a policy for one machine shape.

Non-goals: the order in which points run, and what the runtime does with the processors.
"""

from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias

from mapc.policy.closures import Scope
from mapc.policy.deep import deep_calls
from mapc.policy.faults import EvaluationError
from mapc.policy.model import Policy
from mapc.policy.runtime import (
    Closure,
    CompiledFunction,
    Frame,
    Machine,
    Value,
    describe,
    run_function,
)
from mapc.policy.shape import Processor, ProcSet, Shape, TaskContext
from mapc.syntax import ast

Point: TypeAlias = tuple[int, ...]


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


@dataclass(slots=True)
class Placement:
    """The placement program of a policy on a machine; making one evaluates the globals.

    Every method raises an `EvaluationError` where the program fails.
    """

    policy: Policy
    shape: Shape
    printed: list[str] = field(default_factory=list)
    """What the top-level prints say."""
    machine: Machine = field(init=False)

    def __post_init__(self) -> None:
        self.machine = compile_functions(self.policy.functions, self.shape)
        with deep_calls():
            for statement in self.policy.globals:
                run_global(statement, self.machine, self.printed)

    def index(self, function: str, task_name: str, domain: Point) -> PlacedDomain:
        """Return the processor sets of all points of the index space `[0, domain)`."""
        points = tuple(product(*map(range, domain)))
        return PlacedDomain(
            function=function,
            task=task_name,
            domain=domain,
            points=points,
            sets=tuple(self.points(function, task_name, domain, points)),
        )

    def points(
        self, function: str, task_name: str, domain: Point, points: tuple[Point, ...]
    ) -> list[ProcSet]:
        """Return the processor sets of some points of an index space."""
        entry = self.machine.functions[function]
        result = []
        with deep_calls():
            for point in points:
                task = TaskContext(name=task_name, ipoint=point, ispace=domain)
                try:
                    result.append(self._enter(entry, task))
                except EvaluationError as error:
                    raise error.while_(f"at point {describe(point)}") from None
        return result

    def single(self, function: str, task: TaskContext) -> ProcSet:
        """Return the processor set for a task that is launched individually."""
        with deep_calls():
            return self._enter(self.machine.functions[function], task)

    def _enter(self, entry: CompiledFunction, task: TaskContext) -> ProcSet:
        self.machine.reset()
        span = self.policy.function(entry.name).name_span
        result: ProcSet = run_function(self.machine, entry, [task], span)
        return result


def compile_functions(functions: tuple[ast.Function, ...], shape: Shape) -> Machine:
    """Return a machine that knows the functions of a program, and no globals yet."""
    machine = Machine(shape)
    # Callers hold on to the object, so all of them exist before the first body is compiled.
    for function in functions:
        machine.functions[function.name] = CompiledFunction(function.name, len(function.parameters))
    with deep_calls():
        for function in functions:
            _compile_body(function, machine)
    return machine


def run_global(statement: ast.Assign | ast.Print, machine: Machine, printed: list[str]) -> Value:
    """Evaluate one top-level statement; return the value of an assignment."""
    machine.reset()
    scope = Scope(machine)
    if isinstance(statement, ast.Print):
        compiled = [scope.compile(argument) for argument in statement.arguments]
        frame: Frame = [None] * scope.slots
        values = []
        for closure, steps in compiled:
            machine.count(steps, statement.span)
            values.append(closure(frame))
        printed.append(fill(statement.text, values))
        return None
    closure, steps = scope.compile(statement.value)
    machine.count(steps, statement.value.span)
    value = closure([None] * scope.slots)
    machine.globals[statement.name] = value
    return value


def fill(text: str, values: list[Value]) -> str:
    """Return the text of a print with its placeholders replaced in turn."""
    first, *rest = text.split("{}")
    return first + "".join(
        describe(value) + part for value, part in zip(values, rest, strict=False)
    )


def _compile_body(function: ast.Function, machine: Machine) -> None:
    """Compile a function up to its first return."""
    scope = Scope(machine)
    for parameter in function.parameters:
        scope.new(parameter.name)
    assigns: list[tuple[int, Closure]] = []
    result: Closure | None = None
    total = 0
    for statement in function.body:
        match statement:
            case ast.Assign(name=name, value=value):
                closure, steps = scope.compile(value)
                assigns.append((scope.new(name), closure))
                total += steps
            case ast.Print(arguments=arguments):
                # The text goes to the log of a run; only errors matter here.
                for argument in arguments:
                    closure, steps = scope.compile(argument)
                    assigns.append((scope.slots, closure))
                    scope.slots += 1
                    total += steps
            case ast.Return(value=value):
                result, steps = scope.compile(value)
                total += steps
                break
    compiled = machine.functions[function.name]
    compiled.slots, compiled.steps = scope.slots, total
    if result is not None:
        compiled.run = _body(assigns, result)


def _body(assigns: list[tuple[int, Closure]], result: Closure) -> Closure:
    """Return the closure that runs a function's body."""
    if not assigns:
        return result

    def run(frame: Frame) -> Value:
        for slot, closure in assigns:
            frame[slot] = closure(frame)
        return result(frame)

    return run
