"""Checks of names: what is defined where, once, and read after that (reference, section 4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from mapc.policy.builtins import BUILTINS
from mapc.policy.namewords import (
    check_kind,
    check_machine,
    check_member,
    check_parameter_type,
    check_print,
)
from mapc.syntax import ast
from mapc.syntax.walk import children
from mapc.syntax.words import KIND_WORDS, did_you_mean
from mapc.text import Related, Reporter, Span
from mapc.text.codes import (
    AFTER_RETURN,
    FUNCTION_AND_VARIABLE,
    FUNCTION_DEFINED_TWICE,
    LOCAL_HIDES_GLOBAL,
    NO_RETURN,
    NOT_A_FUNCTION,
    PARAMETER_REPEATED,
    READ_BEFORE_ASSIGNMENT,
    REPLACES_BUILTIN,
    UNDEFINED_MAPPING_FUNCTION,
    UNKNOWN_NAME,
    UNUSED_FUNCTION,
    UNUSED_VARIABLE,
    VARIABLE_ASSIGNED_TWICE,
    Code,
)


@dataclass(slots=True)
class Uses:
    """What a function, or one top-level statement, uses of the global name space."""

    reads: dict[str, Span] = field(default_factory=dict)
    calls: dict[str, Span] = field(default_factory=dict)
    machine: bool = False
    """Whether `Machine(...)` occurs."""


@dataclass(slots=True)
class Names:
    """The global names of a program, and who uses which."""

    variables: dict[str, ast.Assign] = field(default_factory=dict)
    functions: dict[str, ast.Function] = field(default_factory=dict)
    uses: dict[str, Uses] = field(default_factory=dict)
    """Of every function."""

    def reach(self, start: Uses) -> Uses:
        """Return what some uses come to with everything they call."""
        total = Uses(dict(start.reads), dict(start.calls), start.machine)
        pending = list(start.calls)
        while pending:
            name = pending.pop()
            called = self.uses.get(name)
            if called is None:
                continue
            total.machine |= called.machine
            for read in called.reads:
                total.reads.setdefault(read, start.calls.get(name) or total.calls[name])
            for other in called.calls:
                if other not in total.calls:
                    total.calls[other] = total.calls[name]
                    pending.append(other)
        return total


@dataclass(slots=True)
class _Scope:
    """The names visible in one function, or at the top level."""

    names: Names
    report: Reporter
    uses: Uses
    local: dict[str, Span] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    hidden: list[str] = field(default_factory=list)
    """Variables of the comprehensions around."""

    def check(self, root: ast.Node) -> None:
        """Check every name in an expression."""
        # Comprehensions bind a name for their first part only, hence no plain walk. Markers on
        # the stack end the binding.
        pending: list[ast.Node | None] = [root]
        while pending:
            node = pending.pop()
            match node:
                case None:
                    self.hidden.pop()
                    continue
                case ast.NameRef():
                    self._reference(node)
                case ast.Call():
                    self._call(node)
                case ast.MachineOf():
                    self.uses.machine = True
                    check_machine(node, self.report)
                case ast.Member() | ast.MethodCall():
                    check_member(node, self.report)
                case ast.Comprehension():
                    self.hidden.append(node.variable)
                    # The iterable is outside the binding: it waits below the marker.
                    pending += [node.iterable, None, node.element]
                    continue
                case _:
                    pass
            if isinstance(node, ast.MethodCall) and node.name == "has":
                pending.append(node.base)
                continue
            pending += reversed(tuple(children(node)))

    def _reference(self, node: ast.NameRef) -> None:
        name = node.name
        if name in self.hidden:
            return
        if name in self.local:
            self.read.add(name)
        elif name in self.names.variables:
            self.uses.reads.setdefault(name, node.span)
        elif name in self.names.functions or name in BUILTINS:
            self.report.error(
                NOT_A_FUNCTION,
                f"function `{name}` is not a value",
                node.span,
                help=f"call it: `{name}(...)`",
            )
            self.uses.calls.setdefault(name, node.span)
        elif name in KIND_WORDS:
            check_kind(node, self.report)
        else:
            self._unknown(name, node.span, (*self.local, *self.hidden, *self.names.variables))

    def _call(self, node: ast.Call) -> None:
        name, span = node.function, node.function_span
        if name in self.hidden or name in self.local:
            self.read.add(name)
            self._not_callable(name, span)
        elif name in self.names.functions:
            self.uses.calls.setdefault(name, span)
        elif name in self.names.variables:
            self.uses.reads.setdefault(name, span)
            self._not_callable(name, span)
        elif name not in BUILTINS:
            self._unknown(name, span, (*self.names.functions, *BUILTINS), "function ")

    def _not_callable(self, name: str, span: Span) -> None:
        self.report.error(
            NOT_A_FUNCTION,
            f"`{name}` is a variable, not a function",
            span,
            help="write `[...]` for an element, or rename the variable",
        )

    def _unknown(self, name: str, span: Span, known: Iterable[str], what: str = "") -> None:
        self.report.error(
            UNKNOWN_NAME,
            f"unknown {what or 'name '}`{name}`",
            span,
            help=did_you_mean(name, known, "define it, or correct its spelling"),
        )


def check_names(program: ast.Program, report: Reporter) -> Names:
    """Report every finding about names; return the global name space."""
    names = _define(program, report)
    for function in names.functions.values():
        names.uses[function.name] = _check_function(function, names, report)
    total = _check_top(program, names, report)
    _check_unused(names, total, report)
    return names


def _define(program: ast.Program, report: Reporter) -> Names:
    """Return the global names; of several definitions the first."""
    names = Names()
    for statement in program.statements:
        if not isinstance(statement, ast.Assign | ast.Function):
            continue
        name, span = statement.name, statement.name_span
        is_function = isinstance(statement, ast.Function)
        first = names.functions.get(name) or names.variables.get(name)
        if first is not None:
            kinds = {isinstance(first, ast.Function), is_function}
            if len(kinds) == 2:
                what = "variable" if is_function else "function"
                code, message = FUNCTION_AND_VARIABLE, f"`{name}` is already a {what}"
            elif is_function:
                code, message = FUNCTION_DEFINED_TWICE, f"function `{name}` is already defined"
            else:
                code, message = VARIABLE_ASSIGNED_TWICE, f"variable `{name}` is already assigned"
            _repeated(report, code, message, span, first.name_span)
            continue
        if name in BUILTINS:
            _replaces_builtin(report, name, span)
        if isinstance(statement, ast.Function):
            names.functions[name] = statement
        else:
            names.variables[name] = statement
    return names


def _repeated(report: Reporter, code: Code, message: str, span: Span, first: Span) -> None:
    report.error(
        code,
        f"{message} on line {first.line}",
        span,
        help="rename or remove one of them",
        related=(Related(message="the first one", span=first),),
    )


def _replaces_builtin(report: Reporter, name: str, span: Span) -> None:
    report.note(
        REPLACES_BUILTIN,
        f"`{name}` replaces the built-in function of that name",
        span,
        help="choose another name to keep the built-in function",
    )


def _check_function(function: ast.Function, names: Names, report: Reporter) -> Uses:
    """Check one function; return what it uses."""
    scope = _Scope(names, report, Uses())
    for parameter in function.parameters:
        span = parameter.name_span or parameter.span
        check_parameter_type(parameter, report)
        if parameter.name in scope.local:
            _repeated(
                report,
                PARAMETER_REPEATED,
                f"parameter `{parameter.name}` is already there",
                span,
                scope.local[parameter.name],
            )
            continue
        _bind(scope, parameter.name, span)
    parameters = set(scope.local)
    returned = False
    for statement in function.body:
        if returned:
            report.warning(
                AFTER_RETURN,
                "statement after `return` is never executed",
                statement.span,
                help="remove it",
            )
        match statement:
            case ast.Assign(name=name, name_span=span, value=value):
                scope.check(value)
                if name in scope.local:
                    what = "parameter" if name in parameters else "variable"
                    message = f"{what} `{name}` is already bound"
                    _repeated(report, VARIABLE_ASSIGNED_TWICE, message, span, scope.local[name])
                else:
                    _bind(scope, name, span)
            case ast.Print():
                check_print(statement, report)
                for argument in statement.arguments:
                    scope.check(argument)
            case ast.Return(value=value):
                scope.check(value)
                returned = True
    if not returned:
        report.error(
            NO_RETURN,
            f"function `{function.name}` has no `return`",
            function.name_span,
            help="end it with `return` and its result",
        )
    for name, span in scope.local.items():
        if name not in scope.read and name not in parameters:
            _unused_variable(report, name, span)
    return scope.uses


def _bind(scope: _Scope, name: str, span: Span) -> None:
    """Bind a parameter or local."""
    hidden = scope.names.variables.get(name) or scope.names.functions.get(name)
    if hidden is not None:
        what = "function" if isinstance(hidden, ast.Function) else "global variable"
        scope.report.note(
            LOCAL_HIDES_GLOBAL,
            f"`{name}` hides the {what} of that name",
            span,
            help="rename it if that is not meant",
            related=(Related(message=f"the {what}", span=hidden.name_span),),
        )
    elif name in BUILTINS:
        _replaces_builtin(scope.report, name, span)
    scope.local[name] = span


def _check_top(program: ast.Program, names: Names, report: Reporter) -> Uses:
    """Check top-level statements in order; return all that they use together."""
    total = Uses()
    assigned: set[str] = set()
    for statement in program.statements:
        match statement:
            case ast.IndexMapStatement() | ast.SingleMapStatement():
                _check_entry(statement, names, report)
                total.calls.setdefault(statement.function, statement.function_span)
                continue
            case ast.Assign(value=value):
                checked: tuple[ast.Expr, ...] = (value,)
            case ast.Print(arguments=arguments):
                check_print(statement, report)
                checked = arguments
            case _:
                continue
        uses = Uses()
        for expr in checked:
            _Scope(names, report, uses).check(expr)
        for name, span in names.reach(uses).reads.items():
            if name not in assigned:
                _read_early(names, name, span, direct=name in uses.reads, report=report)
        if isinstance(statement, ast.Assign):
            assigned.add(statement.name)
        total.reads.update(uses.reads)
        total.calls.update(uses.calls)
    return total


def _read_early(names: Names, name: str, span: Span, *, direct: bool, report: Reporter) -> None:
    place = names.variables[name].name_span
    how = "is read" if direct else "is read by this call"
    report.error(
        READ_BEFORE_ASSIGNMENT,
        f"`{name}` {how} before its assignment on line {place.line}",
        span,
        help=f"move the assignment of `{name}` up",
        related=(Related(message="the assignment", span=place),),
    )


def _check_entry(
    statement: ast.IndexMapStatement | ast.SingleMapStatement, names: Names, report: Reporter
) -> None:
    name = statement.function
    if name in names.functions:
        return
    message = f"function `{name}` is not defined"
    if name in names.variables:
        message = f"`{name}` is a variable, not a function"
    report.error(
        UNDEFINED_MAPPING_FUNCTION,
        message,
        statement.function_span,
        help=did_you_mean(
            name, names.functions, f"write `def {name}(Task t) {{ return m[...]; }}`"
        ),
    )


def _check_unused(names: Names, total: Uses, report: Reporter) -> None:
    """Report globals that nothing reachable uses."""
    reached = names.reach(total)
    for function in names.functions.values():
        if function.name not in reached.calls:
            report.note(
                UNUSED_FUNCTION,
                f"function `{function.name}` is never used",
                function.name_span,
                help="remove it, or name it in a mapping statement",
            )
    read = {name for uses in names.uses.values() for name in uses.reads} | set(total.reads)
    for assign in names.variables.values():
        if assign.name not in read:
            _unused_variable(report, assign.name, assign.name_span)


def _unused_variable(report: Reporter, name: str, span: Span) -> None:
    report.note(UNUSED_VARIABLE, f"variable `{name}` is never used", span, help="remove it")
