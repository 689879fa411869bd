"""Checks of names: what is defined where, once, and read after that (reference, section 4)."""

from mapc.policy.builtins import BUILTINS
from mapc.policy.namewords import check_parameter_type, check_print
from mapc.policy.scopes import Names, Scope, Uses
from mapc.syntax import ast
from mapc.text import Related, Reporter, Span
from mapc.text.codes import (
    AFTER_RETURN,
    FUNCTION_AND_VARIABLE,
    FUNCTION_DEFINED_TWICE,
    LOCAL_HIDES_GLOBAL,
    NO_RETURN,
    PARAMETER_REPEATED,
    READ_BEFORE_ASSIGNMENT,
    REPLACES_BUILTIN,
    UNDEFINED_MAPPING_FUNCTION,
    UNUSED_FUNCTION,
    UNUSED_VARIABLE,
    VARIABLE_ASSIGNED_TWICE,
    Code,
)
from mapc.text.nearest import nearest


def check_names(
    program: ast.Program,
    report: Reporter,
    *,
    lost: frozenset[str] = frozenset(),
    complete: bool = True,
) -> Names:
    """Report every finding about names; return the global name space.

    `lost` are names that statements with syntax errors would define. Unless the program is
    `complete`, nothing is said about what it lacks or does not use.
    """
    names = _define(program, report)
    names.lost, names.complete = lost, complete
    for function in names.functions.values():
        names.uses[function.name] = _check_function(function, names, report)
    total = _check_top(program, names, report)
    for function in names.rejected:
        uses = _check_function(function, names, report)
        total.reads.update(uses.reads)
        total.calls.update(uses.calls)
    if complete:
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
            if isinstance(statement, ast.Function):
                names.rejected.append(statement)
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
        help="remove one of them, or give this one another name"
        if code is FUNCTION_DEFINED_TWICE
        else f"give this one another name, such as `{span.text}2`",
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
    scope = Scope(names, report, Uses())
    _bind_parameters(function, scope)
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
                    message = f"{what} `{name}` is already assigned"
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
    if not names.complete:
        return scope.uses
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


def _bind_parameters(function: ast.Function, scope: Scope) -> None:
    """Check and bind the parameters of a function."""
    for parameter in function.parameters:
        span = parameter.name_span or parameter.span
        check_parameter_type(parameter, scope.report)
        first = scope.local.get(parameter.name)
        if first is None:
            _bind(scope, parameter.name, span)
            continue
        message = f"parameter `{parameter.name}` is already declared"
        _repeated(scope.report, PARAMETER_REPEATED, message, span, first)


def _bind(scope: Scope, name: str, span: Span) -> None:
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
    settled: set[str] = set()  # functions that read only what is assigned
    rejected = {function.name for function in names.rejected}
    for statement in program.statements:
        match statement:
            case ast.IndexMapStatement() | ast.SingleMapStatement():
                if statement.function not in rejected:
                    _check_entry(statement, names, report)
                # A misspelt function is meant to be used.
                meant = statement.function
                if meant not in names.functions:
                    meant = nearest(meant, names.functions) or meant
                total.calls.setdefault(meant, statement.function_span)
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
            Scope(names, report, uses).check(expr)
        reached = names.reach(uses, settled)
        early = [(name, span) for name, span in reached.reads.items() if name not in assigned]
        for name, span in early:
            _read_early(names, name, span, direct=name in uses.reads, report=report)
        if not early:
            settled.update(reached.calls)
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
    if name in names.functions or name in names.lost:
        return
    message = f"function `{name}` is not defined"
    if name in names.variables:
        message = f"`{name}` is a variable, not a function"
    elif name in BUILTINS:
        message = f"built-in function `{name}` places no tasks"
    report.error(
        UNDEFINED_MAPPING_FUNCTION,
        message,
        statement.function_span,
        help=names.proposal(
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
