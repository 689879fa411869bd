"""One version of one text with everything the editor may ask about it, each found once."""

from dataclasses import dataclass
from functools import cached_property

from lsprotocol.types import PositionEncodingKind

from mapc.graph.machine import Machine
from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import TaskGraph
from mapc.lsp.outline import Outline, outline
from mapc.lsp.pieces import Piece, pieces
from mapc.lsp.positions import Positions
from mapc.lsp.slots import Slot, slot_after
from mapc.lsp.types import Types, types_of
from mapc.passes.findings import find
from mapc.passes.pipeline import map_policy
from mapc.policy.model import Policy
from mapc.syntax.tokens import Kind, Token, tokenize
from mapc.text import Diagnostic, Reporter, Source


@dataclass(frozen=True)
class Analysis:
    """A text, and the application and machine that it is about."""

    source: Source
    graph: TaskGraph | None = None
    machine: Machine | None = None
    encoding: PositionEncodingKind | str = PositionEncodingKind.Utf16

    @cached_property
    def positions(self) -> Positions:
        """Positions as the editor counts them."""
        return Positions(self.source.text, self.encoding)

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens, without the one of kind END."""
        return [t for t in tokenize(self.source, Reporter()) if t.kind is not Kind.END]

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The statements, finished or not."""
        return pieces(self.tokens)

    @cached_property
    def outline(self) -> Outline:
        """What the text defines."""
        return outline(self.pieces, len(self.source.text))

    @cached_property
    def types(self) -> Types:
        """The types of what can be read."""
        return types_of(self.source)

    @cached_property
    def _found(self) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
        report = Reporter()
        policy = find(self.source, report, graph=self.graph, machine=self.machine)
        return policy, report.diagnostics

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The findings of `mapc check`."""
        return self._found[1]

    @cached_property
    def mapping(self) -> Mapping | None:
        """What is decided for every task, None where the policy has errors."""
        policy, _ = self._found
        if policy is None:
            return None
        return map_policy(policy, Reporter(), graph=self.graph, machine=self.machine)

    def at(self, offset: int) -> "Place | None":
        """Return the token that covers an offset, or ends there, with what it is."""
        for piece in self.pieces:
            if not piece.tokens or piece.tokens[-1].span.end < offset:
                continue
            if piece.tokens[0].span.start > offset:
                return None
            touching = [
                i
                for i, token in enumerate(piece.tokens)
                if token.span.start <= offset <= token.span.end
            ]
            # Between two tokens without a blank, the word is meant.
            for i in sorted(touching, key=lambda i: piece.tokens[i].kind is Kind.OPERATOR):
                slot = slot_after(piece.tokens[:i], in_function=piece.head is not None)
                return Place(piece=piece, token=piece.tokens[i], slot=slot)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One token of a text, the statement it stands in, and what it is there."""

    piece: Piece
    token: Token
    slot: Slot

    @property
    def name(self) -> str:
        """The name that a token spells: a string is the name between its quotes."""
        return self.token.text.strip('"') if self.token.kind is Kind.STRING else self.token.text
