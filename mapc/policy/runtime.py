"""What the closures of one evaluation share: globals, functions, and the counts of its limits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from mapc.policy.faults import MOST_STEPS, EvaluationError, Fault
from mapc.policy.kinds import ProcKind
from mapc.policy.machine_view import View
from mapc.policy.shape import ProcSet, Shape, TaskContext
from mapc.text import Span
from mapc.text.codes import ARGUMENT_COUNT, CALL_DEPTH, STEP_LIMIT

# Values are ints, bools, tuples, views, processor sets, tasks and names; the static check has
# decided which stands where, so the closures do not ask again.
Value: TypeAlias = Any
Frame: TypeAlias = list[Value]
Closure: TypeAlias = Callable[[Frame], Value]
Compiled: TypeAlias = tuple[Closure, int]

DEEPEST_CALL = 1000
TOP_LEVEL_STEPS = 2 * 10**7
"""Steps that all top-level statements may take together, beside `_FREE_STEPS` for each."""
_FREE_STEPS = 1000
LONG = 64
"""Elements from which on reading a tuple takes steps; fewer are part of one step."""
READ_AT_ONCE = 4
"""Elements that are read in one step."""


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
    limit: int = MOST_STEPS
    """Steps that one evaluation may take: fewer where the globals have taken up memory."""
    spent: int = 0
    """Steps of all top-level statements so far."""

    def reset(self) -> None:
        """Begin a new evaluation."""
        self.steps = self.depth = 0

    def count(self, steps: int, span: Span) -> None:
        """Count steps; the limit is an error at `span`."""
        self.steps += steps
        if self.steps > self.limit:
            raise EvaluationError.at(
                Fault(
                    STEP_LIMIT,
                    f"evaluation takes more than {self.limit} steps",
                    help="replace the repeated calculation by a formula",
                ),
                span,
            )

    def count_long(self, steps: int, span: Span) -> None:
        """Count what an operation takes beyond its own step, where that is much."""
        if steps >= LONG:
            self.count(steps, span)

    def count_reads(self, elements: int, span: Span) -> None:
        """Count the elements of tuples that an operation reads or copies, where they are many."""
        if elements >= LONG:
            self.count(elements // READ_AT_ONCE, span)

    def keep(self, value: Value, span: Span) -> None:
        """Count what a top-level statement has cost, in steps and in memory."""
        if type(value) is tuple and len(value) >= LONG:
            self.limit -= len(value)
        self.spent += max(0, self.steps - _FREE_STEPS)
        if self.spent > TOP_LEVEL_STEPS:
            fault = Fault(
                STEP_LIMIT,
                f"the top-level statements take more than {TOP_LEVEL_STEPS} steps together",
                help="replace the repeated calculations by formulas",
            )
            raise EvaluationError.at(fault, span)

    def root(self, kind: ProcKind) -> View:
        """Return `Machine(kind)`, always the same view."""
        view = self.roots.get(kind)
        if view is None:
            view = self.roots[kind] = View.root(kind, self.shape)
        return view


def run_function(
    machine: Machine, function: CompiledFunction, values: Sequence[Value], span: Span
) -> Value:
    """Return the result of a function of the program, called at `span`."""
    machine.depth += 1
    if machine.depth > DEEPEST_CALL:
        fault = Fault(
            CALL_DEPTH,
            f"calls are nested deeper than {DEEPEST_CALL}",
            help="let a condition of `? :` end the recursion, or use `range` and `sum`",
        )
        raise EvaluationError.at(fault, span)
    machine.count(function.steps, span)
    result = function.run([*values, *[None] * (function.slots - function.parameters)])
    machine.depth -= 1
    return result


def wrong_count(function: CompiledFunction, count: int) -> Fault:
    """Return the fault of a call with the wrong number of arguments."""
    return Fault(
        ARGUMENT_COUNT,
        f"`{function.name}` takes {function.parameters} "
        f"argument{'' if function.parameters == 1 else 's'}, not {count}",
    )


def describe(value: Value) -> str:
    """Return how `print` shows a value."""
    if isinstance(value, tuple):
        inner = ", ".join(map(str, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, ProcSet | View | TaskContext | str):
        return str(value)
    return repr(value)
