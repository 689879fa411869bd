"""Follows task values from an entry function, and checks which of their members it may use.

`IndexTaskMap` functions know the point but not where tasks run, `SingleTaskMap` functions the
reverse, except that ancestors may be point tasks (reference, section 8).
"""

from dataclasses import dataclass, field
from enum import Flag, auto
from typing import TypeAlias

from mapc.policy.scopes import Names
from mapc.syntax import ast
from mapc.syntax.walk import children
from mapc.text import Related, Reporter, Span
from mapc.text.codes import MEMBER_CONTEXT


class Role(Flag):
    """Which task a value may be."""

    MAPPED = auto()
    ANCESTOR = auto()


NO_TASK = Role(0)
Roles: TypeAlias = tuple[Role, ...]

_POINT_MEMBERS = frozenset(("ipoint", "ispace"))
_PLACE_MEMBERS = frozenset(("depth", "parent", "processor"))


@dataclass(slots=True)
class TaskFlow:
    """The flow through all entry functions of a program."""

    names: Names
    report: Reporter
    done: dict[tuple[str, Roles, bool], Role] = field(default_factory=dict)
    index: bool = True
    entry: Span | None = None

    def check(
        self, statement: ast.IndexMapStatement | ast.SingleMapStatement, function: ast.Function
    ) -> None:
        """Check an entry function for the kind of statement that names it."""
        self.index = isinstance(statement, ast.IndexMapStatement)
        self.entry = statement.function_span
        self._function(function, (Role.MAPPED,))

    def _function(self, function: ast.Function, roles: Roles) -> Role:
        """Return which task a function returns, checking its body on the way."""
        key = (function.name, roles, self.index)
        if key in self.done:
            return self.done[key]
        self.done[key] = NO_TASK
        local = dict(zip((p.name for p in function.parameters), roles, strict=False))
        result = NO_TASK
        for statement in function.body:
            match statement:
                case ast.Assign(name=name, value=value):
                    local[name] = self._expr(value, local)
                case ast.Print(arguments=arguments):
                    for argument in arguments:
                        self._expr(argument, local)
                case ast.Return(value=value):
                    result |= self._expr(value, local)
        self.done[key] = result
        return result

    def _expr(self, expr: ast.Node, local: dict[str, Role]) -> Role:
        """Return which task an expression is, checking it on the way."""
        match expr:
            case ast.NameRef(name=name):
                return local.get(name, NO_TASK)
            case ast.Conditional():
                self._expr(expr.condition, local)
                return self._expr(expr.then, local) | self._expr(expr.otherwise, local)
            case ast.Member(base=base, name=name):
                role = self._expr(base, local)
                self._member(name, role, expr.name_span)
                return Role.ANCESTOR if name == "parent" and role else NO_TASK
            case ast.MethodCall(base=base, name=name):
                self._member(name, self._expr(base, local), expr.name_span)
                for argument in expr.arguments:
                    self._expr(argument, local)
                return NO_TASK
            case ast.Call():
                return self._call(expr, local)
            case ast.Comprehension(variable=variable):
                self._expr(expr.iterable, local)
                self._expr(expr.element, {**local, variable: NO_TASK})
                return NO_TASK
            case _:
                for child in children(expr):
                    self._expr(child, local)
                return NO_TASK

    def _call(self, expr: ast.Call, local: dict[str, Role]) -> Role:
        roles = [self._expr(argument, local) for argument in expr.arguments]
        function = self.names.functions.get(expr.function)
        if function is None or expr.function in local:
            return NO_TASK
        # Unpacked tuples hold ints: they only move what stands behind them.
        unpacked = [i for i, a in enumerate(expr.arguments) if isinstance(a, ast.Unpack)]
        if unpacked:
            tail = roles[unpacked[-1] + 1 :]
            roles = roles[: unpacked[0]]
            room = len(function.parameters) - len(roles) - len(tail)
            roles += [NO_TASK] * max(room, 0) + tail
        return self._function(function, tuple(roles[: len(function.parameters)]))

    def _member(self, name: str, role: Role, span: Span) -> None:
        """Report a member that the mapping statement does not provide."""
        if not role:
            return
        if self.index and name in _PLACE_MEMBERS:
            word, advice = "IndexTaskMap", "use `ipoint` and `ispace`, or map with `SingleTaskMap`"
        elif not self.index and name in _POINT_MEMBERS and Role.MAPPED in role:
            word, advice = "SingleTaskMap", f"use `parent.{name}`, or map with `IndexTaskMap`"
        else:
            return
        related: tuple[Related, ...] = ()
        if self.entry is not None:
            related = (Related(message=f"the `{word}` that leads here", span=self.entry),)
        self.report.error(
            MEMBER_CONTEXT,
            f"`{name}` is not available in an `{word}` function"
            if word.startswith("I")
            else f"`{name}` of the task itself is not available in a `{word}` function",
            span,
            help=advice,
            related=related,
        )
