"""The placement program of a policy as one C++ class: globals, functions, entry points."""

from collections.abc import Iterable, Mapping, Sequence

from mapc.codegen.cxx import Names, cxx_comment, cxx_string
from mapc.codegen.expression_types import Scope, type_of
from mapc.codegen.expressions import Emitter, names_read
from mapc.codegen.views import FunctionView, Line, ProgramView, StatementView
from mapc.policy.model import Policy
from mapc.policy.types import FunctionInstance, Type
from mapc.syntax import ast

_CXX = {
    Type.INT: "Int",
    Type.BOOL: "bool",
    Type.TUPLE: "Tuple",
    Type.MACHINE: "MachineView",
    Type.SET: "ProcessorSet",
    Type.TASK: "TaskView",
    Type.NAME: "Name",
}
_BY_VALUE = {Type.INT, Type.BOOL, Type.TASK}


def program_of(policy: Policy, *, class_name: str, taken: Iterable[str] = ()) -> ProgramView:
    """Return the class that evaluates the policy's functions."""
    names = Names({class_name, *taken})
    names.claim(name for name, _ in policy.global_types)
    names.claim(instance.function.name for instance in policy.instances)
    names.claim(_local_names((policy.globals, tuple(i.function for i in policy.instances))))
    functions: dict[str, list[FunctionInstance]] = {}
    for instance in policy.instances:
        functions.setdefault(instance.function.name, []).append(instance)
    scope = Scope(variables=dict(policy.global_types), functions=functions)
    writer = _Writer(scope, names)
    return ProgramView(
        class_name=class_name,
        start=tuple(writer.start(policy.globals)),
        members=tuple(f"{_CXX[kind]} {names.of(name)};" for name, kind in policy.global_types),
        functions=tuple(writer.function(instance) for instance in policy.instances),
        entries=tuple(_entries(policy, names)),
    )


def _local_names(node: object) -> Iterable[str]:
    """Return the parameters, locals and comprehension variables anywhere in a tree."""
    match node:
        case ast.Parameter() | ast.Assign():
            yield node.name
        case ast.Comprehension():
            yield node.variable
        case _:
            pass
    if isinstance(node, ast.Node):
        node = tuple(getattr(node, name) for name in node.__dataclass_fields__ if name != "span")
    if isinstance(node, tuple):
        for item in node:
            yield from _local_names(item)


def _entries(policy: Policy, names: Names) -> Iterable[Line]:
    """Return one line for every function that a mapping statement names."""
    rules = (*policy.index_maps, *policy.single_maps)
    for name in dict.fromkeys(rule.function for rule in rules):
        call = f"return {names.of(name)}(task);"
        yield Line(
            text=f"if (function == {cxx_string(name)}) {call}",
            source=policy.function(name).span.line,
        )


class _Writer:
    """Writes statements; `scope` holds what every function sees."""

    def __init__(self, scope: Scope, names: Names) -> None:
        self._scope = scope
        self._names = names

    def start(self, statements: Sequence[ast.Assign | ast.Print]) -> Iterable[StatementView]:
        """Return the body of the constructor."""
        emitter = Emitter(scope=self._scope, names=self._names)
        for statement in statements:
            if isinstance(statement, ast.Assign):
                text = f"{self._names.of(statement.name)} = {emitter.value(statement.value)};"
            else:
                text = _print(statement, emitter)
            yield _statement(statement, text)

    def function(self, instance: FunctionInstance) -> FunctionView:
        """Return one function for one combination of argument types."""
        function = instance.function
        read = set(names_read(function.body))
        typed = list(zip(function.parameters, instance.parameters, strict=True))
        parameters = ", ".join(self._parameter(p.name, t, p.name in read) for p, t in typed)
        written = ", ".join(f"{p.type} {p.name}".strip() for p in function.parameters)
        head = f"{_CXX[instance.result]} {self._names.of(function.name)}({parameters}) const"
        return FunctionView(
            title=cxx_comment(f"def {function.name}({written})"),
            head=head,
            source=function.span.line,
            body=tuple(self._body(function, {p.name: t for p, t in typed}, read)),
        )

    def _parameter(self, name: str, kind: Type, used: bool) -> str:
        spelled = _CXX[kind] if kind in _BY_VALUE else f"const {_CXX[kind]}&"
        identifier = self._names.of(name)
        return f"{spelled} {identifier}" if used else f"{spelled} /*{identifier}*/"

    def _body(
        self, function: ast.Function, parameters: Mapping[str, Type], read: set[str]
    ) -> Iterable[StatementView]:
        scope = Scope(
            variables={**self._scope.variables, **parameters}, functions=self._scope.functions
        )
        emitter = Emitter(
            scope=scope,
            names=self._names,
            locals=tuple((name, self._names.of(name)) for name in parameters),
        )
        for statement in function.body:
            match statement:
                case ast.Return():
                    yield _statement(statement, f"return {emitter.value(statement.value)};")
                    return
                case ast.Print():
                    yield _statement(statement, _print(statement, emitter))
                case ast.Assign():
                    kind = type_of(statement.value, emitter.scope)
                    value = emitter.spell(statement.value)
                    emitter, identifier = self._declare(emitter, statement.name, kind)
                    unused = "" if statement.name in read else "[[maybe_unused]] "
                    text = f"{unused}const {_CXX[kind]} {identifier} = {value};"
                    yield _statement(statement, text)

    def _declare(self, emitter: Emitter, name: str, kind: Type) -> tuple[Emitter, str]:
        """Return the emitter that sees one more local variable.

        C++ would let a local stand for itself in its own initializer, where the language still
        means the global; so one that hides a global or a function gets a name of its own.
        """
        hides = name in self._scope.variables or name in self._scope.functions
        identifier = self._names.fresh(name, "local_") if hides else self._names.of(name)
        inner = Emitter(
            scope=emitter.scope.within(name, kind),
            names=self._names,
            locals=(*emitter.locals, (name, identifier)),
        )
        return inner, identifier


def _statement(statement: ast.BodyStatement, text: str) -> StatementView:
    line, column = statement.span.position()
    return StatementView(mark=f"mark({line}, {column});", text=text, source=line)


def _print(statement: ast.Print, emitter: Emitter) -> str:
    values = ", ".join(emitter.spell(argument) for argument in statement.arguments)
    return f"print({cxx_string(statement.text)}, {{{values}}});"
