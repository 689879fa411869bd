"""What may stand at the cursor; works while the text does not parse."""

from collections.abc import Iterable, Iterator

from lsprotocol.types import (
    CompletionItem,
    CompletionItemKind,
    CompletionList,
    InsertTextFormat,
    MarkupContent,
    MarkupKind,
    TextEdit,
)

from mapc.lsp.analysis import Analysis
from mapc.lsp.chains import chain_before
from mapc.lsp.cursor import Cursor, cursor_at, without_statement
from mapc.lsp.entries import EXPRESSIONS, KINDS, LAYOUT, STATEMENTS, TYPES, Entry
from mapc.lsp.known import quoted, regions, tasks
from mapc.lsp.members import BUILTIN_ENTRIES, MEMBERS, members_of
from mapc.lsp.outline import Role
from mapc.lsp.slots import Slot
from mapc.lsp.types import describe
from mapc.policy.namewords import METHODS
from mapc.syntax.words import MEM_WORDS, PROC_WORDS

TRIGGERS = (".", '"')
"""The characters behind which an editor asks by itself."""

_ALL = Entry("*", "All: every task, every region, every kind.")
_Kind = CompletionItemKind


def completion(analysis: Analysis, offset: int, *, snippets: bool = False) -> CompletionList:
    """Return the words that may stand at an offset; the editor filters them by what is typed.

    With `snippets`, methods come with places for their arguments.
    """
    cursor = cursor_at(analysis, offset)
    items = list(_items(analysis, cursor)) if cursor is not None else []
    if cursor is not None:
        place = analysis.positions.range(cursor.replaced)
        for number, item in enumerate(items):
            if not snippets and item.insert_text_format is InsertTextFormat.Snippet:
                item.insert_text = item.insert_text_format = None
            item.text_edit = TextEdit(range=place, new_text=item.insert_text or item.label)
            item.insert_text = None
            item.sort_text = f"{number:05}"
            if cursor.quoted:
                item.filter_text = f'"{item.label}"'
    return CompletionList(is_incomplete=False, items=items)


def _items(analysis: Analysis, cursor: Cursor) -> Iterator[CompletionItem]:
    if cursor.quoted:
        yield from _quoted(analysis, cursor)
        return
    match cursor.slot:
        case Slot.STATEMENT:
            yield from _statements(w for w in STATEMENTS if w != "return")
        case Slot.BODY_STATEMENT:
            yield from _statements(("return", "print"))
        case Slot.TASK:
            yield from _names(tasks(analysis, cursor.offset), "task")
            yield from _all(cursor)
        case Slot.MAPPED_TASK:
            yield from _names(tasks(analysis, cursor.offset), "task")
            yield from _words(PROC_WORDS, KINDS, _Kind.EnumMember)
            yield from _all(cursor)
        case Slot.REGION:
            yield from _names(regions(analysis, cursor.offset), "region")
            yield from _all(cursor)
        case Slot.FUNCTION:
            yield from _program(analysis, cursor, only_functions=True)
        case Slot.MEMBER:
            yield from _members(analysis, cursor)
        case Slot.EXPRESSION:
            yield from _program(analysis, cursor)
            yield from _words(BUILTIN_ENTRIES, BUILTIN_ENTRIES, _Kind.Function)
            yield from _words(("Machine", "tuple", "True", "False", "not"), EXPRESSIONS)
            yield from _compared(analysis, cursor)
        case _:
            yield from _fixed(cursor.slot)


def _fixed(slot: Slot) -> Iterator[CompletionItem]:
    """Yield the words of places where nothing depends on the program."""
    match slot:
        case Slot.PROC | Slot.PROC_OR_ALL:
            yield from _words(PROC_WORDS, KINDS, _Kind.EnumMember)
        case Slot.MEM:
            yield from _words(MEM_WORDS, KINDS, _Kind.EnumMember)
        case Slot.LAYOUT_KIND:
            kinds = (*MEM_WORDS[:-1], *PROC_WORDS)
            yield from _words(kinds, KINDS, _Kind.EnumMember)
        case Slot.LAYOUT_WORD:
            yield from _words(LAYOUT, LAYOUT, _Kind.EnumMember)
        case Slot.TYPE:
            yield from _words(TYPES, TYPES, _Kind.Class)
        case Slot.IN:
            yield from _words(("in",), EXPRESSIONS)
        case Slot.OPERATOR | Slot.FOR:
            words = ("and", "or") if slot is Slot.OPERATOR else ("for", "and", "or")
            yield from _words(words, EXPRESSIONS)
    if slot in {Slot.PROC_OR_ALL, Slot.LAYOUT_KIND}:
        yield _item("*", _Kind.Operator, _ALL)


def _item(label: str, kind: CompletionItemKind, entry: Entry, insert: str = "") -> CompletionItem:
    return CompletionItem(
        label=label,
        kind=kind,
        detail=entry.head.partition("\n")[0],
        documentation=MarkupContent(kind=MarkupKind.Markdown, value=entry.markdown()),
        insert_text=insert or None,
    )


def _statements(words: Iterable[str]) -> Iterator[CompletionItem]:
    return (_item(word, _Kind.Keyword, STATEMENTS[word]) for word in words)


def _words(
    words: Iterable[str],
    entries: dict[str, Entry],
    kind: CompletionItemKind = CompletionItemKind.Keyword,
) -> Iterator[CompletionItem]:
    return (_item(word, kind, entries[word]) for word in words)


def _names(names: Iterable[str], what: str) -> Iterator[CompletionItem]:
    """Yield names of tasks or regions; those that are no words stand in quotes."""
    for name in names:
        yield CompletionItem(
            label=name,
            kind=_Kind.Event if what == "task" else _Kind.Field,
            detail=what,
            insert_text=quoted(name, may_be_kind=what == "region"),
        )


def _all(cursor: Cursor) -> Iterator[CompletionItem]:
    """Yield the `*`, which stands alone."""
    if not cursor.before or cursor.before[-1].text != ",":
        yield _item("*", _Kind.Operator, _ALL)


def _compared(analysis: Analysis, cursor: Cursor) -> Iterator[CompletionItem]:
    """Yield the names of tasks as strings behind a comparison."""
    if cursor.before[-1].text in {"==", "!="}:
        for item in _names(tasks(analysis, cursor.offset), "task"):
            item.insert_text = f'"{item.label}"'
            yield item


def _quoted(analysis: Analysis, cursor: Cursor) -> Iterator[CompletionItem]:
    """Yield the names that a string may spell."""
    if cursor.slot is Slot.REGION:
        names, what = regions(analysis, cursor.offset), "region"
    elif cursor.slot in {Slot.TASK, Slot.MAPPED_TASK, Slot.EXPRESSION}:
        names, what = tasks(analysis, cursor.offset), "task"
    else:
        return
    for item in _names(names, what):
        item.insert_text = f'"{item.label}"'
        yield item


def _program(
    analysis: Analysis, cursor: Cursor, *, only_functions: bool = False
) -> Iterator[CompletionItem]:
    """Yield the names of the program that are visible at the cursor, inner ones first."""
    rest = without_statement(analysis, cursor)
    visible = analysis.outline.visible(cursor.offset)
    for symbol in sorted(visible.values(), key=lambda s: (-list(Role).index(s.role), s.name)):
        is_function = symbol.role is Role.FUNCTION
        if only_functions and not is_function:
            continue
        detail = symbol.role.value
        if is_function:
            detail = " ".join(symbol.whole.text.partition("{")[0].split())
        elif symbol.role is Role.VARIABLE:
            detail = describe(rest.types.variable(symbol.name))
        elif symbol.role is not Role.LOOP:
            local = rest.types.locals(symbol.function)
            detail = describe(local[symbol.name]) if symbol.name in local else detail
        yield CompletionItem(
            label=symbol.name,
            kind=_Kind.Function if is_function else _Kind.Variable,
            detail=detail,
        )


def _members(analysis: Analysis, cursor: Cursor) -> Iterator[CompletionItem]:
    """Yield the members of the value before the dot; all, where its type is not known."""
    rest = without_statement(analysis, cursor)
    value = rest.types.expression(chain_before(cursor.before[:-1]), cursor.function)
    for name in members_of(value.type):
        entry = MEMBERS[name].entry
        item = _item(name, _Kind.Method if name in METHODS else _Kind.Property, entry)
        # Behind the word may stand the arguments already.
        if name in METHODS and analysis.source.text[cursor.replaced.end :][:1] != "(":
            places = ", ".join(f"${{{i + 1}:{p}}}" for i, p in enumerate(METHODS[name]))
            item.insert_text = f"{name}({places})"
            item.insert_text_format = InsertTextFormat.Snippet
        yield item
