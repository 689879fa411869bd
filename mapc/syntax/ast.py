"""The syntax tree of a policy, the whole of it on one screen; every node has a span.

The tree says what was written: words for kinds and layouts are still words here, so that a wrong
one becomes a finding about a name instead of a syntax error. `mapc.policy` gives them meaning.

Nodes are equal only to themselves: each stands for one place of one text. (Comparing trees would
also compare texts, and the methods for it would double the time to import this module.)
"""

from dataclasses import dataclass
from typing import TypeAlias

from mapc.text import Source, Span


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """What all nodes have."""

    span: Span


# --- expressions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IntLiteral(Node):
    """`42`."""

    value: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoolLiteral(Node):
    """`True` or `False`."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NameLiteral(Node):
    """`"solve"`: the name of a task."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NameRef(Node):
    """A variable, parameter, or (wrongly) a function or kind used as a value."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unary(Node):
    """`-e` or `!e` (`not e` is `!e`)."""

    op: str
    operand: "Expr"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Binary(Node):
    """`a op b`; `op` is one of `+ - * / % < > <= >= == != && ||` (`and`, `or` are `&&`, `||`)."""

    op: str
    left: "Expr"
    right: "Expr"
    op_span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conditional(Node):
    """`condition ? then : otherwise`."""

    condition: "Expr"
    then: "Expr"
    otherwise: "Expr"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unpack(Node):
    """`*e` as an element of a tuple, an argument list or a subscript."""

    operand: "Expr"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Star(Node):
    """A bare `*` in a machine subscript: every index of one dimension."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Call(Node):
    """`f(a, *b)`; the callee is a function of the program or a built-in."""

    function: str
    function_span: Span
    arguments: tuple["Element", ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MachineOf(Node):
    """`Machine(GPU)`; `kind` is the word as written."""

    kind: str
    kind_span: Span


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Member(Node):
    """`e.name` without arguments."""

    base: "Expr"
    name: str
    name_span: Span


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MethodCall(Node):
    """`e.name(a, b)`; kinds among the arguments of `.has` are `NameRef`s."""

    base: "Expr"
    name: str
    name_span: Span
    arguments: tuple["Element", ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subscript(Node):
    """`e[i, *t, *]`."""

    base: "Expr"
    indices: tuple["Index", ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slice(Node):
    """`e[lower:upper]`."""

    base: "Expr"
    lower: "Expr | None"
    upper: "Expr | None"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TupleLiteral(Node):
    """`(a, *b)` or `(a,)`."""

    elements: tuple["Element", ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comprehension(Node):
    """`tuple(element for variable in iterable)`."""

    element: "Expr"
    variable: str
    variable_span: Span
    iterable: "Expr"


Expr: TypeAlias = (
    IntLiteral
    | BoolLiteral
    | NameLiteral
    | NameRef
    | Unary
    | Binary
    | Conditional
    | Call
    | MachineOf
    | Member
    | MethodCall
    | Subscript
    | Slice
    | TupleLiteral
    | Comprehension
)
Element: TypeAlias = Expr | Unpack
Index: TypeAlias = Expr | Unpack | Star


# --- words of statements -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Word(Node):
    """One name, number or `*` as an operand of a statement.

    `quoted` tells `"GPU"`, a name, from `GPU`, a kind; `"*"` and `"0"` are names, too.
    """

    text: str
    quoted: bool = False

    @property
    def is_star(self) -> bool:
        """Whether this is the wildcard."""
        return self.text == "*" and not self.quoted

    @property
    def is_number(self) -> bool:
        """Whether this is the number of a requirement."""
        return not self.quoted and self.text.isdecimal()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Constraint(Node):
    """One layout word; `Align op n` has its operator and number."""

    word: str
    op: str = ""
    value: int = 0


# --- statements ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TaskStatement(Node):
    """`Task tasks procs;`."""

    tasks: tuple[Word, ...]
    procs: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegionStatement(Node):
    """`Region tasks regions proc mems;`."""

    tasks: tuple[Word, ...]
    regions: tuple[Word, ...]
    proc: Word
    mems: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LayoutStatement(Node):
    """`Layout tasks regions kind constraints;`."""

    tasks: tuple[Word, ...]
    regions: tuple[Word, ...]
    kind: Word
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LimitStatement(Node):
    """`InstanceLimit tasks n;`."""

    tasks: tuple[Word, ...]
    limit: int
    limit_span: Span


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CollectStatement(Node):
    """`CollectMemory tasks regions;`."""

    tasks: tuple[Word, ...]
    regions: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndexMapStatement(Node):
    """`IndexTaskMap tasks function;`."""

    tasks: tuple[Word, ...]
    function: str
    function_span: Span


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SingleMapStatement(Node):
    """`SingleTaskMap tasks function;`."""

    tasks: tuple[Word, ...]
    function: str
    function_span: Span


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplicateStatement(Node):
    """`ControlReplicate tasks;`."""

    tasks: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assign(Node):
    """`name = value;`, global or local."""

    name: str
    name_span: Span
    value: Expr


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Print(Node):
    """`print("text {}", a);`."""

    text: str
    text_span: Span
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Return(Node):
    """`return e;`."""

    value: Expr


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parameter(Node):
    """`[type] name`; `type` is the word as written, empty where there is none."""

    name: str
    type: str = ""
    name_span: Span | None = None


BodyStatement: TypeAlias = Assign | Print | Return


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Function(Node):
    """`def name(parameters) { body }`; `span` covers the head only."""

    name: str
    name_span: Span
    parameters: tuple[Parameter, ...]
    body: tuple[BodyStatement, ...]


Statement: TypeAlias = (
    TaskStatement
    | RegionStatement
    | LayoutStatement
    | LimitStatement
    | CollectStatement
    | IndexMapStatement
    | SingleMapStatement
    | ReplicateStatement
    | Assign
    | Print
    | Function
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Program:
    """A whole policy file, in source order."""

    source: Source
    statements: tuple[Statement, ...]
