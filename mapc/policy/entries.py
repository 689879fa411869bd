"""Checks of mapping statements: entry functions, and kinds that never meet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from mapc.policy.advice import conversion
from mapc.policy.infer import Inference
from mapc.policy.kinds import ProcKind
from mapc.policy.lookup import task_rule
from mapc.policy.model import Policy, TaskRule
from mapc.policy.operands import target_of
from mapc.policy.taskflow import TaskFlow
from mapc.policy.types import DECLARED, Type
from mapc.policy.values import Value
from mapc.syntax import ast
from mapc.syntax.words import PROC_WORDS
from mapc.text import Related, Reporter
from mapc.text.codes import (
    ENTRY_PARAMETER,
    ENTRY_RESULT,
    KIND_EXCLUDED,
    KIND_NEVER_CHOSEN,
)

MapStatement: TypeAlias = ast.IndexMapStatement | ast.SingleMapStatement


@dataclass(frozen=True, slots=True)
class EntryChecks:
    """The checks of one program."""

    policy: Policy
    inference: Inference
    report: Reporter

    def run(self, program: ast.Program) -> None:
        """Check every statement that names a function or a kind."""
        flow = TaskFlow(self.inference.names, self.report)
        for statement in program.statements:
            match statement:
                case ast.IndexMapStatement() | ast.SingleMapStatement():
                    function = self.inference.names.functions.get(statement.function)
                    if function is not None and self._parameter(statement, function):
                        self._result(statement, function)
                        flow.check(statement, function)
                case ast.RegionStatement(proc=word) | ast.LayoutStatement(kind=word):
                    self._excluded(statement.tasks, word)
                case _:
                    pass

    def _parameter(self, statement: MapStatement, function: ast.Function) -> bool:
        """Return whether a function takes one task; report it if not."""
        parameters = function.parameters
        if len(parameters) == 1:
            declared = DECLARED.get(parameters[0].type)
            # An unknown type was reported before.
            if declared in {Type.TASK, None}:
                return True
            found = f"one of type `{parameters[0].type}`"
        else:
            found = f"{len(parameters)}"
        word = "IndexTaskMap" if isinstance(statement, ast.IndexMapStatement) else "SingleTaskMap"
        self.report.error(
            ENTRY_PARAMETER,
            f"entry function `{function.name}` must have one `Task` parameter, not {found}",
            function.span,
            help=f"write `def {function.name}(Task t) {{ ... }}`",
            related=(Related(message=f"this `{word}` names it", span=statement.function_span),),
        )
        return False

    def _result(self, statement: MapStatement, function: ast.Function) -> None:
        """Report an entry function that does not return processors, or only ones of no use."""
        result = self.inference.results.get((function.name, (Type.TASK,)))
        if result is None or result.type is None:
            return
        if result.type is Type.SET:
            self._kinds(statement, function, result)
            return
        returned = next(s.value for s in function.body if isinstance(s, ast.Return))
        advice = "return an element of a machine, such as `m[0, 0]`"
        if result.type in {Type.TUPLE, Type.MACHINE}:
            advice = conversion(result.type, Type.SET, returned.span)
        self.report.error(
            ENTRY_RESULT,
            f"entry function `{function.name}` returns {result.type}, not a processor set",
            returned.span,
            help=advice,
        )

    def _kinds(self, statement: MapStatement, function: ast.Function, result: Value) -> None:
        """Warn where the task never runs on a kind that the function returns."""
        if result.kinds is None:
            return
        given = " or ".join(sorted(kind.value for kind in result.kinds))
        for word in statement.tasks:
            target = target_of(word)
            expected = self._runs_on(target)
            if not expected or not result.kinds.isdisjoint(expected):
                continue
            if isinstance(target, ProcKind):
                message = (
                    f"`{function.name}` returns {given} processors, "
                    f"the statement is for tasks on {target.value}"
                )
            else:
                kinds = ", ".join(kind.value for kind in expected)
                task = "every task" if target is None else f"task `{target}`"
                message = f"`{function.name}` returns {given} processors, {task} runs on {kinds}"
            wanted = next(iter(expected)).value
            self.report.warning(
                KIND_NEVER_CHOSEN,
                message,
                word.span,
                help=f"use `Machine({wanted})`, or give the task the kind {given}",
            )

    def _runs_on(self, target: str | ProcKind | None) -> tuple[ProcKind, ...] | None:
        """Return the kinds on which the tasks of a mapping statement run, if that is said."""
        if isinstance(target, ProcKind):
            return (target,)
        if target is not None:
            rule = task_rule(self.policy, target)
            return rule.procs if rule else None
        if all(rule.task is not None for rule in self.policy.tasks):
            return None
        kinds = (kind for rule in self.policy.tasks for kind in rule.procs)
        return tuple(dict.fromkeys(kinds))

    def _excluded(self, tasks: tuple[ast.Word, ...], word: ast.Word) -> None:
        """Warn about a processor kind on which a named task never runs."""
        if word.text not in PROC_WORDS:
            return
        for task, rule in self._named(tasks):
            if ProcKind(word.text) in rule.procs:
                continue
            kinds = ", ".join(kind.value for kind in rule.procs)
            choice = kinds if len(rule.procs) == 1 else f"one of {kinds}"
            self.report.warning(
                KIND_EXCLUDED,
                f"task `{task.text}` never runs on {word.text}: "
                f"its `Task` statement on line {rule.span.line} has {kinds}",
                word.span,
                help=f"write {choice}, or add {word.text} to the `Task` statement",
                related=(Related(message="the `Task` statement", span=rule.span),),
            )

    def _named(self, tasks: tuple[ast.Word, ...]) -> Iterator[tuple[ast.Word, TaskRule]]:
        """Yield the tasks named, with the `Task` statement of each that has one."""
        for task in tasks:
            rule = None if task.is_star else task_rule(self.policy, task.text)
            if rule is not None and rule.procs:
                yield task, rule
