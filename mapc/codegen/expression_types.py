"""Static types of expressions, for a policy that was checked already.

Non-goals: diagnosing anything. Types come from the checked function instances; what is left is to
follow them through one expression.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from mapc.policy.types import FunctionInstance, Type
from mapc.syntax import ast

BUILTINS: Mapping[str, Type] = {
    "abs": Type.INT,  # or a tuple, like its argument
    "delinearize": Type.TUPLE,
    "len": Type.INT,
    "linearize": Type.INT,
    "max": Type.INT,
    "min": Type.INT,
    "prod": Type.INT,
    "range": Type.TUPLE,
    "sum": Type.INT,
}
_MEMBERS: Mapping[str, Type] = {
    "depth": Type.INT,
    "ipoint": Type.TUPLE,
    "ispace": Type.TUPLE,
    "len": Type.INT,
    "name": Type.NAME,
    "parent": Type.TASK,
    "size": Type.TUPLE,
    "volume": Type.INT,
}
_Plain: TypeAlias = (
    ast.IntLiteral
    | ast.BoolLiteral
    | ast.NameLiteral
    | ast.MachineOf
    | ast.Slice
    | ast.TupleLiteral
    | ast.Comprehension
)
_METHODS: Mapping[str, Type] = {"has": Type.BOOL, "processor": Type.TUPLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The types of the variables in sight, and the functions there are."""

    variables: Mapping[str, Type]
    functions: Mapping[str, Sequence[FunctionInstance]]

    def within(self, name: str, variable_type: Type) -> "Scope":
        """Return this scope with one more variable."""
        return Scope(
            variables={**self.variables, name: variable_type},
            functions=self.functions,
        )


def type_of(expr: ast.Expr, scope: Scope) -> Type:
    """Return the type of an expression."""
    match expr:
        case ast.NameRef():
            return scope.variables[expr.name]
        case ast.Unary():
            return type_of(expr.operand, scope)
        case ast.Binary():
            return _binary(expr, scope)
        case ast.Conditional():
            return type_of(expr.then, scope)
        case ast.Call():
            return _call(expr, scope)
        case ast.Member():
            return _MEMBERS[expr.name]
        case ast.MethodCall():
            return _METHODS.get(expr.name, Type.MACHINE)
        case ast.Subscript():
            return Type.SET if type_of(expr.base, scope) is Type.MACHINE else Type.INT
        case _:
            return _always(expr)


def _always(expr: _Plain) -> Type:
    """Return the type of an expression that has it whatever its parts are."""
    match expr:
        case ast.IntLiteral():
            return Type.INT
        case ast.BoolLiteral():
            return Type.BOOL
        case ast.NameLiteral():
            return Type.NAME
        case ast.MachineOf():
            return Type.MACHINE
        case ast.Slice() | ast.TupleLiteral() | ast.Comprehension():
            return Type.TUPLE
        case _:
            assert_never(expr)


def _binary(expr: ast.Binary, scope: Scope) -> Type:
    if expr.op not in {"+", "-", "*", "/", "%"}:
        return Type.BOOL
    operands = (type_of(expr.left, scope), type_of(expr.right, scope))
    return Type.TUPLE if Type.TUPLE in operands else Type.INT


def _call(expr: ast.Call, scope: Scope) -> Type:
    if expr.function in scope.functions:
        return instance_of(expr, scope).result
    if expr.function == "abs":
        first = expr.arguments[0]
        return Type.INT if isinstance(first, ast.Unpack) else type_of(first, scope)
    return BUILTINS[expr.function]


def instance_of(call: ast.Call, scope: Scope) -> FunctionInstance:
    """Return the instance of a function that a call means."""
    instances = scope.functions[call.function]
    if len(instances) == 1:
        return instances[0]
    given = argument_types(call.arguments, scope)
    return next(i for i in instances if _agrees(given, i.parameters))


def argument_types(arguments: Sequence[ast.Element], scope: Scope) -> tuple[Type | None, ...]:
    """Return the types of arguments; None stands for an unpack, any number of integers."""
    return tuple(None if isinstance(a, ast.Unpack) else type_of(a, scope) for a in arguments)


def _agrees(given: Sequence[Type | None], parameters: Sequence[Type]) -> bool:
    """Return whether arguments can fill parameters, with each unpack of some length."""
    if not given:
        return not parameters
    if given[0] is not None:
        return bool(parameters) and given[0] is parameters[0] and _agrees(given[1:], parameters[1:])
    return _agrees(given[1:], parameters) or (
        bool(parameters) and parameters[0] is Type.INT and _agrees(given, parameters[1:])
    )
