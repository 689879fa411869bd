"""Runs the top-level prints of a policy: what `mapc check --run-prints` shows (reference, 9)."""

from dataclasses import dataclass

from mapc.policy.deep import deep_calls
from mapc.policy.evaluate import compile_functions, run_global
from mapc.policy.model import Policy
from mapc.policy.scopes import Names, Uses, uses_of
from mapc.policy.shape import Shape
from mapc.syntax import ast


@dataclass(frozen=True, slots=True)
class Printed:
    """One print and its text; None where it depends on a machine and none is described."""

    line: int
    text: str | None


def run_prints(policy: Policy, shape: Shape | None) -> tuple[Printed, ...]:
    """Return what the top-level prints say, from top to bottom.

    Raises EvaluationError where a top-level expression fails.
    """
    names = _names(policy)
    machine = compile_functions(policy.functions, shape or Shape(0))
    bound: set[str] = set()
    result: list[Printed] = []
    with deep_calls():
        for statement in policy.globals:
            is_print = isinstance(statement, ast.Print)
            parts = statement.arguments if isinstance(statement, ast.Print) else (statement.value,)
            uses = names.reach(uses_of(parts))
            if shape is None and (uses.machine or not bound.isdisjoint(uses.reads)):
                if isinstance(statement, ast.Assign):
                    bound.add(statement.name)
                else:
                    result.append(Printed(statement.span.line, None))
                continue
            texts: list[str] = []
            run_global(statement, machine, texts)
            if is_print:
                result.append(Printed(statement.span.line, texts[0]))
    return tuple(result)


def _names(policy: Policy) -> Names:
    """Return the name space of a checked policy, with what each function uses."""
    names = Names(functions={function.name: function for function in policy.functions})
    for function in policy.functions:
        parts = [
            part
            for statement in function.body
            for part in (
                statement.arguments if isinstance(statement, ast.Print) else (statement.value,)
            )
        ]
        uses: Uses = uses_of(parts)
        names.uses[function.name] = uses
    return names
