"""Where names are defined, and the outline of a document."""

from lsprotocol.types import DocumentSymbol, Location, SymbolKind

from mapc.lsp.analysis import Analysis
from mapc.lsp.outline import Role, Symbol
from mapc.lsp.slots import Slot
from mapc.syntax.tokens import Kind

_NAMES = frozenset(
    (
        Slot.FUNCTION,
        Slot.EXPRESSION,
        Slot.NEW_NAME,
        Slot.TYPE,
        Slot.STATEMENT,
        Slot.BODY_STATEMENT,
    )
)
"""Where a word may be a name of the program; a parameter without type stands where types do."""

_KINDS = {
    Role.FUNCTION: SymbolKind.Function,
    Role.VARIABLE: SymbolKind.Variable,
    Role.PARAMETER: SymbolKind.Variable,
    Role.LOCAL: SymbolKind.Variable,
}


def symbol_at(analysis: Analysis, offset: int) -> Symbol | None:
    """Return the definition that the name at an offset means."""
    place = analysis.at(offset)
    if place is None or place.token.kind is not Kind.WORD or place.slot not in _NAMES:
        return None
    return analysis.outline.find(place.name, place.token.span.start)


def definition(analysis: Analysis, uri: str, offset: int) -> Location | None:
    """Return where the name at an offset is defined."""
    symbol = symbol_at(analysis, offset)
    if symbol is None:
        return None
    return Location(uri=uri, range=analysis.positions.range(symbol.span))


def document_symbols(analysis: Analysis) -> list[DocumentSymbol]:
    """Return functions with their parameters and locals, and global variables."""
    return [_symbol(analysis, symbol) for symbol in analysis.outline.top()]


def _symbol(analysis: Analysis, symbol: Symbol) -> DocumentSymbol:
    inside = analysis.outline.inside(symbol) if symbol.role is Role.FUNCTION else ()
    return DocumentSymbol(
        name=symbol.name,
        kind=_KINDS[symbol.role],
        range=analysis.positions.range(symbol.whole),
        selection_range=analysis.positions.range(symbol.span),
        children=[_symbol(analysis, child) for child in inside],
    )
