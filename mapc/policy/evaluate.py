"""Evaluates the placement program of a policy for one machine shape.

Non-goals: the order in which points run, and what the runtime does with the processors.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, product
from math import prod

from mapc.policy.closures import Scope
from mapc.policy.deep import deep_calls
from mapc.policy.faults import EvaluationError
from mapc.policy.launch_budget import LaunchBudget
from mapc.policy.machine_view import View
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
from mapc.policy.shape import ProcSet, Shape, TaskContext
from mapc.policy.table import PlacedDomain, PlacementTable, Point
from mapc.syntax import ast

LANES_FROM = 25_000
"""Points from which on loading numpy pays."""


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
        """Return the processor sets of all points of the index space `[0, domain)`, as objects."""
        return self.table(function, task_name, domain).expand()

    def table(
        self, function: str, task_name: str, domain: Point, lanes_from: int = LANES_FROM
    ) -> PlacementTable:
        """Return the processor sets of all points of the index space `[0, domain)`.

        From `lanes_from` points on, many points are evaluated at once where the function allows.
        """
        table = PlacementTable(function=function, task=task_name, domain=domain, shape=self.shape)
        budget = LaunchBudget()
        done = self._many(table, budget) if prod(domain) >= lanes_from else 0
        with deep_calls():
            table.add(self._each(table, budget, done))
        return table

    def _each(self, table: PlacementTable, budget: LaunchBudget, start: int) -> Iterator[ProcSet]:
        """Yield the processor sets of the points from `start` on, one at a time."""
        entry = self.machine.functions[table.function]
        span = self.policy.function(table.function).name_span
        points = islice(product(*map(range, table.domain)), start, None)
        for before, point in enumerate(points, start):
            task = TaskContext(name=table.task, ipoint=point, ispace=table.domain)
            try:
                yield self._enter(entry, task)
                budget.spend(self.machine.steps, before, span)
            except EvaluationError as error:
                raise error.while_(f"at point {describe(point)}") from None

    def _many(self, table: PlacementTable, budget: LaunchBudget) -> int:
        """Place points many at a time, as far as the function allows; return how many."""
        from mapc.policy.vector import CHUNK, LanePlacer  # numpy takes a while to load

        functions = {function.name: function for function in self.policy.functions}
        placer = LanePlacer(machine=self.machine, functions=functions, table=table, budget=budget)
        total = prod(table.domain)
        for start in range(0, total, CHUNK):
            if not placer.place(start, min(start + CHUNK, total)):
                return start
        return total

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
            machine.count_long(_shown(values[-1]), statement.span)
        printed.append(fill(statement.text, values))
        machine.keep(None, statement.span)
        return None
    closure, steps = scope.compile(statement.value)
    machine.count(steps, statement.value.span)
    value = closure([None] * scope.slots)
    machine.globals[statement.name] = value
    machine.keep(value, statement.value.span)
    return value


def fill(text: str, values: list[Value]) -> str:
    """Return the text of a print with its placeholders replaced in turn."""
    first, *rest = text.split("{}")
    return first + "".join(
        describe(value) + part for value, part in zip(values, rest, strict=False)
    )


def _shown(value: Value) -> int:
    """Return how many parts of a value a print shows."""
    match value:
        case tuple():
            return len(value)
        case ProcSet():
            return len(value.processors)
        case View():
            return len(value.extents)
    return 1


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
