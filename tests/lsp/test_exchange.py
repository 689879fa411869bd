"""A client and the server, a process of its own, talk over stdin and stdout."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

APP = """
[app]
name = "demo"

[build]
sources = ["demo.cc"]

[names]
tasks = ["solve", "relax"]
regions = ["cells"]
"""
POLICY = """\
# Größe: 𝄞 ist kein Fehler.
Task solve GPU, CPU;
gpus = Machine(GPU);

# In blocks.
def block(Task t) {
    return gpus[0, t.ipoint[0] % gpus.size[1]];
}
IndexTaskMap solve block;
"""


class Client(LanguageClient):
    """A client that keeps what the server tells it."""

    def __init__(self, settings: dict[str, Any] | None) -> None:
        super().__init__("test", "1")
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self.messages: list[str] = []

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published.put_nowait(params)

        @self.feature(types.WINDOW_SHOW_MESSAGE)
        def message(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)

        @self.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[dict[str, Any] | None]:
            assert [item.section for item in params.items] == ["mapc"]
            return [settings]

    async def findings(self) -> list[types.Diagnostic]:
        """Return the next findings that the server publishes."""
        async with asyncio.timeout(20):
            return list((await self.published.get()).diagnostics)

    def open(self, file: Path, text: str) -> types.TextDocumentIdentifier:
        """Tell the server that a document was opened."""
        document = types.TextDocumentItem(
            uri=file.as_uri(), language_id="mapl", version=1, text=text
        )
        self.text_document_did_open(types.DidOpenTextDocumentParams(text_document=document))
        return types.TextDocumentIdentifier(uri=document.uri)

    def change(self, document: types.TextDocumentIdentifier, version: int, text: str) -> None:
        """Tell the server that a document has a new text."""
        self.text_document_did_change(
            types.DidChangeTextDocumentParams(
                text_document=types.VersionedTextDocumentIdentifier(
                    uri=document.uri, version=version
                ),
                content_changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
            )
        )


def exchange(
    talk: Callable[[Client], Awaitable[None]],
    *options: str,
    root: Path | None = None,
    sent: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    encoding: types.PositionEncodingKind = types.PositionEncodingKind.Utf16,
) -> Client:
    """Start a server, greet it, talk to it, and end it as an editor does."""

    async def run() -> Client:
        client = Client(settings)
        await client.start_io(sys.executable, "-W", "error", "-m", "mapc", "lsp", *options)
        capabilities = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=[encoding]),
            workspace=types.WorkspaceClientCapabilities(configuration=settings is not None),
        )
        result = await client.initialize_async(
            types.InitializeParams(
                capabilities=capabilities,
                root_uri=root.as_uri() if root else None,
                initialization_options=sent,
            )
        )
        assert result.capabilities.position_encoding == encoding
        client.initialized(types.InitializedParams())
        await talk(client)
        await client.shutdown_async(None)
        client.exit(None)
        server = client._server
        assert server is not None
        async with asyncio.timeout(20):
            assert await server.wait() == 0
        assert server.stderr is not None
        assert await server.stderr.read() == b""
        await client.stop()
        return client

    return asyncio.run(run())


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """Return where a policy would lie, in a folder below its application."""
    (tmp_path / "app.toml").write_text(APP)
    folder = tmp_path / "mappers"
    folder.mkdir()
    return folder / "demo.mapl"


def at(text: str, word: str, add: int = 0) -> types.Position:
    """Return the position of a word, in UTF-16 code units."""
    offset = text.index(word) + add
    before = text[:offset]
    line = before.rpartition("\n")[2]
    return types.Position(line=before.count("\n"), character=len(line.encode("utf-16-le")) // 2)


def test_findings_follow_the_text(policy: Path) -> None:
    wrong = 'Task "𝄞" GPU; Task relaks GPU;\nRegion * cells GPU SYSMEM;\nTask "𝄞" CPU;\n'

    async def talk(client: Client) -> None:
        document = client.open(policy, wrong)
        found = await client.findings()
        by_code = {d.code: d for d in found}
        unreachable = by_code["MAP402"]
        assert unreachable.severity is types.DiagnosticSeverity.Error
        assert unreachable.range.start.line == 1
        assert "help: " in unreachable.message
        again = by_code["MAP401"]
        assert again.severity is types.DiagnosticSeverity.Warning
        assert again.tags == (types.DiagnosticTag.Unnecessary,)
        assert again.related_information is not None
        assert again.related_information[0].location.uri == document.uri
        # Columns are UTF-16: the clef counts twice.
        assert again.related_information[0].location.range.end == types.Position(0, 14)
        assert unreachable.code_description is not None
        assert unreachable.code_description.href.endswith("MAP402.md")
        for version, text in enumerate(("Task", "Task relaks", "Task relaks GPU;\n"), 2):
            client.change(document, version, text)
        (unknown,) = await client.findings()
        assert unknown.code == "MAP520"
        assert "did you mean `relax`" in unknown.message
        actions = await client.text_document_code_action_async(
            types.CodeActionParams(document, unknown.range, types.CodeActionContext([unknown]))
        )
        assert [action.title for action in actions or ()] == ["Change to `relax`"]
        client.change(document, 9, POLICY)
        assert await client.findings() == []
        client.text_document_did_close(types.DidCloseTextDocumentParams(document))
        assert await client.findings() == []

    exchange(talk)


@pytest.mark.parametrize("encoding", types.PositionEncodingKind)
def test_questions(policy: Path, encoding: types.PositionEncodingKind) -> None:
    async def talk(client: Client) -> None:
        document = client.open(policy, POLICY)
        await client.findings()
        hover = await client.text_document_hover_async(
            types.HoverParams(document, at(POLICY, "solve block"))
        )
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert "task of application demo" in hover.contents.value
        assert "placed by block   (line 9)" in hover.contents.value
        place = await client.text_document_definition_async(
            types.DefinitionParams(document, at(POLICY, "block;"))
        )
        assert isinstance(place, types.Location)
        assert place.range.start == at(POLICY, "block(")
        symbols = await client.text_document_document_symbol_async(
            types.DocumentSymbolParams(document)
        )
        assert symbols is not None
        assert [s.name for s in symbols] == ["gpus", "block"]
        unfinished = POLICY + "Task rel"
        client.change(document, 2, unfinished)
        answer = await client.text_document_completion_async(
            types.CompletionParams(document, at(unfinished, "Task rel", 8))
        )
        assert isinstance(answer, types.CompletionList)
        assert "relax" in [item.label for item in answer.items]

    exchange(talk, encoding=encoding)


def test_formatting(policy: Path) -> None:
    async def talk(client: Client) -> None:
        document = client.open(policy, "Task   solve GPU ;  # 𝄞\nTask * CPU;")
        await client.findings()
        options = types.FormattingOptions(tab_size=8, insert_spaces=False)
        edits = await client.text_document_formatting_async(
            types.DocumentFormattingParams(document, options)
        )
        assert edits is not None
        (edit,) = edits
        assert edit.range.end == types.Position(1, 11)
        assert edit.new_text == "Task solve GPU;  # 𝄞\nTask * CPU;\n"
        client.change(document, 2, "Task solve")
        assert (
            await client.text_document_formatting_async(
                types.DocumentFormattingParams(document, options)
            )
            == ()
        )

    exchange(talk)


NAMED = "Task other GPU;\n"


@pytest.mark.parametrize(
    ("options", "sent", "settings"),
    [
        ((), None, {"app": "mine"}),
        ((), {"app": "mine"}, None),
        ((), {"mapc": {"app": "mine"}}, {"app": ""}),
        (("--app", "mine"), None, None),
        (("--app", "nothing"), {"app": "mine"}, None),
    ],
)
def test_settings_name_the_application(
    tmp_path: Path,
    options: tuple[str, ...],
    sent: dict[str, Any] | None,
    settings: dict[str, Any] | None,
) -> None:
    (tmp_path / "app.toml").write_text(APP)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "app.toml").write_text(APP.replace('"solve"', '"other"'))

    async def talk(client: Client) -> None:
        await asyncio.sleep(0)
        client.open(tmp_path / "demo.mapl", NAMED)
        found = await client.findings()
        if found and settings is not None:
            # The document came before the answer about the settings.
            found = await client.findings()
        assert found == []

    assert exchange(talk, *options, root=tmp_path, sent=sent, settings=settings).messages == []


def test_what_is_wrong_with_the_application_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "app.toml").write_text("[app]\nname = 3\n")

    async def talk(client: Client) -> None:
        document = client.open(tmp_path / "demo.mapl", NAMED)
        assert await client.findings() == []
        client.change(document, 2, NAMED + "Task solve GPU;")
        assert await client.findings() == []

    messages = exchange(talk).messages
    assert len(messages) == len(set(messages)) == 2
    assert all("[MAP802]" in message for message in messages)


def test_hostile_texts_end_nothing(tmp_path: Path) -> None:
    texts = ["(" * 3000, "\x00\ud800", "def f(", 'x = "', "\ufeffTask\r\r\n;", "}" * 99, "/*", ""]

    async def talk(client: Client) -> None:
        document = client.open(tmp_path / "demo.mapl", "")
        await client.findings()
        for version, text in enumerate(texts, 2):
            client.change(document, version, text)
            end = types.Position(99, 99)
            await client.text_document_completion_async(types.CompletionParams(document, end))
            await client.text_document_hover_async(types.HoverParams(document, end))
            await client.findings()

    assert exchange(talk).messages == []
