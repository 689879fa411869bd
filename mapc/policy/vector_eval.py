"""Evaluates expressions at many points at once: a walk over the tree with numpy arrays.

The second evaluation path beside `closures`. It has the same values and the same counts of steps
wherever it ends; where a point fails, or where the values of the points cannot stand side by side,
it gives up (`NotVectorised`) or asks to start again in parts (`Partition`).

An arm is evaluated only at the points that choose it, and never at none: an arm not chosen cannot
fail, and recursion ends.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import prod
from typing import assert_never

import numpy as np

from mapc.policy import vector_builtins as builtins
from mapc.policy import vector_ints as ints
from mapc.policy.builtins import BUILTINS
from mapc.policy.faults import Fault
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.machine_view import View
from mapc.policy.runtime import DEEPEST_CALL, LONG, READ_AT_ONCE, Machine
from mapc.policy.vector_ints import Array, NotVectorised, refuse
from mapc.policy.vector_values import Apart, Group, LaneFrame, LaneSet, LaneTask, Partition, Value
from mapc.policy.vector_values import merge as merge_values
from mapc.syntax import ast

MOST_WORK = 2 * 10**7
"""Elements of arrays made in one evaluation: bounds its time, and its bytes to eight times that."""
MOST_NODES = 20_000
"""Expressions evaluated one after the other in one evaluation, however few the points are."""
LARGEST_SET = 4096
"""Processors of one set."""
PROCESSOR = 8
"""At least the steps that finding one processor takes on the other path."""
MOST_PROCESSORS = 2**21
"""Processors of the sets at all points of a group."""


@dataclass(slots=True)
class LaneWalk:
    """One evaluation: what it knows, and what it has cost."""

    machine: Machine
    functions: dict[str, ast.Function]
    work: int = 0
    """Steps of all points together, as the other path counts them."""
    most: int = 0
    """An upper bound on the steps of one point."""
    depth: int = 0

    def count(self, steps: int, group: Group) -> None:
        """Count steps of every point of a group."""
        self.most += steps
        self.work += steps * group.count
        refuse(self.work > MOST_WORK or self.most > MOST_NODES)

    def count_long(self, steps: int, group: Group) -> None:
        """Count what an operation takes beyond its own step, where that is much."""
        if steps >= LONG:
            self.count(steps, group)

    def count_reads(self, elements: int, group: Group) -> None:
        """Count the elements of tuples that an operation reads or copies, where they are many."""
        if elements >= LONG:
            self.count(elements // READ_AT_ONCE, group)

    def value(self, expr: ast.Expr, frame: LaneFrame) -> Value:  # noqa: PLR0912  # one arm per node
        """Return the value of an expression at every point of the frame's group."""
        match expr:
            case ast.IntLiteral() | ast.BoolLiteral() | ast.NameLiteral():
                return expr.value
            case ast.NameRef(name=name):
                found = frame.find(name)
                return self.machine.globals[name] if found is None else found
            case ast.Binary(op="&&" | "||"):
                return self._logic(expr, frame)
            case ast.Conditional():
                return self._conditional(expr, frame)
            case ast.TupleLiteral():
                self.count(len(expr.elements), frame.group)
                return tuple(self._elements(expr.elements, frame))
            case _:
                self.count(1, frame.group)
        match expr:
            case ast.Binary():
                return self._binary(expr, frame)
            case ast.Unary():
                return self._unary(expr, frame)
            case ast.Call():
                return self._call(expr, frame)
            case ast.MachineOf(kind=kind):
                return self.machine.root(ProcKind(kind))
            case ast.Member():
                return self._member(expr, frame)
            case ast.MethodCall():
                return self._method(expr, frame)
            case ast.Subscript():
                return self._subscript(expr, frame)
            case ast.Slice():
                owner = builtins.extents(self.value(expr.base, frame))
                lower = self._bound(expr.lower, frame)
                part = owner[lower : self._bound(expr.upper, frame)]
                self.count_reads(len(part), frame.group)
                return part
            case ast.Comprehension():
                return self._comprehension(expr, frame)
            case _:
                assert_never(expr)

    # --- operators ---

    def _binary(self, expr: ast.Binary, frame: LaneFrame) -> Value:
        left, right = self.value(expr.left, frame), self.value(expr.right, frame)
        compare = _COMPARISONS.get(expr.op)
        if compare is not None:
            return compare(left, right)
        self.count(len(_longer(left, right)), frame.group)
        return builtins.operate(expr.op, left, right)

    def _unary(self, expr: ast.Unary, frame: LaneFrame) -> Value:
        operand = self.value(expr.operand, frame)
        if expr.op == "!":
            return ~operand if isinstance(operand, np.ndarray) else not operand
        self.count_long(len(_longer(operand)), frame.group)
        return builtins.elementwise(ints.negate, operand)

    def _logic(self, expr: ast.Binary, frame: LaneFrame) -> Value:
        self.count(1, frame.group)
        left = self.value(expr.left, frame)
        stop = expr.op == "||"
        if not isinstance(left, np.ndarray):
            return stop if left is stop else self.value(expr.right, frame)
        open_ = np.flatnonzero(left != stop)
        if not open_.size:
            return stop
        result = left.copy()
        result[open_] = self.value(expr.right, _part(frame, open_))
        return result

    def _conditional(self, expr: ast.Conditional, frame: LaneFrame) -> Value:
        self.count(1, frame.group)
        condition = self.value(expr.condition, frame)
        if not isinstance(condition, np.ndarray):
            return self.value(expr.then if condition else expr.otherwise, frame)
        yes, no = np.flatnonzero(condition), np.flatnonzero(~condition)
        if not no.size:
            return self.value(expr.then, frame)
        if not yes.size:
            return self.value(expr.otherwise, frame)
        then = self.value(expr.then, _part(frame, yes))
        otherwise = self.value(expr.otherwise, _part(frame, no))
        try:
            return merge_values(then, otherwise, condition)
        except Apart:
            raise Partition(frame.group, condition) from None

    # --- calls ---

    def _elements(self, elements: Iterable[ast.Index], frame: LaneFrame) -> list[Value]:
        """Return the values of elements, unpacked ones spread out; a star gives None."""
        values: list[Value] = []
        for item in elements:
            match item:
                case ast.Star():
                    values.append(None)
                case ast.Unpack(operand=operand):
                    more = self.value(operand, frame)
                    self.count_reads(len(more), frame.group)
                    values.extend(more)
                case _:
                    values.append(self.value(item, frame))
        return values

    def _call(self, expr: ast.Call, frame: LaneFrame) -> Value:
        values = self._elements(expr.arguments, frame)
        function = self.functions.get(expr.function)
        if function is not None:
            return self.run(function, values, frame.group)
        refuse(not BUILTINS[expr.function].takes(len(values)))
        self.count_reads(_size(values), frame.group)
        if expr.function == "range":
            low, high = [0, *[self._same(v, frame.group) for v in values]][-2:]
            self.count(max(high - low, 0), frame.group)
            return tuple(range(low, high))
        result = builtins.FUNCTIONS[expr.function](*values)
        if isinstance(result, tuple):
            self.count(len(result), frame.group)
        return result

    def run(self, function: ast.Function, values: list[Value], group: Group) -> Value:
        """Return the result of a function of the program."""
        refuse(len(values) != len(function.parameters))
        self.depth += 1
        refuse(self.depth > DEEPEST_CALL)
        frame = LaneFrame(
            group, {p.name: v for p, v in zip(function.parameters, values, strict=True)}
        )
        result: Value = None
        for statement in function.body:
            match statement:
                case ast.Assign(name=name, value=value):
                    frame.names[name] = self.value(value, frame)
                case ast.Print(arguments=arguments):
                    for argument in arguments:  # only errors matter here
                        self.value(argument, frame)
                case ast.Return(value=value):
                    result = self.value(value, frame)
                    break
        self.depth -= 1
        return result

    def _comprehension(self, expr: ast.Comprehension, frame: LaneFrame) -> Value:
        result = []
        for value in self.value(expr.iterable, frame):
            self.count(1, frame.group)
            inner = LaneFrame(frame.group, {expr.variable: value}, frame)
            result.append(self.value(expr.element, inner))
        return tuple(result)

    # --- machines and tuples ---

    def _method(self, expr: ast.MethodCall, frame: LaneFrame) -> Value:
        base = self.value(expr.base, frame)
        if expr.name == "has":
            (argument,) = expr.arguments
            assert isinstance(argument, ast.NameRef)
            return self.machine.shape.sees(base.kind, MemKind(argument.name))
        values = self._elements(expr.arguments, frame)
        if not isinstance(base, View):
            raise NotVectorised
        self.count_long(_size(values), frame.group)
        # A view is made once for all points, not once for each.
        once = Group(1)
        try:
            return base.transform(
                expr.name,
                self._same(tuple(values), frame.group),
                lambda steps: self.count_long(steps, once),
            )
        except Fault:
            raise NotVectorised from None

    def _member(self, expr: ast.Member, frame: LaneFrame) -> Value:
        owner = self.value(expr.base, frame)
        if isinstance(owner, LaneTask):
            if expr.name not in {"name", "ipoint", "ispace"}:
                raise NotVectorised
            return getattr(owner, expr.name)
        values = builtins.extents(owner)
        if expr.name == "size":
            return values
        if expr.name == "len":
            return len(values)
        self.count_reads(len(values), frame.group)
        return builtins.product(values)

    def _subscript(self, expr: ast.Subscript, frame: LaneFrame) -> Value:
        base = self.value(expr.base, frame)
        values = self._elements(expr.indices, frame)
        if isinstance(base, View):
            found = _processors(base, values, frame.group.count)
            # At a point, this is counted for the first such index only; never less than that here.
            self.count_long(len(found.processors) * (PROCESSOR + base.work), frame.group)
            return found
        return builtins.element(base, values[0])

    def _bound(self, expr: ast.Expr | None, frame: LaneFrame) -> int | None:
        return None if expr is None else self._same(self.value(expr, frame), frame.group)

    def _same(self, value: Value, group: Group) -> Value:
        """Return a value that is the same at all points; where it is not, go on in parts."""
        if isinstance(value, tuple):
            return tuple([self._same(v, group) for v in value])
        if not isinstance(value, np.ndarray):
            return value
        if (value != value[0]).any():
            raise Partition(group, value)
        return value[0].item()


def _longer(*values: Value) -> tuple[Value, ...]:
    """Return the first tuple among values, an empty one if there is none."""
    return next((value for value in values if isinstance(value, tuple)), ())


def _size(values: list[Value]) -> int:
    """Return how many values there are, with those in tuples."""
    return len(values) + sum([len(value) for value in values if isinstance(value, tuple)])


def _part(frame: LaneFrame, chosen: Array) -> LaneFrame:
    return LaneFrame(frame.group.choose(chosen), {}, frame)


def _processors(view: View, index: list[Value], count: int) -> LaneSet:
    """Return the processor sets at indices of a machine; None is a star."""
    refuse(len(index) != len(view.extents))
    free = []
    for i, extent in zip(index, view.extents, strict=True):
        if i is None:
            free.append(extent)
            continue
        low, high = ints.bounds(i)
        refuse(low < 0 or high >= extent)
    refuse(not 0 < prod(free) <= min(LARGEST_SET, max(1, MOST_PROCESSORS // count)))
    found = []
    for number in range(prod(free)):
        place: list[Value] = []
        for i, extent in zip(reversed(index), reversed(view.extents), strict=True):
            if i is None:  # the last star varies fastest
                number, i = divmod(number, extent)  # noqa: PLW2901  # the digits of the number
            place.append(i)
        found.append(view.locate(tuple(reversed(place))))
    return LaneSet(kind=view.kind, processors=tuple(found))


_COMPARISONS: dict[str, Callable[[Value, Value], Value]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
