"""Breaks one statement into lines: where comments stand, and where it is too wide.

A range of tokens that fits stays on its line. Any other is split at the places of its smallest
`Break`, and each piece is laid out in the same way. The work is kept on a list instead of the call
stack, because expressions may be nested deeply.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from mapc.syntax.breaks import OPENING, Break, Level, breaks
from mapc.syntax.lines import Line
from mapc.syntax.roles import Role, is_rule
from mapc.syntax.spacing import blanks
from mapc.syntax.tokens import Token
from mapc.syntax.trivia import Comment

WIDTH = 100
INDENT = 4
_SHORT = 30
"""Parts of a list or an expression share lines if none is wider than this."""
_CALLS = 2
"""Chains of fewer calls are not broken before their dots."""
_STAIRS = frozenset((Level.COLON, Level.QUESTION, Level.CHAIN, Level.FOR))
"""Places after which every part has a line of its own, however short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """The tokens `start` up to, but not including, `end`, and where they go."""

    start: int
    end: int
    indent: int
    """The column at which they begin if they begin a line."""
    stays: bool = False
    """Whether they go on in the present line whatever their width."""
    fills: bool = False
    """Whether they go on in the present line if they fit."""


def lay_out(
    tokens: Sequence[Token],
    roles: Sequence[Role],
    comments: Sequence[tuple[Comment, ...]],
    indent: int,
) -> list[Line]:
    """Return the lines of one statement; `comments` are those before each token but the first."""
    texts = [token.span.text for token in tokens]
    spaces = blanks(tokens, roles)
    if not any(comments[1:]):
        line = "".join([" " * blank + text for text, blank in zip(texts, spaces, strict=True)])
        if indent + len(line) <= WIDTH:
            return [Line(indent=indent, text=line)]
    return _Layout(tokens, roles, comments, indent, texts, spaces).run()


@dataclass(slots=True)
class _Layout:
    """The work on one statement."""

    tokens: Sequence[Token]
    roles: Sequence[Role]
    comments: Sequence[tuple[Comment, ...]]
    indent: int
    texts: list[str]
    blanks: list[bool]
    """Whether a blank stands before each token on one line."""
    places: list[Break | None] = field(init=False)
    partners: dict[int, int] = field(init=False)
    """The closing bracket of every opening one."""
    widths: list[int] = field(init=False)
    """The width of everything before each token on one line."""
    commented: list[int] = field(init=False)
    """The number of places with comments before each token, its own included."""
    lines: list[Line] = field(init=False)

    def __post_init__(self) -> None:
        has_comments = [bool(i and found) for i, found in enumerate(self.comments)]
        self.places = breaks(self.tokens, self.roles, has_comments)
        self.partners = _partners(self.roles)
        steps = map(lambda text, blank: len(text) + blank, self.texts, self.blanks)
        self.widths = [0, *accumulate(steps)]
        self.commented = list(accumulate(has_comments))
        self.lines = [Line(indent=self.indent, text="")]
        self._break_before_value()

    def run(self) -> list[Line]:
        """Return the lines."""
        work = [_Piece(start=0, end=len(self.tokens), indent=self.indent, stays=True)]
        while work:
            piece = work.pop()
            if not piece.stays:
                self._continue(piece)
            if self._is_whole(piece.start, piece.end) and self._room(piece) >= 0:
                self._put(piece)
                continue
            parts = list(self._split(piece))
            if len(parts) > 1:
                work += reversed(parts)
            else:
                self._put(piece)
        return self.lines

    def _break_before_value(self) -> None:
        """Allow a break behind `=` or `return` if the text up to the next place is too wide."""
        if self.roles[0] is Role.RETURN:
            start = 1
        elif len(self.roles) > 1 and self.roles[1] is Role.ASSIGN:
            start = 2
        else:
            return
        later = (i for i in range(start + 1, len(self.tokens)) if self.places[i] is not None)
        end = next(later, len(self.tokens))
        if self.places[start] is None and self.indent + self.widths[end] > WIDTH:
            self.places[start] = Break(0, Level.VALUE)

    # --- measuring ---

    def _is_whole(self, start: int, end: int) -> bool:
        """Return whether there are no comments within a range."""
        return self.commented[end - 1] == self.commented[start]

    def _width(self, start: int, end: int) -> int:
        """Return the width of a range on one line."""
        return self.widths[end] - self.widths[start] - self.blanks[start]

    def _room(self, piece: _Piece) -> int:
        """Return how many columns a piece leaves in the present line; below 0 it is too wide."""
        line = self.lines[-1]
        blank = self.blanks[piece.start] if line.text else 0
        used = line.indent + len(line.text) + blank
        return WIDTH - used - self._width(piece.start, piece.end)

    # --- writing ---

    def _put(self, piece: _Piece) -> None:
        """Write a piece into the present line."""
        line = self.lines[-1]
        parts = [line.text]
        for i in range(piece.start, piece.end):
            if self.blanks[i] and (line.text or i > piece.start):
                parts.append(" ")
            parts.append(self.texts[i])
        line.text = "".join(parts)

    def _continue(self, piece: _Piece) -> None:
        """Write the comments before a piece and begin its line, if it needs one."""
        comments = self.comments[piece.start]
        whole = not comments and self._is_whole(piece.start, piece.end)
        if piece.fills and whole and self._room(piece) >= 0:
            return
        within = piece.indent
        if self.roles[piece.start] is Role.CLOSE:
            within += INDENT
        for comment in comments:
            if comment.own_line:
                self.lines.append(Line(indent=within, text=comment.text))
            else:
                self.lines[-1].comment = comment.text
        self.lines.append(Line(indent=piece.indent, text=""))

    # --- splitting ---

    def _split(self, piece: _Piece) -> Iterator[_Piece]:
        """Yield the parts of a piece; a single one if there is no place for a break."""
        first = self._first_places(piece)
        if not first:
            return
        place = self.places[first[0]]
        assert place is not None
        base = self.lines[-1].indent
        if place.level is Level.BRACKET:
            yield from self._bracket(piece, first, base)
            return
        inner = base + INDENT
        if place.level not in {Level.CHAIN, Level.ODD} and self._is_content(piece):
            inner = base
        ends = [piece.start, *first, piece.end]
        fills = self._may_fill(place.level, ends)
        for start, end in pairwise(ends):
            indent = base if self.roles[start] is Role.CLOSE else inner
            yield _Piece(
                start=start, end=end, indent=indent, stays=start == piece.start, fills=fills
            )

    def _first_places(self, piece: _Piece) -> list[int]:
        """Return the places in a piece at which it is broken first."""
        places = self.places
        inside = range(piece.start + 1, piece.end)
        found = {place for i in inside if (place := places[i]) is not None}
        for smallest in sorted(found):
            chosen = [i for i in inside if places[i] == smallest]
            short = smallest.level is Level.CHAIN and len(chosen) < _CALLS
            if not short or any(self.comments[i] for i in chosen) or smallest == max(found):
                return chosen
        return []

    def _may_fill(self, level: Level, ends: list[int]) -> bool:
        """Return whether parts may share lines: names do, and all that is short."""
        if level in _STAIRS:
            return False
        if level is Level.LIST and (is_rule(self.tokens) or self.tokens[0].text == "def"):
            return True
        return all(self._width(start, end) <= _SHORT for start, end in pairwise(ends))

    def _is_content(self, piece: _Piece) -> bool:
        """Return whether a piece is all that two brackets enclose."""
        return piece.start > 0 and self.partners.get(piece.start - 1) == piece.end

    def _bracket(self, piece: _Piece, places: list[int], base: int) -> Iterator[_Piece]:
        """Yield what is before, within and behind one pair of brackets."""
        opening, closing = self._widest(places)
        ends = [piece.start, *(i for i in (opening + 1, closing) if i in places), piece.end]
        for start, end in pairwise(ends):
            indent = base if start == closing else base + INDENT
            yield _Piece(start=start, end=end, indent=indent, stays=start == piece.start)

    def _widest(self, places: list[int]) -> tuple[int, int]:
        """Return the brackets that have to be broken: those with comments, else the widest."""
        chosen = set(places)
        pairs = [
            (opening, closing)
            for opening, closing in self.partners.items()
            if opening + 1 in chosen or closing in chosen
        ]
        for opening, closing in pairs:
            if not self._is_whole(opening, closing + 1):
                return opening, closing
        return max(pairs, key=lambda pair: self._width(*pair))


def _partners(roles: Sequence[Role]) -> dict[int, int]:
    """Return the closing bracket of every opening one."""
    found: dict[int, int] = {}
    open_: list[int] = []
    for i, role in enumerate(roles):
        if role in OPENING:
            open_.append(i)
        elif role is Role.CLOSE:
            found[open_.pop()] = i
    return found
