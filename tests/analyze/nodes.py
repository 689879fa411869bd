"""Nodes, built by hand for tests, and an interpreter for them."""

from mapc.analyze.interp import Interpreter
from mapc.analyze.ir import Node
from mapc.analyze.program import Program
from mapc.analyze.scope import Scope
from mapc.analyze.values import Cell, Closure, Value


def number(value: int) -> Node:
    return Node("int", value=value)


def name(of: str) -> Node:
    return Node("name", name=of, ref=of)


def unknown() -> Node:
    """A condition that only a run decides."""
    return Node("call", name="argument")


def declare(of: str, value: Node) -> Node:
    return Node("declare", name=of, ref=of, kids=(value,))


def assign(of: str, value: Node, operator: str = "=") -> Node:
    return Node("assign", name=operator, kids=(name(of), value))


def binary(operator: str, left: Node, right: Node) -> Node:
    return Node("binary", name=operator, kids=(left, right))


def block(*statements: Node) -> Node:
    return Node("block", kids=statements)


def branch(condition: Node, then: Node, other: Node | None = None) -> Node:
    return Node("if", kids=(condition, then, other or Node("empty")))


def loop(start: Node, condition: Node, step: Node, body: Node) -> Node:
    return Node("for", kids=(start, condition, step, body))


def count(variable: str, end: int, body: Node) -> Node:
    """`for (variable = 0; variable < end; variable++) body`."""
    step = Node("unary", name="post++", kids=(name(variable),))
    return loop(declare(variable, number(0)), binary("<", name(variable), number(end)), step, body)


def run(statement: Node) -> dict[str, Value]:
    """Follow a statement and return what its variables hold behind it."""
    interp = Interpreter(Program([]))
    scope = Scope()
    with interp.frame("test") as frame:
        frame.region.ends = interp.execute(statement, scope) is None
    return {ref: cell.value for ref, cell in scope.cells.items()}


def called(body: Node, variable: str, value: int) -> Value:
    """Return what a variable around a function holds behind a call of it."""
    interp = Interpreter(Program([]))
    around = Scope(cells={variable: Cell(value)})
    with interp.frame("test"):
        interp.call_closure(Closure(node=Node("lambda", kids=(body,)), scope=around), [])
    return around.cells[variable].value
