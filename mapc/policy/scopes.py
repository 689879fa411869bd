"""The global name space of a program, and the names visible in one place of it."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from itertools import chain

from mapc.policy import habits
from mapc.policy.builtins import BUILTINS
from mapc.policy.namewords import check_kind, check_machine, check_member
from mapc.syntax import ast
from mapc.syntax.walk import children, walk
from mapc.syntax.words import KIND_WORDS, proposal
from mapc.text import Reporter, Span
from mapc.text.codes import NOT_A_FUNCTION, UNKNOWN_NAME

_MOST_PROPOSALS = 50


@dataclass(slots=True)
class Uses:
    """What a function, or one top-level statement, uses of the global name space."""

    reads: dict[str, Span] = field(default_factory=dict)
    calls: dict[str, Span] = field(default_factory=dict)
    machine: bool = False
    """Whether `Machine(...)` occurs."""


@dataclass(slots=True)
class Names:
    """The global names of a program, and who uses which."""

    variables: dict[str, ast.Assign] = field(default_factory=dict)
    functions: dict[str, ast.Function] = field(default_factory=dict)
    uses: dict[str, Uses] = field(default_factory=dict)
    """Of every function."""
    rejected: list[ast.Function] = field(default_factory=list)
    """Functions whose name was taken; what they use counts as used."""
    lost: frozenset[str] = frozenset()
    """Names whose definitions have syntax errors: nothing is known of them."""
    complete: bool = True
    """Whether no part of the program is missing because of syntax errors."""
    unknown: int = 0
    """How many unknown names there were."""

    def reach(self, start: Uses, settled: Set[str] = frozenset()) -> Uses:
        """Return what some uses come to with everything they call.

        Calls of `settled` functions are not followed: the caller knows what they come to.
        """
        total = Uses(dict(start.reads), dict(start.calls), start.machine)
        pending = list(start.calls)
        while pending:
            name = pending.pop()
            called = self.uses.get(name)
            if called is None or name in settled:
                continue
            total.machine |= called.machine
            for read in called.reads:
                total.reads.setdefault(read, start.calls.get(name) or total.calls[name])
            for other in called.calls:
                if other not in total.calls:
                    total.calls[other] = total.calls[name]
                    pending.append(other)
        return total

    def proposal(self, name: str, known: Iterable[str], otherwise: str) -> str:
        """Return a help text that proposes the nearest known name, else `otherwise`.

        Looking for it takes long in a large program, and nobody reads very many.
        """
        self.unknown += 1
        return proposal(name, known if self.unknown <= _MOST_PROPOSALS else (), otherwise)


@dataclass(slots=True)
class Scope:
    """The names visible in one function, or at the top level."""

    names: Names
    report: Reporter
    uses: Uses
    local: dict[str, Span] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    hidden: list[str] = field(default_factory=list)
    """Variables of the comprehensions around."""

    def check(self, root: ast.Node) -> None:
        """Check every name in an expression."""
        # Comprehensions bind a name for their first part only, hence no plain walk. Markers on
        # the stack end the binding.
        pending: list[ast.Node | None] = [root]
        while pending:
            node = pending.pop()
            match node:
                case None:
                    self.hidden.pop()
                    continue
                case ast.NameRef():
                    self._reference(node)
                case ast.Call():
                    self._call(node)
                case ast.MachineOf():
                    self.uses.machine = True
                    check_machine(node, self.report)
                case ast.Member() | ast.MethodCall():
                    check_member(node, self.report)
                case ast.Comprehension():
                    self.hidden.append(node.variable)
                    # The iterable is outside the binding: it waits below the marker.
                    pending += [node.iterable, None, node.element]
                    continue
                case _:
                    pass
            if isinstance(node, ast.MethodCall) and node.name == "has":
                pending.append(node.base)
                continue
            pending += reversed(tuple(children(node)))

    def _reference(self, node: ast.NameRef) -> None:
        name = node.name
        if name in self.hidden:
            return
        if name in self.local:
            self.read.add(name)
        elif name in self.names.variables:
            self.uses.reads.setdefault(name, node.span)
        elif name in self.names.functions or name in BUILTINS:
            self.report.error(
                NOT_A_FUNCTION,
                f"function `{name}` is not a value",
                node.span,
                help=f"call it: `{name}(...)`",
            )
            self.uses.calls.setdefault(name, node.span)
        elif name in KIND_WORDS:
            check_kind(node, self.report)
        elif name not in self.names.lost:
            self._unknown(name, node.span, ("True", "False"))

    def _call(self, node: ast.Call) -> None:
        name, span = node.function, node.function_span
        if name in self.hidden or name in self.local:
            self.read.add(name)
            self._not_callable(name, span)
        elif name in self.names.functions:
            self.uses.calls.setdefault(name, span)
        elif name in self.names.variables:
            self.uses.reads.setdefault(name, span)
            self._not_callable(name, span)
        elif name not in BUILTINS and name not in self.names.lost:
            self._unknown(name, span, BUILTINS, "function ")

    def _not_callable(self, name: str, span: Span) -> None:
        self.report.error(
            NOT_A_FUNCTION,
            f"`{name}` is a variable, not a function",
            span,
            help=f"write `{name}` alone, or `{name}[...]` for an element of it",
        )

    def _unknown(self, name: str, span: Span, fixed: Iterable[str], what: str = "") -> None:
        variables, functions = self.names.variables, self.names.functions
        known = chain(self.local, self.hidden, variables, functions, fixed)
        self.report.error(
            UNKNOWN_NAME,
            f"unknown {what or 'name '}`{name}`",
            span,
            help=habits.NAMES.get(name)
            or self.names.proposal(name, known, "define it, or correct its spelling"),
        )


def uses_of(parts: Iterable[ast.Expr]) -> Uses:
    """Return what top-level expressions use; variables of comprehensions may be among it."""
    uses = Uses()
    for part in parts:
        for node in walk(part):
            match node:
                case ast.NameRef(name=name, span=span):
                    uses.reads.setdefault(name, span)
                case ast.Call(function=name, span=span):
                    uses.calls.setdefault(name, span)
                case ast.MachineOf():
                    uses.machine = True
                case _:
                    pass
    return uses
