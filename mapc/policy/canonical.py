"""What a placement function is, whatever its names are: equal texts place alike on any machine.

Variables, parameters and functions count by the order of their first use, so that renaming,
comments and the order of definitions do not matter. Functions that place alike can still have
different texts: whether they do is found out by evaluating them.
"""

from dataclasses import dataclass, field

from mapc.policy.deep import deep_calls
from mapc.policy.model import Policy
from mapc.syntax import ast
from mapc.syntax.walk import children

_WORDS = ("op", "name", "kind", "value")
"""The fields in which expressions that are no names of the program have words and numbers."""


def canonical(policy: Policy, function: str) -> str:
    """Return the text that stands for an entry function and everything it reads or calls."""
    program = _Program(policy)
    program.number_of(function)
    with deep_calls():
        return program.text()


@dataclass(slots=True)
class _Program:
    """The functions and globals met so far, by their numbers."""

    policy: Policy
    assigned: dict[str, ast.Expr] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for statement in self.policy.globals:
            if isinstance(statement, ast.Assign):
                self.assigned[statement.name] = statement.value

    def number_of(self, name: str) -> int:
        """Return the number of a function or global; a name is never both."""
        return self.met.setdefault(name, len(self.met))

    def text(self) -> str:
        """Return the definitions of all that was met, and of what they lead to."""
        rows: list[str] = []
        while len(rows) < len(self.met):
            name = list(self.met)[len(rows)]
            function = self.policy.index.functions.get(name)
            if function is None:
                rows.append(_Scope(self).expression(self.assigned[name]))
            else:
                rows.append(_Scope(self).function(function))
        return "\n".join(rows)


@dataclass(slots=True)
class _Scope:
    """The locals of one function by their numbers; a comprehension's variable hides others."""

    program: _Program
    local: dict[str, int] = field(default_factory=dict)
    bound: int = 0

    def bind(self, name: str) -> None:
        """Give a variable the next number."""
        self.local[name] = self.bound
        self.bound += 1

    def function(self, function: ast.Function) -> str:
        """Return a function's parameters and its body up to the return."""
        for parameter in function.parameters:
            self.bind(parameter.name)
        rows = [f"{len(function.parameters)}"]
        for statement in function.body:
            match statement:
                case ast.Assign(name=name, value=value):
                    rows.append(f"={self.expression(value)}")
                    self.bind(name)
                case ast.Print(arguments=arguments):
                    # What is printed places nothing, but evaluating it can fail.
                    rows.append(f"print{''.join(map(self.expression, arguments))}")
                case ast.Return(value=value):
                    rows.append(f"return{self.expression(value)}")
                    break
        return ";".join(rows)

    def expression(self, node: ast.Node) -> str:
        """Return the text of an expression, in brackets."""
        match node:
            case ast.NameRef(name=name):
                return self._name(name)
            case ast.Call(function=called):
                known = called in self.program.policy.index.functions
                head = f"f{self.program.number_of(called)}" if known else called
            case ast.Comprehension():
                return self._comprehension(node)
            case ast.Slice(lower=lower, upper=upper):
                head = f"[{'' if lower is None else '.'}:{'' if upper is None else '.'}]"
            case _:
                words = (getattr(node, name) for name in _WORDS if hasattr(node, name))
                head = " ".join([type(node).__name__, *map(repr, words)])
        return f"({' '.join([head, *map(self.expression, children(node))])})"

    def _name(self, name: str) -> str:
        if name in self.local:
            return f"(v{self.local[name]})"
        if name in self.program.assigned:
            return f"(g{self.program.number_of(name)})"
        return f"({name})"  # a kind among the arguments of `.has`

    def _comprehension(self, node: ast.Comprehension) -> str:
        iterable = self.expression(node.iterable)
        outer = dict(self.local)
        self.bind(node.variable)
        element = self.expression(node.element)
        self.local = outer
        return f"(for {iterable} {element})"
