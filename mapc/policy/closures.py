"""Compiles expressions to Python closures: `closure(frame)` is the value of an expression.

Types were checked before; here only values can be wrong. A closure that can fail turns a `Fault`
into an `EvaluationError` at its place. Steps are counted in bulk: compiling an expression also
gives the number of steps that it takes on every path, which whoever runs it counts once; arms,
comprehensions and calls count their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from mapc.policy.arithmetic import element, negate
from mapc.policy.builtins import BUILTINS
from mapc.policy.faults import EvaluationError, Fault
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.machine_view import View
from mapc.policy.operations import Elements, binary, guard, member, processor
from mapc.policy.runtime import (
    Closure,
    Compiled,
    Frame,
    Machine,
    Value,
    run_function,
    wrong_count,
)
from mapc.policy.shape import TaskContext
from mapc.syntax import ast
from mapc.text.codes import ARGUMENT_COUNT, READ_BEFORE_ASSIGNMENT


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

    def compile(self, expr: ast.Expr) -> Compiled:  # noqa: PLR0912  # one arm per node
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
                return binary(expr, left, right, self.machine), a + b + 1
            case ast.Conditional():
                return self._conditional(expr)
            case ast.Call():
                return self._call(expr)
            case ast.MachineOf(kind=kind):
                machine, proc = self.machine, ProcKind(kind)
                return (lambda frame: machine.root(proc)), 1
            case ast.Member():
                base, steps = self.compile(expr.base)
                return member(expr, base, self.machine), steps + 1
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
        machine, span = self.machine, expr.span

        def minus(frame: Frame) -> Value:
            value = operand(frame)
            if type(value) is tuple:
                machine.count_long(len(value), span)
            return negate(value)

        return guard(minus, span), steps + 1

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

    def _elements(self, elements: tuple[ast.Index, ...]) -> Elements:
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
        return Elements(elements, parts, total, self.machine)

    def _call(self, expr: ast.Call) -> Compiled:
        elements = self._elements(expr.arguments)
        arguments, steps = elements.closure(), elements.steps
        if expr.function in self.machine.functions:
            return self._call_function(expr, arguments), steps + 1
        builtin = BUILTINS[expr.function]
        machine, span = self.machine, expr.span
        function, length = builtin.value, builtin.length

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
            # Counted before the result takes time and memory.
            machine.count_reads(_size(values), span)
            if length is not None:
                machine.count(length(*values), span)
            try:
                return function(*values)
            except Fault as fault:
                raise EvaluationError.at(fault, span) from None

        return call, steps + 1

    def _call_function(
        self, expr: ast.Call, arguments: Callable[[Frame], Sequence[Value]]
    ) -> Closure:
        machine, span = self.machine, expr.span
        function = machine.functions[expr.function]

        def call(frame: Frame) -> Value:
            values = arguments(frame)
            if len(values) != function.parameters:
                raise EvaluationError.at(wrong_count(function, len(values)), span)
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
        arguments, name, count_long = elements.closure(), expr.name, self.machine.count_long

        def spend(work: int) -> None:
            count_long(work, span)

        def transform(frame: Frame) -> Value:
            owner: View | TaskContext = base(frame)
            values = arguments(frame)
            try:
                if isinstance(owner, TaskContext):
                    spend(values[0].work)
                    return processor(owner, values[0])
                spend(_size(values))
                return owner.transform(name, tuple(values), spend)
            except Fault as fault:
                place = elements.place(fault.argument, frame) or span
                raise EvaluationError.at(fault, place) from None

        return transform, steps + elements.steps + 1

    def _subscript(self, expr: ast.Subscript) -> Compiled:
        base, steps = self.compile(expr.base)
        elements = self._elements(expr.indices)
        indices = elements.closure()
        whole = expr.indices[0].span.to(expr.indices[-1].span)
        count_long = self.machine.count_long

        def spend(work: int) -> None:
            count_long(work, whole)

        def index(frame: Frame) -> Value:
            owner = base(frame)
            values = indices(frame)
            try:
                if type(owner) is tuple:
                    return element(owner, values[0])
                return owner.at(tuple(values), spend)
            except Fault as fault:
                place = elements.place(fault.argument, frame) or whole
                raise EvaluationError.at(fault, place) from None

        return index, steps + elements.steps + 1

    def _slice(self, expr: ast.Slice) -> Compiled:
        base, steps = self.compile(expr.base)
        lower, a = self.compile(expr.lower) if expr.lower else ((lambda frame: None), 0)
        upper, b = self.compile(expr.upper) if expr.upper else ((lambda frame: None), 0)
        machine, span = self.machine, expr.span

        def cut(frame: Frame) -> Value:
            owner = base(frame)
            values = owner.extents if isinstance(owner, View) else owner
            # Python's slices without a step are the language's slices.
            part = values[lower(frame) : upper(frame)]
            machine.count_reads(len(part), span)
            return part

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


def _size(values: Sequence[Value]) -> int:
    """Return how many values there are, with those in tuples."""
    return len(values) + sum([len(value) for value in values if type(value) is tuple])
