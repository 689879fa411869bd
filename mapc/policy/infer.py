"""Infers the types of globals and functions; one instance per combination of argument types.

Functions are inferred when they are first called, so callees are complete before their callers.
A recursive call gives a value without type at first. If that happened anywhere, everything is
inferred again with the results found, until they no longer change.
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from mapc.policy.constants import Constants
from mapc.policy.deep import deep_calls
from mapc.policy.evaluate import compile_functions
from mapc.policy.faults import EvaluationError
from mapc.policy.model import Policy
from mapc.policy.scopes import Names, uses_of
from mapc.policy.shape import Shape
from mapc.policy.typer import Typer
from mapc.policy.types import DECLARED, FunctionInstance, Type
from mapc.policy.values import UNKNOWN, Value
from mapc.syntax import ast
from mapc.syntax.walk import walk
from mapc.text import Reporter, Span
from mapc.text.codes import RECURSIVE_TYPE, STEP_LIMIT

Key: TypeAlias = tuple[str, tuple[Type, ...]]

_MOST_PASSES = 20
"""Types become known one after the other, so this many passes are never needed."""
_FREE_PASSES = 2
"""Passes that any program may take."""
_MOST_REPEATED = 10**6
"""Expressions that may be inferred again, for other argument types or in further passes."""


@dataclass(slots=True)
class Budget:
    """What the inference of one program may still cost.

    A function is checked for every combination of argument types it is called with, and there can
    be exponentially many.
    """

    left: int = _MOST_REPEATED
    sizes: dict[str, int] = field(default_factory=dict)

    def spend(self, function: ast.Function) -> bool:
        """Count another inference of a function; return whether there is room for it."""
        size = self.sizes.get(function.name)
        if size is None:
            size = self.sizes[function.name] = sum(1 for _ in walk(function))
        self.left -= size
        return self.left >= 0


@dataclass(slots=True)
class Inference:
    """One pass over a program."""

    policy: Policy
    names: Names
    report: Reporter
    assumed: dict[Key, Value]
    """Results found by the pass before this one."""
    results: dict[Key, Value] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    """Functions that were inferred for some argument types."""
    active: set[Key] = field(default_factory=set)
    recursive: dict[Key, Span] = field(default_factory=dict)
    globals: dict[str, Value] = field(default_factory=dict)
    instances: list[FunctionInstance] = field(default_factory=list)
    constants: Constants | None = None
    """Evaluates what does not depend on the machine; None when something is wrong already."""
    budget: Budget = field(default_factory=Budget)
    free: bool = True
    """Whether the first inference of every function is free."""
    exhausted: bool = False
    """Whether the budget was too small."""

    def run(self) -> None:
        """Infer everything that the mapper may evaluate, then what nobody calls."""
        for statement in self.policy.globals:
            self._global(statement)
        rules = (*self.policy.index_maps, *self.policy.single_maps)
        for name in dict.fromkeys(rule.function for rule in rules):
            function = self.names.functions.get(name)
            if function is None or len(function.parameters) != 1:
                continue
            if DECLARED.get(function.parameters[0].type, Type.TASK) is Type.TASK:
                self.call(function, (Type.TASK,), function.name_span)
        reached = tuple(self.instances)
        for function in self.names.functions.values():
            if function.name in self.called:
                continue
            types = tuple(DECLARED.get(p.type) for p in function.parameters)
            if None not in types:
                self.call(function, tuple(t for t in types if t), function.name_span)
        self.instances[:] = reached

    def call(self, function: ast.Function, types: tuple[Type, ...], span: Span) -> Value:
        """Return the result of a function for these argument types."""
        key = (function.name, types)
        if key in self.results:
            return self.results[key]
        if key in self.active:
            self.recursive.setdefault(key, span)
            return self.assumed.get(key, UNKNOWN)
        if (function.name in self.called or not self.free) and not self.budget.spend(function):
            self._exhaust(function, span)
            return UNKNOWN
        self.called.add(function.name)
        self.active.add(key)
        typer = Typer(self, self.report)
        for parameter, kind in zip(function.parameters, types, strict=True):
            typer.local[parameter.name] = Value(kind)
        result = typer.body(function)
        self.active.discard(key)
        self.results[key] = result
        if result.type is not None:
            self.instances.append(
                FunctionInstance(function=function, parameters=types, result=result.type)
            )
        return result

    def _exhaust(self, function: ast.Function, span: Span) -> None:
        """Report that there are too many combinations of types."""
        if not self.exhausted:
            self.report.error(
                STEP_LIMIT,
                f"`{function.name}` is called with too many combinations of argument types",
                span,
                help="declare the types of its parameters, such as `int n`",
            )
        self.exhausted = True

    def _global(self, statement: ast.Assign | ast.Print) -> None:
        """Infer one top-level statement, and evaluate it if it needs no machine."""
        typer = Typer(self, self.report)
        if isinstance(statement, ast.Print):
            for argument in statement.arguments:
                typer.infer(argument)
            self._evaluate(statement, statement.arguments)
            return
        value = typer.infer(statement.value)
        evaluated = self._evaluate(statement, (statement.value,))
        self.globals.setdefault(statement.name, evaluated or value)

    def _evaluate(
        self, statement: ast.Assign | ast.Print, parts: tuple[ast.Expr, ...]
    ) -> Value | None:
        """Return the value of a statement that needs no machine, None for any other."""
        if self.constants is None or self.report.has_errors:
            return None
        try:
            return self.constants.evaluate(statement, uses_of(parts))
        except EvaluationError as error:
            self.report.add(error.diagnostic)
            return None


def infer_types(policy: Policy, names: Names, report: Reporter) -> Inference:
    """Return the policy's types; findings go to `report`."""
    with deep_calls():
        budget = Budget()
        attempt = Inference(policy, names, Reporter(), {}, budget=budget)
        attempt.run()
        for passed in range(1, _MOST_PASSES):
            found = {key: Value(attempt.results[key].type) for key in attempt.recursive}
            if found == attempt.assumed or attempt.exhausted:
                break
            free = passed < _FREE_PASSES
            attempt = Inference(policy, names, Reporter(), found, budget=budget, free=free)
            attempt.run()
        if not (report.has_errors or attempt.report.has_errors):
            _check_recursion(attempt)
        if not (report.has_errors or attempt.report.has_errors):
            # Only a program without errors of types may be evaluated.
            attempt = Inference(policy, names, Reporter(), attempt.assumed)
            attempt.constants = Constants(names, compile_functions(policy.functions, Shape(0)))
            attempt.run()
    report.take(attempt.report)
    return attempt


def _check_recursion(inference: Inference) -> None:
    """Report functions all of whose paths end in a recursive call."""
    for key in inference.recursive:
        if inference.results[key].type is None:
            inference.report.error(
                RECURSIVE_TYPE,
                f"the type of the recursive function `{key[0]}` cannot be inferred",
                inference.names.functions[key[0]].name_span,
                help="give it a path that returns without calling itself",
            )


def with_types(policy: Policy, inference: Inference) -> Policy:
    """Return the policy completed with what was inferred."""
    return replace(
        policy,
        instances=tuple(inference.instances),
        global_types=tuple(
            (name, value.type)
            for name, value in inference.globals.items()
            if value.type is not None
        ),
    )
