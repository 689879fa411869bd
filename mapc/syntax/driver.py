"""Feeds tokens to the parser, one statement after the other, and goes on after errors.

The driver decides what a word is: the parser's state says which terminals may come next, and a
word is a keyword only where that keyword is one of them. After an error it returns to the state
before the statement, skips the statement, and goes on.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from mapc.syntax import ast
from mapc.syntax.builder import TreeBuilder
from mapc.syntax.explain import explain
from mapc.syntax.failure import Failure, Resume
from mapc.syntax.lalr import END, Mark, Parser, UnexpectedTokenError
from mapc.syntax.oldforms import MAPPING_FORMS, OldForms
from mapc.syntax.tables import tables
from mapc.syntax.tokens import OPERATORS, Kind, Token
from mapc.syntax.words import KIND_WORDS, RESERVED, STATEMENT_WORDS
from mapc.text import Reporter
from mapc.text.codes import EMPTY_STATEMENT

Statements: TypeAlias = tuple[ast.Statement, ...]

MOST_ERRORS = 200
"""A text with more syntax errors is not read to its end."""

DEEPEST_STACK = 4000
"""Sixteen states a level, for 250 levels: a bracket behind an operator of every precedence."""

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
_RULE_WORDS = frozenset(STATEMENT_WORDS) - {"IndexTaskMap", "SingleTaskMap"}
"""Statements that the rest of a program does not need."""


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
    outside: Mark | None = None
    """The state before that function."""
    lost: set[str] = field(default_factory=set)
    """Names of functions and variables that errors have cost."""
    complete: bool = True
    """Whether no error has cost a part of the placement program."""
    errors: int = 0
    too_deep: Token | None = None
    """Where the nesting became deeper than anything that will be accepted."""
    parser: Parser = field(init=False)
    before: Mark = field(init=False)
    """The state before the present statement."""
    old: OldForms = field(init=False)

    def __post_init__(self) -> None:
        self.parser = Parser(tables(), TreeBuilder())
        self.before = self.parser.mark()
        self.old = OldForms(self.tokens)

    def run(self) -> Statements:
        """Return the statements without errors, in source order."""
        while True:
            if self.at == self.start and self._skipped():
                continue
            token = self.tokens[self.at]
            stack = list(self.parser.states)
            try:
                self._feed(token)
            except UnexpectedTokenError:
                self._recover(self.parser.tables.accepted(stack))
                continue
            if token.kind is Kind.END:
                break
            if len(self.parser.states) > DEEPEST_STACK:
                self.too_deep = token
                return ()
            self.at += 1
            self._step(token)
        self.old.report(self.report)
        if not self.old.found.keys().isdisjoint(MAPPING_FORMS):
            self.complete = False
        statements = self.parser.values[-1]
        assert isinstance(statements, tuple)
        return statements

    def first_failure(self) -> Failure | None:
        """Return the first error, unexplained; None where there is none."""
        while True:
            token = self.tokens[self.at]
            stack = list(self.parser.states)
            try:
                self._feed(token)
            except UnexpectedTokenError:
                return self._failure(self.parser.tables.accepted(stack))
            if token.kind is Kind.END:
                return None
            self.at += 1
            self._step(token)

    def _feed(self, token: Token) -> None:
        """Give one token to the parser."""
        if self._ended_by_line():
            raise UnexpectedTokenError
        token.type = self._terminal(token)
        self.parser.feed(token)

    def _terminal(self, token: Token) -> str:
        """Return the grammar's name for a token in the present state."""
        if token.kind is Kind.OPERATOR:
            return OPERATORS[token.text]
        if token.kind is not Kind.WORD:
            return token.kind.name if token.kind is not Kind.END else END
        accepted = self.parser.now
        keyword = KEYWORDS.get(token.text)
        if self.at == self.start and self._is_assignment() and "WORD" in accepted:
            return "WORD"  # a later check says that a keyword is no variable
        if keyword is not None and keyword in accepted:
            return keyword
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
        self.before = self.parser.mark()

    def _skipped(self) -> bool:
        """Skip what is no statement of the language: an empty one, or one of an older dialect."""
        token = self.tokens[self.at]
        if token.kind is Kind.OPERATOR and token.text == ";":
            self.report.error(EMPTY_STATEMENT, "empty statement", token.span, help="remove the `;`")
            # A row of them is one mistake.
            while self.tokens[self.at].text == ";" and self.tokens[self.at].kind is Kind.OPERATOR:
                self.at += 1
            self.errors += 1
            self._begin(self.at if self.errors < MOST_ERRORS else len(self.tokens) - 1)
            return True
        if token.kind is not Kind.WORD or self.head is not None:
            return False
        end = self.old.match(self.at)
        if end is None:
            return False
        self._begin(end)
        return True

    def _ended_by_line(self) -> bool:
        """Return whether a statement word begins a line where a `;` may stand.

        The grammar alone would take the word as one more layout word.
        """
        return self.at > self.start and self._heads_line(self.at) and "SEMICOLON" in self.parser.now

    def _recover(self, accepted: frozenset[str]) -> None:
        """Report the error at the present token and go on where that is possible."""
        self.errors += 1
        failed, head = self.start, self.head
        resume = Resume.NEXT
        # What follows an open string is not what was meant.
        if not any(token.broken for token in self.tokens[self.start : self.at + 1]):
            accepted = self._cut_short() or accepted
            resume = explain(self._failure(accepted), self.report)
        if self.errors >= MOST_ERRORS:
            resume = Resume.STOP
        match resume:
            case Resume.INSERT_SEMICOLON:
                # The statement is complete but for its end, so it counts as it stands.
                previous = self.tokens[self.at - 1]
                end = previous.end
                mark = Token(Kind.OPERATOR, ";", previous.source, end, end, "SEMICOLON")
                self.parser.feed(mark)
                self._begin(self.at)
                return
            case Resume.SKIP_TOKEN:
                self.parser.return_to(self.before)
                self._begin(self.at + 1)
                return
            case Resume.AFTER_BLOCK:
                self.parser.return_to(self.outside or self.before)
                self._leave(self._after_indented())
            case Resume.OUTSIDE:
                self.parser.return_to(self.outside or self.before)
                self._leave(self.start)
            case Resume.NEXT:
                self.parser.return_to(self.before)
                self._begin(self._next_statement())
            case Resume.NEXT_LINE:
                self.parser.return_to(self.before)
                self._begin(self._next_line())
            case Resume.STOP:
                self.parser.return_to(self.outside or self.before)
                self._leave(len(self.tokens) - 1)
        gone = failed if head is None or self.head is not None else head
        self._lose(gone, self.start)

    def _failure(self, accepted: frozenset[str]) -> Failure:
        return Failure(
            tokens=self.tokens,
            at=self.at,
            start=self.start,
            head=self.head,
            state=self.parser.states[-1],
            accepted=accepted,
            values=self.parser.values,
        )

    def _lose(self, start: int, end: int) -> None:
        """Take notice of the names that skipped tokens would have defined."""
        if self.head is None and self.tokens[start].text in _RULE_WORDS and start < end:
            return
        self.complete = False
        for name, after in pairwise(self.tokens[start : end + 1]):
            if name.kind is Kind.WORD and name.text == "def" and after.kind is Kind.WORD:
                self.lost.add(after.text)
            elif name.kind is Kind.WORD and after.kind is Kind.OPERATOR and after.text == "=":
                self.lost.add(name.text)

    def _cut_short(self) -> frozenset[str] | None:
        """Go back to where a statement word heads a line within the statement, if one does.

        It was taken as a name, which the error now makes improbable. Returns what the parser
        accepts there.
        """
        for i in range(self.start + 1, self.at):
            if not self._heads_line(i):
                continue
            self.parser.return_to(self.before)
            self.at = self.start
            while self.at < i:
                self._feed(self.tokens[self.at])
                self.at += 1
            return self.parser.tables.accepted(self.parser.states)
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

    def _next_line(self) -> int:
        """Return the first token behind the line of the present statement."""
        line = self.tokens[self.start].span.line
        for i in range(self.start, len(self.tokens)):
            if self.tokens[i].kind is Kind.END or self.tokens[i].span.line > line:
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


def first_failure(tokens: list[Token]) -> Failure | None:
    """Return the first syntax error of a text, as the parser sees it; None where there is none."""
    return Driver(tokens, Reporter()).first_failure()
