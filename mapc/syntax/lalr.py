"""Runs LALR(1) tables: shifts tokens, reduces by rules, and can go back to an earlier state.

Non-goals: making the tables, and saying what an error means.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from mapc.syntax.tokens import Token

Action: TypeAlias = Callable[[list[Any]], object]

END = "$END"


@dataclass(frozen=True, slots=True)
class Rule:
    """One alternative of a rule of the grammar.

    `action` names what makes a node of its parts; without one, the parts become parts of the rule
    around. With `lone`, a single part, which has a node, stands for the whole.
    """

    origin: str
    length: int
    action: str
    lone: bool


@dataclass(frozen=True, slots=True)
class Tables:
    """What a parser does in every state: shift to a state (0 and up) or reduce (~rule, below 0)."""

    states: list[dict[str, int]]
    rules: list[Rule]
    start: int
    end: int

    def accepted(self, stack: list[int]) -> frozenset[str]:
        """Return the terminals that may really come next.

        A state has more: with LALR(1), some lead to a reduction first and fail only then.
        """
        names = self.states[stack[-1]]
        terminals = (name for name in names if name.isupper() or name == END)
        return frozenset(name for name in terminals if self._shifts(name, list(stack)))

    def _shifts(self, terminal: str, stack: list[int]) -> bool:
        """Return whether a terminal is taken after the reductions it asks for."""
        while True:
            step = self.states[stack[-1]].get(terminal)
            if step is None:
                return False
            if step >= 0:
                return True
            rule = self.rules[~step]
            if rule.length:
                del stack[-rule.length :]
            stack.append(self.states[stack[-1]][rule.origin])
            if terminal == END and stack[-1] == self.end:
                return True


class UnexpectedTokenError(Exception):
    """A token that the state of the parser does not accept."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of a rule that has no node of its own, such as the statements seen so far.

    A chain that grows at its end: taking in one more part copies nothing, and a mark of the parser
    that knows a shorter chain keeps it.
    """

    before: "_Parts | None"
    own: tuple[object, ...]

    def flat(self) -> list[object]:
        """Return all parts in order."""
        chain: list[_Parts] = []
        link: _Parts | None = self
        while link is not None:
            chain.append(link)
            link = link.before
        return [part for link in reversed(chain) for part in link.own]


@dataclass(slots=True)
class Mark:
    """A state of the parser to which it can return."""

    states: list[int]
    values: list[object]


@dataclass(slots=True)
class Parser:
    """One run of the tables."""

    tables: Tables
    actions: object
    """Has a method for every action."""
    states: list[int] = field(init=False)
    values: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.states = [self.tables.start]

    @property
    def now(self) -> dict[str, int]:
        """What the present state does."""
        return self.tables.states[self.states[-1]]

    def feed(self, token: Token) -> None:
        """Take one token; raises an error, with some reductions done, if it does not fit."""
        rows, rules, states = self.tables.states, self.tables.rules, self.states
        terminal = token.type
        while True:
            step = rows[states[-1]].get(terminal)
            if step is None:
                raise UnexpectedTokenError
            if step >= 0:
                states.append(step)
                self.values.append(token)
                return
            rule = rules[~step]
            if rule.lone and rule.length == 1:
                # Most reductions only rename an operand to the next level of precedence.
                states[-1] = rows[states[-2]][rule.origin]
            else:
                self._reduce(rule)
            if terminal == END and states[-1] == self.tables.end:
                return

    def _reduce(self, rule: Rule) -> None:
        """Put the node of a rule in place of its parts."""
        values: list[object] = []
        if rule.length:
            values = self.values[-rule.length :]
            del self.values[-rule.length :]
            del self.states[-rule.length :]
        if rule.action:
            self.values.append(getattr(self.actions, rule.action)(_flat(values)))
        elif values and isinstance(values[0], _Parts):
            self.values.append(_Parts(values[0], tuple(_flat(values[1:]))))
        else:
            self.values.append(_Parts(None, tuple(_flat(values))))
        self.states.append(self.now[rule.origin])

    def mark(self) -> Mark:
        """Return the present state."""
        return Mark(list(self.states), list(self.values))

    def return_to(self, mark: Mark) -> None:
        """Go back to an earlier state."""
        self.states[:] = mark.states
        self.values[:] = mark.values


def _flat(values: list[object]) -> list[object]:
    """Return values with the parts of nameless rules in their places."""
    parts: list[object] = []
    for value in values:
        if isinstance(value, _Parts):
            parts += value.flat()
        else:
            parts.append(value)
    return parts
