"""What the editor shows for the word under the pointer."""

from lsprotocol.types import Hover, MarkupContent, MarkupKind

from mapc.lsp.analysis import Analysis, Place
from mapc.lsp.decisions import about_region, about_task
from mapc.lsp.entries import EXPRESSIONS, KINDS, LAYOUT, STATEMENTS, TYPES
from mapc.lsp.members import BUILTIN_ENTRIES, MEMBERS
from mapc.lsp.outline import Role, Symbol
from mapc.lsp.slots import Slot
from mapc.lsp.types import describe
from mapc.policy.values import INT
from mapc.syntax.tokens import Kind
from mapc.text import Span


def hover(analysis: Analysis, offset: int) -> Hover | None:
    """Return the hover for an offset, None where there is nothing to say."""
    place = analysis.at(offset)
    if place is None:
        return None
    text = _text(analysis, place)
    if not text:
        return None
    return Hover(
        contents=MarkupContent(kind=MarkupKind.Markdown, value=text),
        range=analysis.positions.range(place.token.span),
    )


def _text(analysis: Analysis, place: Place) -> str:
    token, name = place.token, place.name
    bare = token.kind is Kind.WORD
    match place.slot:
        case Slot.MAPPED_TASK if bare and name in KINDS:
            return KINDS[name].markdown()
        case Slot.TASK | Slot.MAPPED_TASK if token.kind is not Kind.OPERATOR or name == "*":
            return about_task(analysis, name)
        case Slot.REGION if token.kind is not Kind.OPERATOR or name == "*":
            return about_region(analysis, name)
        case Slot.PROC | Slot.MEM | Slot.PROC_OR_ALL | Slot.LAYOUT_KIND if name in KINDS:
            return KINDS[name].markdown()
        case Slot.LAYOUT_WORD if name in LAYOUT:
            return LAYOUT[name].markdown()
        case Slot.TYPE if name in TYPES:
            return TYPES[name].markdown()
        case Slot.MEMBER if name in MEMBERS:
            return MEMBERS[name].entry.markdown()
        case Slot.STATEMENT | Slot.BODY_STATEMENT if name in STATEMENTS:
            return STATEMENTS[name].markdown()
        case Slot.MEMBER:
            return ""
    if token.kind is Kind.STRING and place.slot is Slot.EXPRESSION:
        return about_task(analysis, name)
    return _in_expression(analysis, place) if bare else ""


def _in_expression(analysis: Analysis, place: Place) -> str:
    name = place.name
    symbol = analysis.outline.find(name, place.token.span.start)
    if symbol is not None:
        return about_symbol(analysis, symbol)
    for entries in (EXPRESSIONS, BUILTIN_ENTRIES, KINDS, TYPES):
        if name in entries:
            return entries[name].markdown()
    return ""


def about_symbol(analysis: Analysis, symbol: Symbol) -> str:
    """Return what a hover over a name of the program shows."""
    is_statement = symbol.role not in {Role.PARAMETER, Role.LOOP}
    comment = _comment_above(symbol.whole) if is_statement else ""
    rows = [f"```mapl\n{_signature(analysis, symbol)}\n```"]
    if symbol.role is Role.FUNCTION:
        rows += _results(analysis, symbol)
    else:
        rows.append(symbol.role.value)
    return "\n\n".join([*rows, *([comment] if comment else [])])


def _signature(analysis: Analysis, symbol: Symbol) -> str:
    name, types = symbol.name, analysis.types
    match symbol.role:
        case Role.FUNCTION:
            head = symbol.whole.text.partition("{")[0]
            return " ".join(head.split())
        case Role.VARIABLE:
            value = types.variable(name)
        case Role.LOOP:
            value = INT
        case _:
            value = types.locals(symbol.function).get(name, types.variable(""))
    return f"{name}: {describe(value)}"


def _results(analysis: Analysis, symbol: Symbol) -> list[str]:
    """Return the inferred result types of a function."""
    results = analysis.types.results(symbol.name)
    if len({value.type for _, value in results}) == 1:
        return [f"returns {describe(results[0][1])}"]
    return [f"with ({', '.join(types)}) returns {describe(value)}" for types, value in results]


def _comment_above(span: Span) -> str:
    """Return the text of the comment that stands directly above a definition."""
    source = span.source
    rows: list[str] = []
    number = span.line - 1
    while (line := source.line(number).strip()).startswith(("#", "//")):
        rows.append(line.lstrip("#/").strip())
        number -= 1
    return "\n".join(reversed(rows))
