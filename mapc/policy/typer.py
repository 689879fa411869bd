"""Infers the type of an expression, with constants where they are known.

Errors of types are always reported. Errors of values are reported only where the expression is
certain to be evaluated: behind a constant condition it is not.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, assert_never

from mapc.policy import operators
from mapc.policy.advice import (
    arms_advice,
    bare,
    conversion,
    element_advice,
    operand,
    shown,
)
from mapc.policy.arguments import Arguments, check_builtin, check_function
from mapc.policy.builtins import BUILTINS
from mapc.policy.faults import Fault
from mapc.policy.kinds import ProcKind
from mapc.policy.members import infer_member, infer_method
from mapc.policy.subscripts import infer_slice, infer_subscript
from mapc.policy.types import Type
from mapc.policy.values import (
    BOOL,
    UNKNOWN,
    Value,
    boolean,
    integer,
    machine,
    tuple_of,
)
from mapc.syntax import ast
from mapc.syntax.words import PROC_WORDS
from mapc.text import Reporter, Span
from mapc.text.codes import (
    ARMS_DIFFER,
    CONDITION_NOT_BOOL,
    ELEMENT_NOT_INT,
    NOT_A_TUPLE,
    OPERATOR_TYPES,
    Code,
)

if TYPE_CHECKING:
    from mapc.policy.infer import Inference


class Typer:
    """Types of the expressions of one function, or of one top-level statement."""

    def __init__(self, inference: "Inference", report: Reporter) -> None:
        self.inference = inference
        self.report = report
        self.local: dict[str, Value] = {}
        self.skipped = 0

    # --- reporting ---

    def error(self, code: Code, message: str, span: Span, help: str = "") -> Value:
        """Report an error of types; return the value that stands for the rest."""
        self.report.error(code, message, span, help=help)
        return UNKNOWN

    def fault(self, fault: Fault, span: Span) -> None:
        """Report an error of values, unless the expression may be skipped."""
        if not self.skipped:
            self.report.error(fault.code, fault.message, span, help=fault.help)

    @contextmanager
    def maybe_skipped(self, skip: bool) -> Iterator[None]:
        """Check only types inside the block if a constant condition skips it."""
        self.skipped += skip
        yield
        self.skipped -= skip

    # --- statements ---

    def body(self, function: ast.Function) -> Value:
        """Return the result of a function's first `return`."""
        result: Value | None = None
        for statement in function.body:
            match statement:
                case ast.Assign(name=name, value=value):
                    inferred = self.infer(value)
                    self.local.setdefault(name, inferred)
                case ast.Print(arguments=arguments):
                    for argument in arguments:
                        self.infer(argument)
                case ast.Return(value=value):
                    returned = self.infer(value)
                    result = result or returned
        return result or UNKNOWN

    # --- expressions ---

    def infer(self, expr: ast.Expr) -> Value:  # noqa: PLR0912  # one arm per node
        """Return what is known of an expression."""
        match expr:
            case ast.IntLiteral(value=value):
                return integer(value)
            case ast.BoolLiteral(value=flag):
                return boolean(flag)
            case ast.NameLiteral(value=text):
                return Value(Type.NAME, const=text)
            case ast.NameRef(name=name):
                if name in self.local:
                    return self.local[name]
                return self.inference.globals.get(name, UNKNOWN)
            case ast.Unary():
                return operators.infer_unary(self, expr, self.infer(expr.operand))
            case ast.Binary(op="&&" | "||"):
                return self._logic(expr)
            case ast.Binary(left=ast.Unary(op="!") as negation) if self._not_of_part(
                expr, negation
            ):
                self.infer(expr.right)
                return BOOL
            case ast.Binary():
                left, right = self.infer(expr.left), self.infer(expr.right)
                return operators.infer_binary(self, expr, left, right)
            case ast.Conditional():
                return self._conditional(expr)
            case ast.Call():
                return self._call(expr)
            case ast.MachineOf(kind=kind):
                known = frozenset({ProcKind(kind)}) if kind in PROC_WORDS else None
                return machine(known, (None, None))
            case ast.Member():
                return infer_member(self, expr, self.infer(expr.base))
            case ast.MethodCall():
                return infer_method(self, expr, self.infer(expr.base))
            case ast.Subscript():
                return infer_subscript(self, expr, self.infer(expr.base))
            case ast.Slice():
                return infer_slice(self, expr, self.infer(expr.base))
            case ast.TupleLiteral():
                return self._tuple(expr)
            case ast.Comprehension():
                return self._comprehension(expr)
            case _:
                assert_never(expr)

    def _logic(self, expr: ast.Binary) -> Value:
        stop = expr.op == "||"
        left = self.infer(expr.left)
        with self.maybe_skipped(left.const is stop):
            right = self.infer(expr.right)
        result = operators.infer_binary(self, expr, left, right)
        if result.type is None:
            return BOOL
        if left.const is stop or right.const is stop:
            return boolean(stop if left.const is stop or left.const is not None else None)
        return boolean(not stop if left.const is not None and right.const is not None else None)

    def _not_of_part(self, expr: ast.Binary, negation: ast.Unary) -> bool:
        """Report `not a < b`, which negates only `a`; return whether it is that."""
        # Parentheses belong to the span, so `(not a) < b` begins with one.
        if expr.op not in operators.COMPARISONS or negation.span.text.startswith("("):
            return False
        operand = self.infer(negation.operand)
        if operand.type in {Type.BOOL, None}:
            return False
        whole = f"{shown(negation.operand.span)} {expr.op} {shown(expr.right.span)}"
        self.error(
            OPERATOR_TYPES,
            f"`not` is not defined for {operand.type}; it binds tighter than `{expr.op}`",
            negation.span,
            f"write `not ({whole})`",
        )
        return True

    def _conditional(self, expr: ast.Conditional) -> Value:
        condition = self.infer(expr.condition)
        if condition.type not in {Type.BOOL, None}:
            self.error(
                CONDITION_NOT_BOOL,
                f"the condition of `? :` is {condition.type}, not bool",
                expr.condition.span,
                conversion(condition.type, Type.BOOL, expr.condition.span),
            )
        known = condition.const if condition.type is Type.BOOL else None
        with self.maybe_skipped(known is False):
            then = self.infer(expr.then)
        with self.maybe_skipped(known is True):
            otherwise = self.infer(expr.otherwise)
        if then.type is not None and otherwise.type is not None and then.type != otherwise.type:
            return self.error(
                ARMS_DIFFER,
                f"arms of `? :` differ in type: {then.type} and {otherwise.type}",
                expr.then.span.to(expr.otherwise.span),
                arms_advice(then.type, expr.then.span, otherwise.type, expr.otherwise.span),
            )
        if known is not None and then.type is not None and otherwise.type is not None:
            return then if known else otherwise
        return then.join(otherwise)

    def _call(self, expr: ast.Call) -> Value:
        arguments = self.arguments(expr.arguments)
        # A local of that name was reported before.
        if expr.function in self.local:
            return UNKNOWN
        function = self.inference.names.functions.get(expr.function)
        if function is not None:
            types = check_function(self, expr, function, arguments)
            if types is None:
                return UNKNOWN
            return self.inference.call(function, types, expr.span)
        builtin = BUILTINS.get(expr.function)
        names = self.inference.names
        if builtin is None or expr.function in names.variables or expr.function in names.lost:
            return UNKNOWN
        return check_builtin(self, expr, builtin, arguments)

    def arguments(self, elements: Iterable[ast.Index]) -> Arguments:
        """Return what is known of the elements of an argument list or a subscript."""
        result = Arguments()
        for item in elements:
            if isinstance(item, ast.Star):
                result.add_star(item.span)
            elif isinstance(item, ast.Unpack):
                result.add_unpacked(self._unpacked(item), item.span)
            else:
                result.add(self.infer(item), item.span)
        return result

    def _unpacked(self, item: ast.Unpack) -> Value:
        value = self.infer(item.operand)
        if value.type in {Type.TUPLE, None}:
            return value
        text = operand(item.operand.span)
        members = {Type.MACHINE: f"*{text}.size", Type.TASK: f"*{text}.ipoint"}
        return self.error(
            NOT_A_TUPLE,
            f"unpack of {value.type}, not of a tuple",
            item.span,
            f"write `{members.get(value.type, bare(item.operand.span))}`",
        )

    def _tuple(self, expr: ast.TupleLiteral) -> Value:
        arguments = self.arguments(expr.elements)
        for value, span in arguments.plain():
            if value.type not in {Type.INT, None}:
                self.error(
                    ELEMENT_NOT_INT,
                    f"tuple element is {value.type}, not int",
                    span,
                    element_advice(value.type, span),
                )
        return tuple_of(arguments.integers())

    def _comprehension(self, expr: ast.Comprehension) -> Value:
        iterable = self.infer(expr.iterable)
        if iterable.type not in {Type.TUPLE, None}:
            advice = conversion(iterable.type, Type.TUPLE, expr.iterable.span)
            if iterable.type is Type.INT:
                advice = f"write `range({bare(expr.iterable.span)})`"
            self.error(
                NOT_A_TUPLE,
                f"comprehension over {iterable.type}, not over a tuple",
                expr.iterable.span,
                advice,
            )
        elements = iterable.elements
        hidden = self.local.get(expr.variable)
        self.local[expr.variable] = integer(None)
        with self.maybe_skipped(elements == ()):
            body = self.infer(expr.element)
        del self.local[expr.variable]
        if hidden is not None:
            self.local[expr.variable] = hidden
        if body.type not in {Type.INT, None}:
            self.error(
                ELEMENT_NOT_INT,
                f"element of a comprehension is {body.type}, not int",
                expr.element.span,
                conversion(body.type, Type.INT, expr.element.span),
            )
        return tuple_of(None if elements is None else (body.integer,) * len(elements))
