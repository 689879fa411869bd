"""The names of tasks and regions that an editor can propose."""

from mapc.lsp.analysis import Analysis
from mapc.lsp.slots import Slot, slot_after
from mapc.syntax.tokens import Kind
from mapc.syntax.words import KIND_WORDS, STATEMENT_WORDS


def tasks(analysis: Analysis, offset: int) -> tuple[str, ...]:
    """Return the tasks of the application and those named elsewhere in the policy, sorted."""
    known = set(analysis.graph.by_name) if analysis.graph is not None else set()
    return tuple(sorted(known | _used(analysis, (Slot.TASK, Slot.MAPPED_TASK), offset)))


def regions(analysis: Analysis, offset: int) -> tuple[str, ...]:
    """Return the regions of the application and those named elsewhere in the policy, sorted."""
    known = set(analysis.graph.regions) if analysis.graph is not None else set()
    return tuple(sorted(known | _used(analysis, (Slot.REGION,), offset)))


def _used(analysis: Analysis, slots: tuple[Slot, ...], offset: int) -> set[str]:
    """Return the names in some places of statements, without the one that is being typed."""
    found: set[str] = set()
    for piece in analysis.pieces:
        if not piece.tokens or piece.tokens[0].text not in STATEMENT_WORDS:
            continue
        for i, token in enumerate(piece.tokens):
            if token.kind not in {Kind.WORD, Kind.STRING} or token.broken:
                continue
            name = token.text.strip('"')
            if name in found or token.span.start <= offset <= token.span.end:
                continue
            slot = slot_after(piece.tokens[:i], in_function=False)
            is_kind = token.kind is Kind.WORD and name in KIND_WORDS
            if slot in slots and not (slot is Slot.MAPPED_TASK and is_kind):
                found.add(name)
    return found - {""}


def quoted(name: str, *, may_be_kind: bool) -> str:
    """Return a name as it is written in a statement: in quotes where it is no plain word."""
    plain = name.isascii() and name.isidentifier()
    return name if plain and (may_be_kind or name not in KIND_WORDS) else f'"{name}"'
