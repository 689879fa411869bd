"""Feeds tokens to the parser, one statement after the other, and goes on after errors.

The driver decides what a word is: the parser's state says which terminals may come next, and a
word is a keyword only where that keyword is one of them. After an error it returns to the state
before the statement, skips the statement, and goes on.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lark.exceptions import UnexpectedToken
from lark.parsers.lalr_analysis import Shift

from mapc.syntax import ast
from mapc.syntax.explain import explain
from mapc.syntax.failure import Failure, Resume
from mapc.syntax.oldforms import OldForms
from mapc.syntax.tables import grammar
from mapc.syntax.tokens import OPERATORS, Kind, Token
from mapc.syntax.words import KIND_WORDS, RESERVED, STATEMENT_WORDS
from mapc.text import Reporter
from mapc.text.codes import EMPTY_STATEMENT

if TYPE_CHECKING:
    from lark.parsers.lalr_parser_state import ParserState

KEYWORDS = {
    "Task": "TASK",
    "Region": "REGION",
    "Layout": "LAYOUT",
    "InstanceLimit": "INSTANCE_LIMIT",
    "CollectMemory": "COLLECT_MEMORY",
    "IndexTaskMap": "INDEX_TASK_MAP",
    "SingleTaskMap": "SINGLE_TASK_MAP",
    "ControlReplicate": "CONTROL_REPLICATE",
    "def": "DEF",
    "return": "RETURN",
    "print": "PRINT",
    "True": "TRUE",
    "False": "FALSE",
    "Machine": "MACHINE",
    "tuple": "TUPLE",
    "for": "FOR",
    "in": "IN",
    "and": "AND_WORD",
    "or": "OR_WORD",
    "not": "NOT_WORD",
}
_HEAD_WORDS = frozenset((*STATEMENT_WORDS, "def"))


@dataclass(slots=True)
class _Mark:
    """A state of the parser to which it can return."""

    states: list[int]
    values: list[object]


@dataclass(slots=True)
class Driver:
    """One parse of one list of tokens."""

    tokens: list[Token]
    report: Reporter
    at: int = 0
    start: int = 0
    """The first token of the present statement."""
    head: int | None = None
    """The `def` of the function whose body is open."""
    outside: _Mark | None = None
    """The state before that function."""
    failed: bool = False
    state: "ParserState[int]" = field(init=False)
    before: _Mark = field(init=False)
    """The state before the present statement."""
    old: OldForms = field(init=False)

    def __post_init__(self) -> None:
        self.state = grammar().parse_interactive().parser_state
        self.before = self._mark()
        self.old = OldForms(self.tokens)

    def run(self) -> tuple[ast.Statement, ...] | None:
        """Return the statements, None when there was a syntax error."""
        statements: tuple[ast.Statement, ...] | None = None
        while True:
            if self.at == self.start and self._skipped():
                continue
            token = self.tokens[self.at]
            stack = list(self.state.state_stack)
            try:
                if token.kind is Kind.END:
                    token.type = "$END"
                    statements = self.state.feed_token(token, is_end=True)  # type: ignore[arg-type]  # lark needs the type only
                    break
                if self._ended_by_line():
                    raise UnexpectedToken(token, set())  # type: ignore[no-untyped-call]  # lark
                self._feed(token)
            except UnexpectedToken:
                self.failed = True
                if self._recover(self._accepted(stack)) is Resume.STOP:
                    break
                continue
            self.at += 1
            self._step(token)
        self.old.report(self.report)
        return None if self.failed or self.old.found else statements

    def _feed(self, token: Token) -> None:
        """Give one token to the parser."""
        token.type = self._terminal(token)
        self.state.feed_token(token)  # type: ignore[arg-type]  # lark needs the type only

    def _terminal(self, token: Token) -> str:
        """Return the grammar's name for a token in the present state."""
        if token.kind is Kind.OPERATOR:
            return OPERATORS[token.text]
        if token.kind is not Kind.WORD:
            return token.kind.name
        accepted = self.state.parse_conf.states[self.state.position]
        keyword = KEYWORDS.get(token.text)
        if self.at == self.start and self._is_assignment() and "WORD" in accepted:
            return "WORD"  # a later check says that a keyword is no variable
        if keyword in accepted:
            return str(keyword)
        if "WORD" in accepted:
            return "WORD"
        # Kinds are words of expressions too, so that a kind in the wrong place is a type error.
        if token.text in RESERVED and token.text not in KIND_WORDS:
            return keyword or "RESERVED"
        return "NAME"

    def _is_assignment(self) -> bool:
        following = self.tokens[self.at + 1]
        return following.kind is Kind.OPERATOR and following.text == "="

    def _step(self, token: Token) -> None:
        """Take notice of the end of a statement and of a function's body."""
        match token.type:
            case "LBRACE":
                self.outside = self.before
                self.head = self.start
            case "RBRACE":
                self.head = self.outside = None
                after = self.tokens[self.at]
                if after.text == ";" and after.kind is Kind.OPERATOR:
                    self._feed(after)
                    self.at += 1
            case "SEMICOLON":
                pass
            case _:
                return
        self._begin(self.at)

    def _begin(self, at: int) -> None:
        """Let a statement begin at a token."""
        self.at = self.start = at
        self.before = self._mark()

    def _skipped(self) -> bool:
        """Skip what is no statement of the language: an empty one, or one of an older dialect."""
        token = self.tokens[self.at]
        if token.kind is Kind.OPERATOR and token.text == ";":
            self.report.error(EMPTY_STATEMENT, "empty statement", token.span, help="remove the `;`")
            self.failed = True
            self._begin(self.at + 1)
            return True
        if token.kind is not Kind.WORD or self.head is not None:
            return False
        end = self.old.match(self.at)
        if end is None:
            return False
        self._begin(end)
        return True

    def _mark(self) -> _Mark:
        return _Mark(list(self.state.state_stack), list(self.state.value_stack))

    def _return_to(self, mark: _Mark) -> None:
        self.state.state_stack[:] = mark.states
        self.state.value_stack[:] = mark.values

    def _ended_by_line(self) -> bool:
        """Return whether a statement word begins a line where a `;` may stand.

        The grammar alone would take the word as one more layout word.
        """
        return (
            self.at > self.start
            and self._heads_line(self.at)
            and "SEMICOLON" in self.state.parse_conf.states[self.state.position]
        )

    def _accepted(self, stack: list[int]) -> frozenset[str]:
        """Return the terminals that may really come next in a state of the parser.

        The table has more: with LALR(1), some lead to a reduction first and fail only then.
        """
        states = self.state.parse_conf.states
        return frozenset(
            name
            for name in states[stack[-1]]
            if (name.isupper() or name == "$END") and self._shifts(name, list(stack))
        )

    def _shifts(self, terminal: str, stack: list[int]) -> bool:
        """Return whether a terminal is taken after the reductions it asks for."""
        conf = self.state.parse_conf
        while True:
            step = conf.states[stack[-1]].get(terminal)
            if step is None:
                return False
            action, argument = step
            if action is Shift:
                return True
            if argument.expansion:
                del stack[-len(argument.expansion) :]
            stack.append(conf.states[stack[-1]][argument.origin.name][1])
            if terminal == "$END" and stack[-1] == conf.end_state:
                return True

    def _recover(self, accepted: frozenset[str]) -> Resume:
        """Report the error at the present token and find where to go on."""
        if any(token.broken for token in self.tokens[self.start : self.at + 1]):
            # What follows an open string is not what was meant.
            self._return_to(self.before)
            self._begin(self._next_statement())
            return Resume.NEXT
        accepted = self._cut_short() or accepted
        failure = Failure(
            tokens=self.tokens,
            at=self.at,
            start=self.start,
            head=self.head,
            accepted=accepted,
            values=self.state.value_stack,
        )
        resume = explain(failure, self.report)
        match resume:
            case Resume.INSERT_SEMICOLON:
                # The statement is complete but for its end, so it counts as it stands.
                previous = self.tokens[self.at - 1]
                self._feed(Token(Kind.OPERATOR, ";", previous.span))
                self._begin(self.at)
            case Resume.AFTER_BLOCK:
                self._return_to(self.outside or self.before)
                self._leave(self._after_indented())
            case Resume.OUTSIDE:
                self._return_to(self.outside or self.before)
                self._leave(self.start)
            case Resume.NEXT:
                self._return_to(self.before)
                self._begin(self._next_statement())
            case Resume.STOP:
                pass
        return resume

    def _cut_short(self) -> frozenset[str] | None:
        """Go back to where a statement word heads a line within the statement, if one does.

        It was taken as a name, which the error now makes improbable. Returns what the parser
        accepts there.
        """
        for i in range(self.start + 1, self.at):
            if not self._heads_line(i):
                continue
            self._return_to(self.before)
            for token in self.tokens[self.start : i]:
                self._feed(token)
            self.at = i
            return self._accepted(self.state.state_stack)
        return None

    def _leave(self, at: int) -> None:
        """Go on outside of any function."""
        self.head = self.outside = None
        self._begin(at)

    def _after_indented(self) -> int:
        """Return the first token behind a body that is marked by indentation only."""
        _, margin = self.tokens[self.head if self.head is not None else self.start].span.position()
        line = self.tokens[self.at].span.line
        for i in range(self.at, len(self.tokens)):
            token = self.tokens[i]
            token_line, column = token.span.position()
            if token.kind is Kind.END or (token_line > line and column <= margin):
                return i
        return len(self.tokens) - 1

    def _next_statement(self) -> int:
        """Return where the statement behind the present, faulty one begins."""
        depth = 0
        for i in range(self.start, len(self.tokens)):
            token = self.tokens[i]
            if token.kind is Kind.END:
                return i
            if i > self.start and i >= self.at and self._heads_line(i):
                return i
            if token.kind is not Kind.OPERATOR:
                continue
            if token.text == "{":
                depth += 1
            elif token.text == "}":
                depth -= 1
                if depth < 0 and self.head is not None and i > self.start:
                    return i  # it ends the function around
                if depth <= 0:
                    return i + 1
            elif token.text == ";" and depth == 0 and i >= self.at:
                return i + 1
        return len(self.tokens) - 1

    def _heads_line(self, i: int) -> bool:
        """Return whether a token is a statement word at the beginning of a line."""
        token = self.tokens[i]
        return (
            token.kind is Kind.WORD
            and token.text in _HEAD_WORDS
            and self.tokens[i - 1].span.line < token.span.line
        )
