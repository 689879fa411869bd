"""Gives policies one style: the order of tokens stays, blanks and lines are made anew.

The style:

- One statement a line, one blank between words, `a, b`, blanks around binary operators, `=` and
  `? :`; none inside brackets, around `.` and behind signs. Slices are tight, `t[a:b]`, unless a
  bound is a `? :`. Spellings stay: `and` or `&&`, quotes, parentheses, leading zeros.
- A function is `def f(Task t) {`, its statements indented by four, and `}`; one empty line stands
  around it. Comments directly above belong to it. Other empty lines stay, never two in a row.
- Comments on lines of their own are indented like what follows. Those behind code stand two
  blanks from it, and are aligned in lines that follow each other. Within a statement a comment
  stands where it stood, but behind a `,`, `;` or operator that would begin the next line.
- Statements wider than 100 columns go on in further lines, indented by four: lists of names
  anywhere, expressions at the loosest operator (behind it) or in the widest brackets. Parts that
  are short share lines, others have one each.

Breaks follow from the tokens and comments alone, never from where breaks were before. So
formatting is idempotent.
"""

from mapc.syntax.breaks import HEAD_WORDS
from mapc.syntax.layout import INDENT, lay_out
from mapc.syntax.lines import Line, render
from mapc.syntax.parse import parse
from mapc.syntax.roles import Role, roles
from mapc.syntax.tokens import Kind, Token, tokenize
from mapc.syntax.trivia import NOTHING, Gap, gaps, joined
from mapc.text import Reporter, Source

_ENDS = frozenset((";", "{", "}"))
_CLINGING = frozenset(
    (
        *(Role.COMMA, Role.SEMICOLON, Role.BRACE, Role.BINARY, Role.ASSIGN),
        *(Role.QUESTION, Role.COLON, Role.SLICE, Role.WIDE_SLICE),
    )
)
"""Tokens that never begin a line: a comment before one goes behind it."""


def format_source(source: Source, report: Reporter) -> str | None:
    """Return the text of a policy in the house style, None when it has syntax errors.

    The errors go to `report`. Unknown names and wrong types are none of the formatter's business.
    """
    if parse(source, report) is None:
        return None
    tokens = tokenize(source, Reporter())
    return render(_Formatter(*_without_idle(tokens, gaps(source, tokens))).run())


def _without_idle(tokens: list[Token], between: list[Gap]) -> tuple[list[Token], list[Gap]]:
    """Return tokens without the `;` behind functions, and what stands before each."""
    kept: list[Token] = []
    before: list[Gap] = []
    waiting = NOTHING
    for token, gap in zip(tokens, between, strict=True):
        whole = joined(waiting, gap)
        waiting = NOTHING
        if kept and token.text == ";" and kept[-1].text == "}" and token.kind is Kind.OPERATOR:
            waiting = whole
            continue
        kept.append(token)
        before.append(whole)
    return kept, before


class _Formatter:
    """One pass over the statements of a text."""

    def __init__(self, tokens: list[Token], before: list[Gap]) -> None:
        self.tokens = tokens
        self.before = before
        """What stands before each token; changes where comments move."""
        self.lines: list[Line] = []
        self.indent = 0
        self.opened = False
        """Whether the last line is the head of a function."""
        self.closed = False
        """Whether the last line is the end of one."""

    def run(self) -> list[Line]:
        """Return the lines of the text."""
        start = 0
        for end, token in enumerate(self.tokens, start=1):
            if token.kind is Kind.OPERATOR and token.text in _ENDS:
                self._statement(start, end)
                start = end
        self._add(self._comments(start))
        return self.lines

    def _statement(self, start: int, end: int) -> None:
        """Add one statement, the head of a function or its end, with the comments before it."""
        tokens = self.tokens[start:end]
        found = roles(tokens)
        opens, closes = tokens[-1].text == "{", tokens[0].text == "}"
        self._move_comments(start, found)
        block = self._comments(start)
        if closes:
            self.indent = 0
        inner = [gap.comments for gap in self.before[start:end]]
        lines = lay_out(tokens, found, inner, self.indent)
        lines[0].blank_before = self.before[start].blank_before and not closes
        block.append(lines[0])
        if opens:
            self.indent = INDENT
            _attached(block).blank_before = True
        self._add(block + lines[1:])
        self.opened, self.closed = opens, closes

    def _move_comments(self, start: int, found: list[Role]) -> None:
        """Put comments before tokens that never begin a line behind those."""
        for i, role in enumerate(found[1:], start=start + 1):
            gap, following = self.before[i], self.tokens[i + 1]
            if role not in _CLINGING or not gap.comments:
                continue
            if following.text in HEAD_WORDS and self.tokens[i].text not in _ENDS:
                continue  # it would begin a line, where it may be misread
            self.before[i + 1] = joined(gap, self.before[i + 1])
            self.before[i] = NOTHING

    def _comments(self, start: int) -> list[Line]:
        """Return lines for the comments before a token; one behind code joins the last line."""
        found = []
        for comment in self.before[start].comments:
            if comment.own_line:
                found.append(
                    Line(indent=self.indent, text=comment.text, blank_before=comment.blank_before)
                )
            else:
                self.lines[-1].comment = comment.text
        return found

    def _add(self, lines: list[Line]) -> None:
        """Add lines, with an empty one before the first if it must or may be there."""
        if lines and (not self.lines or self.opened):
            lines[0].blank_before = False
        elif lines and self.closed:
            lines[0].blank_before = True
        self.lines += lines


def _attached(block: list[Line]) -> Line:
    """Return the first of the lines that belong to the last one: no empty line parts them."""
    i = len(block) - 1
    while i > 0 and not block[i].blank_before:
        i -= 1
    return block[i]
