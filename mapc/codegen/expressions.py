"""Expressions of the language as C++ text.

The C++ operators of the support header mean what the language's do, so the text keeps the shape
of the policy. Parentheses are kept only where C++ or its warnings need them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from mapc.codegen.cxx import Names, cxx_string
from mapc.codegen.expression_types import Scope, instance_of, type_of
from mapc.policy.types import Type
from mapc.syntax import ast

_CONDITIONAL, _OR, _AND, _EQUALITY, _RELATION, _SUM, _PRODUCT, _PREFIX, _POSTFIX = range(9)
_LEVELS = {
    **dict.fromkeys(("||",), _OR),
    **dict.fromkeys(("&&",), _AND),
    **dict.fromkeys(("==", "!="), _EQUALITY),
    **dict.fromkeys(("<", ">", "<=", ">="), _RELATION),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/", "%"), _PRODUCT),
}
_METHOD_PARAMETERS = {
    "auto_split": (Type.INT, Type.TUPLE),
    "balance_split": (Type.INT, Type.INT),
    "decompose": (Type.INT, Type.TUPLE),
    "greedy_split": (Type.INT, Type.TUPLE),
    "merge": (Type.INT, Type.INT),
    "processor": (Type.MACHINE,),
    "reverse": (Type.INT,),
    "slice": (Type.INT, Type.INT, Type.INT),
    "split": (Type.INT, Type.INT),
    "swap": (Type.INT, Type.INT),
}
_BUILTIN_PARAMETERS = {
    "abs": (Type.INT,),
    "delinearize": (Type.INT, Type.TUPLE),
    "linearize": (Type.TUPLE, Type.TUPLE),
}


@dataclass(frozen=True, slots=True)
class Text:
    """C++ text with the level of its operator; `bare` marks a plain number, which is not an Int."""

    text: str
    level: int = _POSTFIX
    bare: bool = False

    def at(self, level: int) -> str:
        """Return the text for a place that takes operators of a level or tighter."""
        return self.text if self.level >= level else f"({self.text})"

    def as_int(self) -> "Text":
        """Return the text as an Int, so that operators on it are checked."""
        return Text(f"Int({self.text})") if self.bare else self


def _constant(expr: ast.IntLiteral | ast.BoolLiteral | ast.NameLiteral | ast.MachineOf) -> Text:
    match expr:
        case ast.IntLiteral():
            return Text(str(expr.value), bare=True)
        case ast.BoolLiteral():
            return Text("true" if expr.value else "false")
        case ast.NameLiteral():
            return Text(f"Name({cxx_string(expr.value)})")
        case ast.MachineOf():
            return Text(f"machine_of({expr.kind})")
        case _:
            assert_never(expr)


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitter:
    """Spells expressions; `names` gives identifiers, `locals` those of renamed local variables."""

    scope: Scope
    names: Names
    locals: tuple[tuple[str, str], ...] = ()

    def spell(self, expr: ast.Expr) -> str:
        """Return an expression for a place that takes any."""
        return self._text(expr).text

    def value(self, expr: ast.Expr) -> str:
        """Return an expression whose C++ type is exactly that of the language."""
        return self._text(expr).as_int().text

    def elements(self, elements: Sequence[ast.Index]) -> str:
        """Return a list of elements or indices for braces."""
        return ", ".join(map(self._element, elements))

    def identifier(self, name: str) -> str:
        """Return the identifier of a variable in sight."""
        return dict(self.locals).get(name) or self.names.of(name)

    def _element(self, element: ast.Index) -> str:
        match element:
            case ast.Star():
                return "all"
            case ast.Unpack():
                return "*" + self._text(element.operand).at(_PREFIX)
            case _:
                return self.spell(element)

    def _text(self, expr: ast.Expr) -> Text:
        match expr:
            case ast.NameRef():
                return Text(self.identifier(expr.name))
            case ast.Unary():
                return self._unary(expr)
            case ast.Binary():
                return self._binary(expr)
            case ast.Conditional():
                return self._conditional(expr)
            case ast.Call():
                return self._call(expr)
            case ast.Member():
                return Text(f"{self._text(expr.base).at(_POSTFIX)}.{expr.name}()")
            case ast.MethodCall():
                return self._method(expr)
            case ast.Subscript():
                return self._subscript(expr)
            case ast.Slice():
                return self._slice(expr)
            case ast.TupleLiteral():
                return Text(f"Tuple{{{self.elements(expr.elements)}}}")
            case ast.Comprehension():
                return self._comprehension(expr)
            case _:
                return _constant(expr)

    def _unary(self, expr: ast.Unary) -> Text:
        operand = self._text(expr.operand)
        inner = operand.at(_PREFIX)
        if inner.startswith("-"):
            inner = f"({inner})"
        return Text(expr.op + inner, _PREFIX, operand.bare)

    def _binary(self, expr: ast.Binary) -> Text:
        level = _LEVELS[expr.op]
        left, right = self._text(expr.left), self._text(expr.right)
        if left.bare and right.bare:
            left = left.as_int()
        # Compilers warn about a comparison within a comparison, and about `&&` within `||`.
        least = {_EQUALITY: _SUM, _OR: _EQUALITY}.get(level, level)
        first = left.text if left.level == level == _OR else left.at(least)
        second = right.at(max(least, level + 1))
        return Text(f"{first} {expr.op} {second}", level)

    def _conditional(self, expr: ast.Conditional) -> Text:
        condition = self._text(expr.condition).at(_OR)
        then, otherwise = self._text(expr.then), self._text(expr.otherwise)
        if then.bare and otherwise.bare:
            then = then.as_int()
        return Text(f"{condition} ? {then.at(_OR)} : {otherwise.text}", _CONDITIONAL)

    def _call(self, expr: ast.Call) -> Text:
        arguments = expr.arguments
        if expr.function in self.scope.functions:
            function = self.names.of(expr.function)
            parameters: Sequence[Type] = instance_of(expr, self.scope).parameters
            overloaded = len(self.scope.functions[expr.function]) > 1
            return self._with_arguments(function, arguments, parameters, overloaded=overloaded)
        if expr.function == "len":
            return Text(f"{self._sole(arguments).at(_POSTFIX)}.len()")
        if expr.function in {"min", "max"}:
            first = arguments[0]
            if not isinstance(first, ast.Unpack) and type_of(first, self.scope) is Type.TUPLE:
                return Text(f"{expr.function}({self.spell(first)})")
            return Text(f"{expr.function}({{{self.elements(arguments)}}})")
        if expr.function == "range":
            if any(isinstance(a, ast.Unpack) for a in arguments):
                return Text(f"range_of({{{self.elements(arguments)}}})")
            return Text(f"range({self.elements(arguments)})")
        parameters = _BUILTIN_PARAMETERS.get(expr.function, (Type.TUPLE,))
        if expr.function == "abs" and not isinstance(arguments[0], ast.Unpack):
            parameters = (type_of(arguments[0], self.scope),)
        return self._with_arguments(expr.function, arguments, parameters)

    def _sole(self, arguments: Sequence[ast.Element]) -> Text:
        (argument,) = arguments
        assert not isinstance(argument, ast.Unpack)
        return self._text(argument)

    def _method(self, expr: ast.MethodCall) -> Text:
        base = f"{self._text(expr.base).at(_POSTFIX)}.{expr.name}"
        if expr.name == "has":
            (kind,) = expr.arguments
            assert isinstance(kind, ast.NameRef)
            return Text(f"{base}({kind.name})")
        return self._with_arguments(base, expr.arguments, _METHOD_PARAMETERS[expr.name])

    def _with_arguments(
        self,
        function: str,
        arguments: Sequence[ast.Element],
        parameters: Sequence[Type],
        *,
        overloaded: bool = False,
    ) -> Text:
        """Return a call; integers that an unpack brings are counted at run time.

        Parameters of another type cut the integers into runs of known length.
        """
        if not any(isinstance(a, ast.Unpack) for a in arguments):
            spell = self.value if overloaded else self.spell
            given = [spell(a) for a in arguments if not isinstance(a, ast.Unpack)]
            return Text(f"{function}({', '.join(given)})")
        prelude: list[str] = []
        passed: list[str] = []
        rest = list(arguments)
        position = 0
        while position < len(parameters) or rest:
            run = 0
            while position + run < len(parameters) and parameters[position + run] is Type.INT:
                run += 1
            taken: list[ast.Element] = []
            while rest and self._is_integers(rest[0]):
                taken.append(rest.pop(0))
            position += run
            if run or taken:
                name = f"run_{len(prelude)}"
                given_run = self.elements(taken)
                prelude.append(f"const Tuple {name} = arguments({run}, {{{given_run}}}); ")
                passed.extend(f"{name}[{i}]" for i in range(run))
            if rest:
                argument = rest.pop(0)
                assert not isinstance(argument, ast.Unpack)
                passed.append(self.value(argument))
                position += 1
        call = f"{function}({', '.join(passed)})"
        return Text(f"[&] {{ {''.join(prelude)}return {call}; }}()")

    def _is_integers(self, element: ast.Element) -> bool:
        return isinstance(element, ast.Unpack) or type_of(element, self.scope) is Type.INT

    def _subscript(self, expr: ast.Subscript) -> Text:
        base = self._text(expr.base).at(_POSTFIX)
        indices = self.elements(expr.indices)
        if type_of(expr.base, self.scope) is Type.MACHINE:
            return Text(f"{base}[{{{indices}}}]")
        return Text(f"{base}[{indices}]")

    def _slice(self, expr: ast.Slice) -> Text:
        lower, upper = (
            "open" if bound is None else self.spell(bound) for bound in (expr.lower, expr.upper)
        )
        return Text(f"{self._text(expr.base).at(_POSTFIX)}.part({lower}, {upper})")

    def _comprehension(self, expr: ast.Comprehension) -> Text:
        inner = Emitter(
            scope=self.scope.within(expr.variable, Type.INT),
            names=self.names,
            locals=(*self.locals, (expr.variable, self.names.of(expr.variable))),
        )
        element = inner.spell(expr.element)
        used = expr.variable in set(names_read(expr.element))
        parameter = f"Int {self.names.of(expr.variable)}" if used else "Int"
        iterable = self.spell(expr.iterable)
        return Text(f"each({iterable}, [&]({parameter}) -> Int {{ return {element}; }})")


def names_read(node: object) -> list[str]:
    """Return the variables that an expression reads, with repetitions."""
    match node:
        case ast.NameRef():
            return [node.name]
        case ast.Comprehension():
            inner = [name for name in names_read(node.element) if name != node.variable]
            return inner + names_read(node.iterable)
        case ast.Node():
            fields = [getattr(node, name) for name in node.__dataclass_fields__ if name != "span"]
            return [name for field in fields for name in names_read(field)]
        case tuple():
            return [name for item in node for name in names_read(item)]
        case _:
            return []
