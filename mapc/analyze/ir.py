"""What the analysis keeps of C++: a small tree that is quick to interpret and to store.

libclang's cursors are slow to ask and die with their translation unit. So every function, variable
and class of the application is copied once into these nodes; everything behind works on them.
Implicit casts, parentheses and temporaries are left out: they do not change what a launch does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Node:
    """An expression or a statement.

    `name` is what is named, as spelt (an operator, a variable, a member, a callee); `ref` the USR
    of its declaration, the same in every translation unit; `owner` the qualified name of it, such
    as `Legion::Runtime::execute_task`. `type` is the canonical type without qualifiers and
    references. `value` belongs to literals and enumerators. `targs` are template arguments of a
    call that name functions, types or numbers; `signature` are the names of the parameters of a
    callee that is not the application's. `within` is what stands before `::`, if it depends on
    template arguments: a class with its arguments, or what is written in a template.

    Kinds of expressions, with their kids:
    `int real string bool null enum` -; `name` -; `this` -; `member` [object] or none for `this`;
    `call` arguments; `method` object, arguments; `construct` arguments; `binary unary assign`
    operands; `index` [object, index]; `conditional` [condition, then, else]; `cast` [expression];
    `list` elements; `lambda` [body], with `params`; `new` [construct or element count];
    `type` -; `sizeof` -; `default` - (an argument that is left to its default);
    `unknown` whatever was found inside.

    Kinds of statements: `block` statements; `declare` [initial value] or none; `bind` [value],
    with `params`, for `auto [a, b]`; `if` [condition, then, else]; `for`
    [initialisation, condition, step, body]; `while` `do` [condition, body];
    `each` [declare, range, body]; `switch` [value, body]; `case` [value, statement];
    `otherwise` [statement]; `return` [value] or none; `break` `continue` `empty` -. What is
    left out of a `for` or an `if` is `empty`.
    """

    kind: str
    line: int = 0
    column: int = 0
    name: str = ""
    ref: str = ""
    owner: str = ""
    type: str = ""
    value: int | float | str | None = None
    kids: tuple["Node", ...] = ()
    targs: tuple["Node", ...] = ()
    params: tuple["Param", ...] = ()
    signature: tuple[str, ...] = ()
    within: str = ""

    def walk(self) -> Iterator["Node"]:
        """Yield the node and all below it."""
        yield self
        for kid in (*self.targs, *self.kids):
            yield from kid.walk()


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter; `default` is the value that a call may leave out."""

    name: str
    ref: str
    type: str
    default: Node | None = None
    by_reference: bool = False
    constant: bool = False
    pack: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function with a body. `inits` are a constructor's (member or base name, USR, value).

    `template` are the names of its template parameters, if it is one; packs end in `...`.
    """

    ref: str
    name: str
    file: str
    line: int
    params: tuple[Param, ...]
    body: Node
    result: str = ""
    owner: str = ""
    inits: tuple[tuple[str, str, Node], ...] = ()
    template: tuple[str, ...] = ()
    static: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable at namespace or class scope, or a data member."""

    ref: str
    name: str
    file: str
    line: int
    type: str
    init: Node | None = None
    qualified: str = ""
    constant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """A class or struct; `bases` are USRs, with their qualified names."""

    ref: str
    name: str
    bases: tuple[tuple[str, str], ...] = ()
    fields: tuple[Variable, ...] = ()
    template: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What the compiler said of a source."""

    severity: str
    text: str
    file: str
    line: int
    column: int


@dataclass(slots=True, kw_only=True)
class Unit:
    """What one translation unit defines, headers of the application included."""

    file: str
    functions: dict[str, Function] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    enumerators: dict[str, int] = field(default_factory=dict)  # by qualified name
    classes: dict[str, Class] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)  # the application's own
    system: list[str] = field(default_factory=list)  # all other headers
