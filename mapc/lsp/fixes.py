"""Repairs that an editor offers: the word that a finding proposes instead of a wrong one."""

import re
from collections.abc import Iterator

from lsprotocol.types import CodeAction, CodeActionKind, Range, TextEdit, WorkspaceEdit

from mapc.lsp.analysis import Analysis
from mapc.lsp.known import quoted
from mapc.lsp.publish import published
from mapc.syntax.tokens import Kind, Token
from mapc.text import Diagnostic

_PROPOSAL = re.compile(r"did you mean `([^`]+)`")
_WRONG = re.compile(r"`([^`]+)`")


def fixes(analysis: Analysis, uri: str, place: Range) -> list[CodeAction]:
    """Return the repairs for findings that touch a range."""
    start, end = analysis.positions.offset(place.start), analysis.positions.offset(place.end)
    return [
        action
        for found in analysis.diagnostics
        if found.span is not None and found.span.start <= end and start <= found.span.end
        for action in _fixes(analysis, uri, found)
    ]


def _fixes(analysis: Analysis, uri: str, found: Diagnostic) -> Iterator[CodeAction]:
    proposal, wrong = _PROPOSAL.search(found.help), _WRONG.search(found.message)
    if proposal is None or wrong is None:
        return
    tokens = list(_tokens(analysis, found, wrong[1]))
    # With two of them, nobody knows which is meant.
    if len(tokens) != 1:
        return
    (token,) = tokens
    new = quoted(proposal[1], may_be_kind=token.kind is Kind.WORD)
    if token.kind is Kind.STRING:
        new = f'"{proposal[1]}"'
    edit = TextEdit(range=analysis.positions.range(token.span), new_text=new)
    yield CodeAction(
        title=f"Change to `{proposal[1]}`",
        kind=CodeActionKind.QuickFix,
        diagnostics=[published(found, analysis.positions, uri)],
        edit=WorkspaceEdit(changes={uri: [edit]}),
        is_preferred=True,
    )


def _tokens(analysis: Analysis, found: Diagnostic, name: str) -> Iterator[Token]:
    """Yield the tokens of a finding's place that spell a name."""
    for token in analysis.tokens:
        inside = (
            found.span is not None
            and found.span.start <= token.span.start
            and token.span.end <= found.span.end
        )
        if inside and token.text in {name, f'"{name}"'}:
            yield token
