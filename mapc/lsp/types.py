"""What is known of the values of a text, as far as it can be read: for hover and completion."""

from dataclasses import dataclass

from mapc.policy.build import build_policy
from mapc.policy.deep import deep_calls
from mapc.policy.infer import Inference, infer_types
from mapc.policy.names import check_names
from mapc.policy.typer import Typer
from mapc.policy.types import DECLARED, Type
from mapc.policy.values import UNKNOWN, Known, Value
from mapc.syntax import ast
from mapc.syntax.parse import parse, parse_what_is_right
from mapc.text import Reporter, Source


@dataclass(frozen=True, slots=True)
class Types:
    """The types of a program; without one nothing is known."""

    inference: Inference | None

    def variable(self, name: str) -> Value:
        """Return what is known of a global variable."""
        return UNKNOWN if self.inference is None else self.inference.globals.get(name, UNKNOWN)

    def results(self, name: str) -> tuple[tuple[tuple[Type, ...], Value], ...]:
        """Return the results of a function, one for each list of argument types."""
        if self.inference is None:
            return ()
        found = self.inference.results.items()
        return tuple((types, value) for (function, types), value in found if function == name)

    def locals(self, name: str) -> dict[str, Value]:
        """Return the parameters and locals of a function, for the first types it is called with."""
        if self.inference is None or name not in self.inference.names.functions:
            return {}
        with deep_calls():
            return self._typer(self.inference, name).local

    def expression(self, text: str, function: str) -> Value:
        """Return what is known of an expression in a function, or at the top level."""
        program = parse(Source("expression", f"value = {text};"), Reporter())
        if self.inference is None or program is None or len(program.statements) != 1:
            return UNKNOWN
        (statement,) = program.statements
        if not isinstance(statement, ast.Assign):
            return UNKNOWN
        with deep_calls():
            return self._typer(self.inference, function).infer(statement.value)

    def _typer(self, inference: Inference, name: str) -> Typer:
        """Return a typer that knows what is local to a function."""
        typer = Typer(inference, Reporter())
        function = inference.names.functions.get(name)
        if function is None:
            return typer
        called = self.results(name)
        for i, parameter in enumerate(function.parameters):
            known = called[0][0][i] if called else DECLARED.get(parameter.type)
            typer.local.setdefault(parameter.name, Value(known))
        typer.body(function)
        return typer


def types_of(source: Source) -> Types:
    """Return the types of what can be read of a text."""
    silent = Reporter()
    program = parse_what_is_right(source, silent).program
    if program is None:
        return Types(None)
    policy = build_policy(program, silent)
    names = check_names(program, silent)
    return Types(infer_types(policy, names, silent))


def describe(value: Value) -> str:
    """Return what is known of a value, in words."""
    match value.type:
        case None:
            return "type not known"
        case Type.MACHINE:
            return f"machine{_of_kinds(value)}{_extents(value.extents)}"
        case Type.SET:
            return f"processor set{_of_kinds(value)}"
        case Type.TUPLE if value.elements is not None:
            length = len(value.elements)
            if any(element is not None for element in value.elements) or not length:
                return f"tuple = {_tuple(value.elements)}"
            return f"tuple of {length} int{'' if length == 1 else 's'}"
        case Type.NAME if value.const is not None:
            return f'name = "{value.const}"'
    return str(value.type) if value.const is None else f"{value.type} = {value.const}"


def _of_kinds(value: Value) -> str:
    return f" of {' or '.join(sorted(value.kinds))}" if value.kinds else ""


def _extents(extents: Known | None) -> str:
    if extents is None:
        return ""
    if any(extent is not None for extent in extents):
        return f", size {_tuple(extents)}"
    return f", {len(extents)} dimension{'' if len(extents) == 1 else 's'}"


def _tuple(elements: Known) -> str:
    shown = ", ".join("?" if element is None else str(element) for element in elements)
    return f"({shown},)" if len(elements) == 1 else f"({shown})"
