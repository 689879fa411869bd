"""Which top-level statements are evaluated at compile time: those that need no machine.

The work of all of them together is bounded. What would exceed it is left to later times, which
evaluate every statement anyway; so a program is never rejected for the sum of its statements.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from mapc.policy.evaluate import run_global
from mapc.policy.faults import MOST_STEPS
from mapc.policy.runtime import Machine
from mapc.policy.scopes import Names, Uses
from mapc.policy.values import Value, concrete
from mapc.syntax import ast

MOST_KEPT = 10**6
"""Elements of all tuples that are kept as constants."""


@dataclass(slots=True)
class Constants:
    """The values of globals as far as they are known without a machine."""

    names: Names
    machine: Machine
    """What evaluates them."""
    steps: int = 0
    kept: int = 0
    _unknown: set[str] = field(default_factory=set)
    """Globals whose values are not known."""
    _bound: set[str] = field(default_factory=set)
    """Functions that read one of them, or use a machine, or call such a function."""
    _readers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _callers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for function, uses in self.names.uses.items():
            for name in uses.reads:
                self._readers[name].append(function)
            for name in uses.calls:
                self._callers[name].append(function)
        self._bind([function for function, uses in self.names.uses.items() if uses.machine])

    def evaluate(self, statement: ast.Assign | ast.Print, uses: Uses) -> Value | None:
        """Return what is known of the value of an assignment, evaluating it if possible.

        Raises EvaluationError where the evaluation fails.
        """
        known = not (
            uses.machine
            or not self._unknown.isdisjoint(uses.reads)
            or not self._bound.isdisjoint(uses.calls)
        )
        value = None
        if known and self.steps < MOST_STEPS:
            value = run_global(statement, self.machine, [])
            self.steps += self.machine.steps
            self.machine.limit = MOST_STEPS
            self.kept += len(value) if isinstance(value, tuple) else 0
        if isinstance(statement, ast.Print):
            return None
        if value is None or self.kept > MOST_KEPT:
            self._forget(statement.name)
            return None
        return concrete(value)

    def _forget(self, name: str) -> None:
        """Take note of a global whose value is not known."""
        self._unknown.add(name)
        self.machine.globals.pop(name, None)
        self._bind(self._readers[name])

    def _bind(self, functions: list[str]) -> None:
        """Take note of functions that cannot be evaluated, and of all that call them."""
        pending = list(functions)
        while pending:
            function = pending.pop()
            if function not in self._bound:
                self._bound.add(function)
                pending += self._callers[function]
