"""Registers what the server can do with the protocol's methods."""

import asyncio
from typing import TypeAlias

from lsprotocol import types

from mapc.lsp.analysis import Analysis
from mapc.lsp.completion import TRIGGERS, completion
from mapc.lsp.fixes import fixes
from mapc.lsp.hover import hover
from mapc.lsp.navigate import definition, document_symbols
from mapc.lsp.server import PolicyServer
from mapc.lsp.subject import settings_of
from mapc.syntax.formatter import format_source
from mapc.text import Reporter

_Placed: TypeAlias = types.HoverParams | types.CompletionParams | types.DefinitionParams

PAUSE = 0.15
"""Seconds without a change before a text is checked."""


def make_server(app: str = "", machine: str = "") -> PolicyServer:
    """Return a server with everything it can do."""
    server = PolicyServer(app, machine)
    _add_life(server)
    _add_questions(server)
    return server


def _add_life(server: PolicyServer) -> None:
    """Register what happens to settings and documents."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.given = settings_of(params.initialization_options)

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        await server.fetch_settings()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def changed_settings(params: types.DidChangeConfigurationParams) -> None:
        server.given = settings_of(params.settings).over(server.given)
        await server.fetch_settings()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.publish(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        await asyncio.sleep(PAUSE)
        if server.is_current(document.uri, document.version):
            server.publish(document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        # The application's description may have changed as well.
        server.publish(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.forget(params.text_document.uri)


def _add_questions(server: PolicyServer) -> None:
    """Register what an editor asks about a document."""

    def place(params: _Placed) -> tuple[Analysis, int]:
        analysis = server.analysis(params.text_document.uri)
        return analysis, analysis.positions.offset(params.position)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def on_hover(params: types.HoverParams) -> types.Hover | None:
        return hover(*place(params))

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS)
    )
    def on_completion(params: types.CompletionParams) -> types.CompletionList:
        return completion(*place(params), snippets=server.takes_snippets)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def on_definition(params: types.DefinitionParams) -> types.Location | None:
        analysis, offset = place(params)
        return definition(analysis, params.text_document.uri, offset)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def on_symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        return document_symbols(server.analysis(params.text_document.uri))

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )
    def on_code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        return fixes(server.analysis(uri), uri, params.range)

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def on_formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        analysis = server.analysis(params.text_document.uri)
        # The style is fixed: the editor's options change nothing. A text with errors stays as is.
        new = format_source(analysis.source, Reporter())
        if new is None or new == analysis.source.text:
            return []
        return [types.TextEdit(range=analysis.positions.whole(), new_text=new)]
