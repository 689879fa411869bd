"""What a text defines, and which definition a name means in a place (reference, section 4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from mapc.lsp.pieces import Piece
from mapc.lsp.slots import is_for
from mapc.syntax.tokens import Kind, Token
from mapc.syntax.words import TYPE_WORDS
from mapc.text import Span


class Role(Enum):
    """What a name stands for; of two that are visible in a place the later role here wins."""

    FUNCTION = "function"
    VARIABLE = "global variable"
    PARAMETER = "parameter"
    LOCAL = "local variable"
    LOOP = "comprehension variable"


_SHADOWING = {Role.FUNCTION: 0, Role.VARIABLE: 0, Role.PARAMETER: 1, Role.LOCAL: 1, Role.LOOP: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """One definition; it is visible from the offset `start` to the offset `end`."""

    name: str
    role: Role
    span: Span
    start: int
    end: int
    function: str = ""
    """The function around it, empty at the top level."""
    type: str = ""
    """The type word of a parameter."""
    whole: Span
    """The statement, or the whole function with its body."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Every definition of a text, in source order."""

    symbols: tuple[Symbol, ...]

    def visible(self, offset: int) -> dict[str, Symbol]:
        """Return what each name means in a place."""
        found: dict[str, Symbol] = {}
        for symbol in self.symbols:
            if not symbol.start <= offset <= symbol.end:
                continue
            known = found.get(symbol.name)
            if known is None or _hides(symbol, known):
                found[symbol.name] = symbol
        return found

    def find(self, name: str, offset: int) -> Symbol | None:
        """Return the definition that a name in a place means; a definition means itself."""
        for symbol in self.symbols:
            if symbol.name == name and symbol.span.start <= offset <= symbol.span.end:
                return symbol
        return self.visible(offset).get(name)

    def top(self) -> Iterator[Symbol]:
        """Yield functions and global variables."""
        return (s for s in self.symbols if s.role in {Role.FUNCTION, Role.VARIABLE})

    def inside(self, function: Symbol) -> Iterator[Symbol]:
        """Yield the parameters and locals of a function."""
        for symbol in self.symbols:
            here = function.whole.start <= symbol.span.start < function.whole.end
            if here and symbol.role in {Role.PARAMETER, Role.LOCAL}:
                yield symbol


def _hides(new: Symbol, known: Symbol) -> bool:
    """Return whether a later definition hides an earlier one; of equals the first holds."""
    if new.role is Role.LOOP and known.role is Role.LOOP:
        return new.start >= known.start
    return _SHADOWING[new.role] > _SHADOWING[known.role]


def outline(parts: Sequence[Piece], length: int) -> Outline:
    """Return the definitions of a text of some length."""
    found: list[Symbol] = []
    ends = {number: piece.end for number, piece in enumerate(parts)}
    for piece in parts:
        if piece.head is not None:
            ends[piece.head] = max(ends[piece.head], piece.end)
    for number, piece in enumerate(parts):
        if not piece.tokens:
            continue
        if piece.tokens[0].text == "def" and not _is_assignment(piece):
            found += _function(piece, ends[number], length)
            continue
        function = _name_of(parts[piece.head]) if piece.head is not None else ""
        if _is_assignment(piece):
            end = length if piece.head is None else ends[piece.head]
            found.append(_variable(piece, function, end))
        found += _loops(piece, function)
    return Outline(tuple(found))


def _is_assignment(piece: Piece) -> bool:
    tokens = piece.tokens
    return len(tokens) > 1 and tokens[0].kind is Kind.WORD and tokens[1].text == "="


def _name_of(head: Piece) -> str:
    return head.tokens[1].text if len(head.tokens) > 1 else ""


def _function(head: Piece, end: int, length: int) -> Iterator[Symbol]:
    """Yield a function, which ends somewhere, and its parameters."""
    if len(head.tokens) < 2 or head.tokens[1].kind is not Kind.WORD:
        return
    name = head.tokens[1]
    start = head.tokens[0].span.start
    whole = Span(name.span.source, start, end)
    yield Symbol(
        name=name.text, role=Role.FUNCTION, span=name.span, start=0, end=length, whole=whole
    )
    for parameter in _parameters(head.tokens[2:]):
        *kind, word = parameter
        yield Symbol(
            name=word.text,
            role=Role.PARAMETER,
            span=word.span,
            start=start,
            end=end,
            function=name.text,
            type=kind[0].text if kind else "",
            whole=parameter[0].span.to(word.span),
        )


def _parameters(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the words of each parameter: its type, where it has one, and its name."""
    words: list[Token] = []
    for token in tokens:
        if token.kind is Kind.WORD:
            words.append(token)
        elif token.text in {",", ")"}:
            if words and not (len(words) == 1 and words[0].text in TYPE_WORDS):
                yield words[:2]
            words = []


def _variable(piece: Piece, function: str, end: int) -> Symbol:
    name = piece.tokens[0]
    is_local = piece.head is not None
    return Symbol(
        name=name.text,
        role=Role.LOCAL if is_local else Role.VARIABLE,
        span=name.span,
        # Before its assignment a local's name still means the global.
        start=piece.end if is_local else 0,
        end=end,
        function=function,
        whole=name.span.to(piece.tokens[-1].span),
    )


def _loops(piece: Piece, function: str) -> Iterator[Symbol]:
    """Yield the variables of comprehensions: visible before their `for`, back to the `(`."""
    opened: list[Token] = []
    tokens = piece.tokens
    for i, token in enumerate(tokens):
        if token.kind is Kind.OPERATOR and token.text in {"(", "["}:
            opened.append(token)
        elif token.kind is Kind.OPERATOR and token.text in {")", "]"} and opened:
            opened.pop()
        elif (
            opened
            and is_for(tokens, i - len(tokens))
            and i + 1 < len(tokens)
            and tokens[i + 1].kind is Kind.WORD
        ):
            name = tokens[i + 1]
            yield Symbol(
                name=name.text,
                role=Role.LOOP,
                span=name.span,
                start=opened[-1].span.end,
                end=token.span.start,
                function=function,
                whole=name.span,
            )
