"""What stands before the cursor, and the word that is being typed there."""

from dataclasses import dataclass, replace

from mapc.lsp.analysis import Analysis
from mapc.lsp.pieces import pieces
from mapc.lsp.slots import Slot, slot_after
from mapc.syntax.tokens import Kind, Token
from mapc.text import Source, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in a text; `replaced` is the word, or the empty place, that a choice replaces."""

    offset: int
    slot: Slot
    before: tuple[Token, ...]
    """The tokens of the statement before the word that is typed."""
    replaced: Span
    quoted: bool
    """Whether the word that is typed is a string."""
    in_function: bool
    function: str
    """The function around the place, empty at the top level."""


def cursor_at(analysis: Analysis, offset: int) -> Cursor | None:
    """Return what stands before an offset, None in a comment or behind a number."""
    typed = _typed(analysis, offset)
    if typed is not None and typed.kind is Kind.INT:
        return None
    start = typed.span.start if typed is not None else offset
    before = [token for token in analysis.tokens if token.span.end <= start]
    gap = analysis.source.text[before[-1].span.end if before else 0 : start].rpartition("\n")[2]
    if "#" in gap or "//" in gap:
        return None
    parts = pieces(before)
    piece = parts[-1]
    head = () if piece.head is None else parts[piece.head].tokens
    slot = slot_after(piece.tokens, in_function=piece.head is not None)
    tokens = piece.tokens
    if slot in {Slot.NOTHING, Slot.OPERATOR} and _begins_line(analysis.source, start):
        # The statement before may lack no more than its `;`.
        slot = Slot.STATEMENT if piece.head is None else Slot.BODY_STATEMENT
        tokens = ()
    return Cursor(
        offset=offset,
        slot=slot,
        before=tokens,
        replaced=_replaced(analysis, typed, offset),
        quoted=typed is not None and typed.kind is Kind.STRING,
        in_function=piece.head is not None,
        function=head[1].text if len(head) > 1 else "",
    )


def _typed(analysis: Analysis, offset: int) -> Token | None:
    """Return the word, number or string that the cursor stands in or directly behind."""
    for token in analysis.tokens:
        if token.span.start >= offset:
            return None
        if token.kind is Kind.OPERATOR or offset > token.span.end:
            continue
        is_closed = token.kind is Kind.STRING and not token.broken and offset == token.span.end
        return None if is_closed else token
    return None


def _replaced(analysis: Analysis, typed: Token | None, offset: int) -> Span:
    if typed is None:
        return Span(analysis.source, offset, offset)
    # A string without its end reaches to the end of the line: what follows is not part of it.
    end = offset if typed.broken else typed.span.end
    return Span(analysis.source, typed.span.start, end)


def _begins_line(source: Source, offset: int) -> bool:
    line = source.text[source.text.rfind("\n", 0, offset) + 1 : offset]
    return not line.strip()


def without_statement(analysis: Analysis, cursor: Cursor) -> Analysis:
    """Return the analysis of a text without the statement that is being typed.

    The rest parses then, if nothing else is wrong; every offset stays the same.
    """
    text = analysis.source.text
    start = cursor.before[0].span.start if cursor.before else cursor.replaced.start
    end = min(
        (i for i in (text.find(c, cursor.replaced.end) for c in ";{}\n") if i >= 0),
        default=len(text),
    )
    is_closed = text[end : end + 1] == ";"
    end += is_closed
    hidden = [char if char in "\r\n" else " " for char in text[start:end]]
    if cursor.in_function and not _closes(analysis, cursor) and hidden:
        hidden[-1] = "}"
    masked = text[:start] + "".join(hidden) + text[end:]
    return replace(analysis, source=Source(analysis.source.name, masked))


def _closes(analysis: Analysis, cursor: Cursor) -> bool:
    """Return whether the function around the cursor has its `}`."""
    for token in analysis.tokens:
        if token.span.start >= cursor.offset and token.kind is Kind.OPERATOR:
            if token.text == "}":
                return True
            if token.text == "{":
                return False
    return False
