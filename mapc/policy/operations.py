"""Closures of operators, members and element lists, made from the closures of their operands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mapc.policy.arithmetic import LARGEST, LEAST, operate, product
from mapc.policy.faults import EvaluationError, Fault
from mapc.policy.machine_view import View
from mapc.policy.runtime import Closure, Frame, Machine, Value
from mapc.policy.shape import TaskContext
from mapc.syntax import ast
from mapc.text import Span
from mapc.text.codes import NO_PARENT, NOT_A_POINT_TASK


@dataclass(slots=True)
class Elements:
    """The compiled elements of a tuple, an argument list or a subscript."""

    nodes: tuple[ast.Index, ...]
    parts: list[tuple[Closure, bool]]
    steps: int
    machine: Machine

    def closure(self) -> Callable[[Frame], Sequence[Value]]:
        """Return the closure for the sequence of values; a star gives None."""
        parts = self.parts
        if not any(unpacked for _, unpacked in parts):
            closures = [closure for closure, _ in parts]
            if len(closures) == 1:
                only = closures[0]
                return lambda frame: [only(frame)]
            return lambda frame: [closure(frame) for closure in closures]
        if len(parts) == 1:
            return parts[0][0]

        count, span = self.machine.count_reads, self.nodes[0].span

        def collect(frame: Frame) -> list[Value]:
            values: list[Value] = []
            for closure, unpacked in parts:
                if unpacked:
                    more = closure(frame)
                    count(len(more), span)
                    values.extend(more)
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


def guard(closure: Closure, span: Span) -> Closure:
    """Return a closure whose faults have a place."""

    def guarded(frame: Frame) -> Value:
        try:
            return closure(frame)
        except Fault as fault:
            raise EvaluationError.at(fault, span) from None

    return guarded


def binary(expr: ast.Binary, left: Closure, right: Closure, machine: Machine) -> Closure:
    """Return the closure of an operator that evaluates both operands."""
    op, span = expr.op, expr.op_span or expr.span

    def general(x: Value, y: Value) -> Value:
        # Counted before the result takes memory.
        if type(x) is tuple or type(y) is tuple:
            machine.count(len(x if type(x) is tuple else y), span)
        try:
            return operate(op, x, y)
        except Fault as fault:
            raise EvaluationError.at(fault, span) from None

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


def member(expr: ast.Member, base: Closure, machine: Machine) -> Closure:
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
                values = owner.extents if isinstance(owner, View) else owner
                machine.count_reads(len(values), expr.span)
                return product(values)

            return guard(volume, expr.span)
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
                        help="test `.depth > 0` of this task first",
                    )
                return task.parent

            return guard(parent, expr.name_span)
    return guard(lambda frame: _point(base(frame), expr.name), expr.name_span)


def _point(task: TaskContext, name: str) -> tuple[int, ...]:
    value = task.ipoint if name == "ipoint" else task.ispace
    if value is None:
        raise Fault(
            NOT_A_POINT_TASK,
            f"`{name}` of task `{task.name}`, which is not a point task",
            help="place by `processor(m)` of that task instead",
        )
    return value


def processor(task: TaskContext, view: View) -> tuple[int, ...]:
    """Return `task.processor(view)`."""
    if task.processor is None:
        raise Fault(NOT_A_POINT_TASK, f"the processor of task `{task.name}` is not known", 0)
    return view.index_of(task.processor, task.kind)
