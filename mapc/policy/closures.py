"""Compiles expressions to Python closures: `closure(frame)` is the value of an expression.

Types were checked before; here only values can be wrong. A closure that can fail turns a `Fault`
into an `EvaluationError` at its place. Steps are counted in bulk: compiling an expression also
gives the number of steps that it takes on every path, which whoever runs it counts once; arms,
comprehensions and calls count their own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, assert_never

from mapc.policy.arithmetic import LARGEST, LEAST, element, negate, operate, product
from mapc.policy.builtins import BUILTINS, MOST_STEPS
from mapc.policy.faults import EvaluationError, Fault
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.machine_view import View
from mapc.policy.shape import ProcSet, Shape, TaskContext
from mapc.syntax import ast
from mapc.text import Span
from mapc.text.codes import (
    ARGUMENT_COUNT,
    CALL_DEPTH,
    NO_PARENT,
    NOT_A_POINT_TASK,
    READ_BEFORE_ASSIGNMENT,
    STEP_LIMIT,
)

# Values are ints, bools, tuples, views, processor sets, tasks and names; the static check has
# decided which stands where, so the closures do not ask again.
Value: TypeAlias = Any
Frame: TypeAlias = list[Value]
Closure: TypeAlias = Callable[[Frame], Value]
Compiled: TypeAlias = tuple[Closure, int]

DEEPEST_CALL = 1000


@dataclass(slots=True)
class CompiledFunction:
    """A function of the program; filled in after all functions are known."""

    name: str
    parameters: int
    slots: int = 0
    steps: int = 0
    run: Closure = field(default=lambda frame: None)


@dataclass(slots=True)
class Machine:
    """What closures share: the machine, the globals, and the counts of the present evaluation."""

    shape: Shape
    globals: dict[str, Value] = field(default_factory=dict)
    functions: dict[str, CompiledFunction] = field(default_factory=dict)
    roots: dict[ProcKind, View] = field(default_factory=dict)
    steps: int = 0
    depth: int = 0

    def reset(self) -> None:
        """Begin a new evaluation."""
        self.steps = self.depth = 0

    def count(self, steps: int, span: Span) -> None:
        """Count steps; the limit is an error at `span`."""
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise EvaluationError.at(
                Fault(STEP_LIMIT, f"evaluation takes more than {MOST_STEPS} steps"), span
            )

    def root(self, kind: ProcKind) -> View:
        """Return `Machine(kind)`, always the same view."""
        view = self.roots.get(kind)
        if view is None:
            view = self.roots[kind] = View.root(kind, self.shape)
        return view


@dataclass(slots=True)
class Elements:
    """The compiled elements of a tuple, an argument list or a subscript."""

    nodes: tuple[ast.Index, ...]
    parts: list[tuple[Closure, bool]]
    steps: int

    def closure(self) -> Callable[[Frame], list[Value]]:
        """Return the closure for the list of values; a star gives None."""
        parts = self.parts
        if not any(unpacked for _, unpacked in parts):
            closures = [closure for closure, _ in parts]
            if len(closures) == 1:
                only = closures[0]
                return lambda frame: [only(frame)]
            return lambda frame: [closure(frame) for closure in closures]
        if len(parts) == 1:
            return parts[0][0]

        def collect(frame: Frame) -> list[Value]:
            values: list[Value] = []
            for closure, unpacked in parts:
                if unpacked:
                    values.extend(closure(frame))
                else:
                    values.append(closure(frame))
            return values

        return collect

    def place(self, position: int | None, frame: Frame) -> Span | None:
        """Return where the value at a position comes from.

        Unpacked elements are evaluated again for their length, which has no effect.
        """
        if position is None:
            return None
        for node, (closure, unpacked) in zip(self.nodes, self.parts, strict=True):
            width = len(closure(frame)) if unpacked else 1
            if position < width:
                return node.span
            position -= width
        return None


@dataclass(slots=True)
class Scope:
    """The names of one function, each with its place in the frame."""

    machine: Machine
    names: dict[str, int] = field(default_factory=dict)
    slots: int = 0

    def new(self, name: str) -> int:
        """Bind a name to a place of its own."""
        self.names[name] = self.slots
        self.slots += 1
        return self.slots - 1

    # --- expressions ---

    def compile(self, expr: ast.Expr) -> Compiled:
        """Return the closure of an expression and the steps it always takes."""
        match expr:
            case ast.IntLiteral(value=value):
                return (lambda frame: value), 0
            case ast.BoolLiteral(value=flag):
                return (lambda frame: flag), 0
            case ast.NameLiteral(value=text):
                return (lambda frame: text), 0
            case ast.NameRef():
                return self._name(expr), 0
            case ast.Unary():
                return self._unary(expr)
            case ast.Binary(op="&&" | "||"):
                return self._logic(expr)
            case ast.Binary():
                left, a = self.compile(expr.left)
                right, b = self.compile(expr.right)
                return _binary(expr, left, right, self.machine), a + b + 1
            case ast.Conditional():
                return self._conditional(expr)
            case ast.Call():
                return self._call(expr)
            case ast.MachineOf(kind=kind):
                machine, proc = self.machine, ProcKind(kind)
                return (lambda frame: machine.root(proc)), 1
            case ast.Member():
                base, steps = self.compile(expr.base)
                return _member(expr, base), steps + 1
            case ast.MethodCall():
                return self._method(expr)
            case ast.Subscript():
                return self._subscript(expr)
            case ast.Slice():
                return self._slice(expr)
            case ast.TupleLiteral():
                elements = self._elements(expr.elements)
                values = elements.closure()
                return (lambda frame: tuple(values(frame))), elements.steps + len(expr.elements)
            case ast.Comprehension():
                return self._comprehension(expr)
            case _:
                assert_never(expr)

    def _name(self, expr: ast.NameRef) -> Closure:
        slot = self.names.get(expr.name)
        if slot is not None:
            return lambda frame: frame[slot]
        values, name, span = self.machine.globals, expr.name, expr.span

        def read(frame: Frame) -> Value:
            try:
                return values[name]
            except KeyError:
                fault = Fault(READ_BEFORE_ASSIGNMENT, f"`{name}` is read before its assignment")
                raise EvaluationError.at(fault, span) from None

        return read

    def _unary(self, expr: ast.Unary) -> Compiled:
        operand, steps = self.compile(expr.operand)
        if expr.op == "!":
            return (lambda frame: not operand(frame)), steps + 1
        return _guarded(lambda frame: negate(operand(frame)), expr.span), steps + 1

    def _logic(self, expr: ast.Binary) -> Compiled:
        left, always = self.compile(expr.left)
        right, steps = self.compile(expr.right)
        machine, span, stop = self.machine, expr.span, expr.op == "||"

        def decide(frame: Frame) -> Value:
            if left(frame) is stop:
                return stop
            if steps:
                machine.count(steps, span)
            return right(frame)

        return decide, always + 1

    def _conditional(self, expr: ast.Conditional) -> Compiled:
        condition, always = self.compile(expr.condition)
        then, then_steps = self.compile(expr.then)
        otherwise, otherwise_steps = self.compile(expr.otherwise)
        machine, span = self.machine, expr.span

        def choose(frame: Frame) -> Value:
            if condition(frame):
                if then_steps:
                    machine.count(then_steps, span)
                return then(frame)
            if otherwise_steps:
                machine.count(otherwise_steps, span)
            return otherwise(frame)

        return choose, always + 1

    def _elements(self, elements: tuple[ast.Index, ...]) -> "Elements":
        """Return what evaluates a list of elements."""
        parts: list[tuple[Closure, bool]] = []
        total = 0
        for item in elements:
            if isinstance(item, ast.Star):
                parts.append((lambda frame: None, False))
                continue
            unpacked = isinstance(item, ast.Unpack)
            closure, steps = self.compile(item.operand if isinstance(item, ast.Unpack) else item)
            parts.append((closure, unpacked))
            total += steps
        return Elements(elements, parts, total)

    def _call(self, expr: ast.Call) -> Compiled:
        elements = self._elements(expr.arguments)
        arguments, steps = elements.closure(), elements.steps
        if expr.function in self.machine.functions:
            return self._call_function(expr, arguments), steps + 1
        builtin = BUILTINS[expr.function]
        machine, span, function = self.machine, expr.span, builtin.value

        def call(frame: Frame) -> Value:
            values = arguments(frame)
            if not builtin.takes(len(values)):
                raise EvaluationError.at(
                    Fault(
                        ARGUMENT_COUNT,
                        f"`{builtin.name}` takes {builtin.counts()}, not {len(values)}",
                    ),
                    span,
                )
            try:
                result = function(*values)
            except Fault as fault:
                raise EvaluationError.at(fault, span) from None
            if type(result) is tuple:
                machine.count(len(result), span)
            return result

        return call, steps + 1

    def _call_function(self, expr: ast.Call, arguments: Callable[[Frame], list[Value]]) -> Closure:
        machine, span = self.machine, expr.span
        function = machine.functions[expr.function]

        def call(frame: Frame) -> Value:
            values = arguments(frame)
            if len(values) != function.parameters:
                raise EvaluationError.at(_wrong_count(function, len(values)), span)
            return run_function(machine, function, values, span)

        return call

    def _method(self, expr: ast.MethodCall) -> Compiled:
        base, steps = self.compile(expr.base)
        span = expr.span
        if expr.name == "has":
            (argument,) = expr.arguments
            assert isinstance(argument, ast.NameRef)
            mem, shape = MemKind(argument.name), self.machine.shape
            return (lambda frame: shape.sees(base(frame).kind, mem)), steps + 1
        elements = self._elements(expr.arguments)
        arguments, name = elements.closure(), expr.name

        def transform(frame: Frame) -> Value:
            owner: View | TaskContext = base(frame)
            values = arguments(frame)
            try:
                if isinstance(owner, TaskContext):
                    return _processor(owner, values[0])
                return owner.transform(name, tuple(values))
            except Fault as fault:
                place = elements.place(fault.argument, frame) or span
                raise EvaluationError.at(fault, place) from None

        return transform, steps + elements.steps + 1

    def _subscript(self, expr: ast.Subscript) -> Compiled:
        base, steps = self.compile(expr.base)
        elements = self._elements(expr.indices)
        indices = elements.closure()
        whole = expr.indices[0].span.to(expr.indices[-1].span)

        def index(frame: Frame) -> Value:
            owner = base(frame)
            values = indices(frame)
            try:
                if type(owner) is tuple:
                    return element(owner, values[0])
                return owner.at(tuple(values))
            except Fault as fault:
                place = elements.place(fault.argument, frame) or whole
                raise EvaluationError.at(fault, place) from None

        return index, steps + elements.steps + 1

    def _slice(self, expr: ast.Slice) -> Compiled:
        base, steps = self.compile(expr.base)
        lower, a = self.compile(expr.lower) if expr.lower else ((lambda frame: None), 0)
        upper, b = self.compile(expr.upper) if expr.upper else ((lambda frame: None), 0)

        def cut(frame: Frame) -> Value:
            owner = base(frame)
            values = owner.extents if isinstance(owner, View) else owner
            # Python's slices without a step are the language's slices.
            return values[lower(frame) : upper(frame)]

        return cut, steps + a + b + 1

    def _comprehension(self, expr: ast.Comprehension) -> Compiled:
        iterable, always = self.compile(expr.iterable)
        hidden = self.names.get(expr.variable)
        slot = self.new(expr.variable)
        body, steps = self.compile(expr.element)
        del self.names[expr.variable]
        if hidden is not None:
            self.names[expr.variable] = hidden
        machine, span, each = self.machine, expr.span, steps + 1

        def build(frame: Frame) -> Value:
            result = []
            for value in iterable(frame):
                machine.count(each, span)
                frame[slot] = value
                result.append(body(frame))
            return tuple(result)

        return build, always + 1


# --- pieces --------------------------------------------------------------------------------------


def run_function(
    machine: Machine, function: CompiledFunction, values: list[Value], span: Span
) -> Value:
    """Return the result of a function of the program, called at `span`."""
    machine.depth += 1
    if machine.depth > DEEPEST_CALL:
        fault = Fault(CALL_DEPTH, f"calls are nested deeper than {DEEPEST_CALL}")
        raise EvaluationError.at(fault, span)
    machine.count(function.steps, span)
    result = function.run(values + [None] * (function.slots - function.parameters))
    machine.depth -= 1
    return result


def _wrong_count(function: CompiledFunction, count: int) -> Fault:
    return Fault(
        ARGUMENT_COUNT,
        f"`{function.name}` takes {function.parameters} "
        f"argument{'' if function.parameters == 1 else 's'}, not {count}",
    )


def _guarded(closure: Closure, span: Span) -> Closure:
    """Return a closure whose faults have a place."""

    def guarded(frame: Frame) -> Value:
        try:
            return closure(frame)
        except Fault as fault:
            raise EvaluationError.at(fault, span) from None

    return guarded


def _binary(expr: ast.Binary, left: Closure, right: Closure, machine: Machine) -> Closure:
    """Return the closure of an operator that evaluates both operands."""
    op, span = expr.op, expr.op_span or expr.span

    def general(x: Value, y: Value) -> Value:
        try:
            result = operate(op, x, y)
        except Fault as fault:
            raise EvaluationError.at(fault, span) from None
        if type(result) is tuple:
            machine.count(len(result), span)
        return result

    # Ints are by far the most frequent operands, so they have paths of their own. An overflow
    # takes the general path, which reports it.
    def add(frame: Frame) -> Value:
        x, y = left(frame), right(frame)
        if type(x) is int and type(y) is int and LEAST <= (total := x + y) <= LARGEST:
            return total
        return general(x, y)

    def subtract(frame: Frame) -> Value:
        x, y = left(frame), right(frame)
        if type(x) is int and type(y) is int and LEAST <= (rest := x - y) <= LARGEST:
            return rest
        return general(x, y)

    def multiply(frame: Frame) -> Value:
        x, y = left(frame), right(frame)
        if type(x) is int and type(y) is int and LEAST <= (total := x * y) <= LARGEST:
            return total
        return general(x, y)

    def divide(frame: Frame) -> Value:
        x, y = left(frame), right(frame)
        if type(x) is int and type(y) is int and x >= 0 and y > 0:
            return x // y
        return general(x, y)

    def remainder(frame: Frame) -> Value:
        x, y = left(frame), right(frame)
        if type(x) is int and type(y) is int and x >= 0 and y > 0:
            return x % y
        return general(x, y)

    closures: dict[str, Closure] = {
        "+": add,
        "-": subtract,
        "*": multiply,
        "/": divide,
        "%": remainder,
        "<": lambda frame: left(frame) < right(frame),
        ">": lambda frame: left(frame) > right(frame),
        "<=": lambda frame: left(frame) <= right(frame),
        ">=": lambda frame: left(frame) >= right(frame),
        "==": lambda frame: left(frame) == right(frame),
        "!=": lambda frame: left(frame) != right(frame),
    }
    return closures[op]


def _member(expr: ast.Member, base: Closure) -> Closure:
    """Return the closure of a member without arguments."""
    match expr.name:
        case "size":

            def size(frame: Frame) -> Value:
                owner = base(frame)
                return owner.extents if isinstance(owner, View) else owner

            return size
        case "len":

            def length(frame: Frame) -> Value:
                owner = base(frame)
                return len(owner.extents if isinstance(owner, View) else owner)

            return length
        case "volume":

            def volume(frame: Frame) -> Value:
                owner = base(frame)
                return product(owner.extents if isinstance(owner, View) else owner)

            return _guarded(volume, expr.span)
        case "name" | "depth":
            name = expr.name
            return lambda frame: getattr(base(frame), name)
        case "parent":

            def parent(frame: Frame) -> Value:
                task: TaskContext = base(frame)
                if task.parent is None:
                    raise Fault(
                        NO_PARENT,
                        f"task `{task.name}` has no parent: it is the top-level task",
                        help="test `t.depth > 0` first",
                    )
                return task.parent

            return _guarded(parent, expr.name_span)
    return _guarded(lambda frame: _point(base(frame), expr.name), expr.name_span)


def _point(task: TaskContext, name: str) -> tuple[int, ...]:
    value = task.ipoint if name == "ipoint" else task.ispace
    if value is None:
        raise Fault(NOT_A_POINT_TASK, f"`{name}` of task `{task.name}`, which is not a point task")
    return value


def _processor(task: TaskContext, view: View) -> tuple[int, ...]:
    if task.processor is None:
        raise Fault(NOT_A_POINT_TASK, f"the processor of task `{task.name}` is not known", 0)
    return view.index_of(task.processor, task.kind)


def describe(value: Value) -> str:
    """Return how `print` shows a value."""
    if isinstance(value, tuple):
        inner = ", ".join(map(str, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, ProcSet | View | TaskContext | str):
        return str(value)
    return repr(value)
