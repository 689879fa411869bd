"""The server's state: documents, settings, and what was published."""

from dataclasses import replace
from pathlib import Path

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from mapc import __version__
from mapc.lsp.analysis import Analysis
from mapc.lsp.publish import published
from mapc.lsp.subject import Settings, Subjects, settings_of
from mapc.text import MapcError, Source


class PolicyServer(LanguageServer):
    """A language server for policies."""

    def __init__(self, app: str = "", machine: str = "") -> None:
        # Whole texts are small, and have no lines about which client and server can disagree.
        super().__init__("mapc", __version__, types.TextDocumentSyncKind.Full)
        self.options = Settings(app, machine)
        self.given = Settings()
        """What the editor sent by itself."""
        self.fetched = Settings()
        """What the editor answered when it was asked."""
        self._subjects = Subjects()
        self._analyses: dict[str, Analysis] = {}
        self._told: set[str] = set()

    @property
    def settings(self) -> Settings:
        """The settings that hold: the editor's before the command line's."""
        return self.fetched.over(self.given).over(self.options)

    @property
    def takes_snippets(self) -> bool:
        """Whether the editor can insert text with places to fill in."""
        return bool(
            get_capability(
                self.client_capabilities,
                "text_document.completion.completion_item.snippet_support",
                False,
            )
        )

    def analysis(self, uri: str) -> Analysis:
        """Return what is known of a document as it is now."""
        document = self.workspace.get_text_document(uri)
        path = to_fs_path(uri)
        fresh = Analysis(
            source=Source(Path(path).name if path else uri, document.source),
            encoding=self.workspace.position_encoding or types.PositionEncodingKind.Utf16,
        )
        fresh = self._about(fresh, Path(path) if path else None)
        known = self._analyses.get(uri)
        if known is not None and _same(known, fresh):
            return known
        self._analyses[uri] = fresh
        return fresh

    def _about(self, analysis: Analysis, path: Path | None) -> Analysis:
        """Return the analysis with application and machine; what is wrong with them is told."""
        try:
            graph = self._subjects.graph(path, self.settings, self._root())
            machine = self._subjects.machine(self.settings)
        except MapcError as error:
            self._tell(error)
            return analysis
        return replace(analysis, graph=graph, machine=machine)

    def _root(self) -> Path | None:
        root = self.workspace.root_path
        return Path(root) if root else None

    def _tell(self, error: MapcError) -> None:
        """Show what is wrong with the application or the machine, once."""
        for found in error.diagnostics:
            place = f"{found.span}: " if found.span is not None else ""
            help_text = f"; {found.help}" if found.help else ""
            message = f"mapc: {place}{found.message}{help_text} [{found.code.id}]"
            if message not in self._told:
                self._told.add(message)
                self.window_show_message(
                    types.ShowMessageParams(type=types.MessageType.Warning, message=message)
                )

    def is_current(self, uri: str, version: int) -> bool:
        """Return whether a document is open in this version."""
        document = self.workspace.text_documents.get(uri)
        return document is not None and document.version == version

    def publish(self, uri: str) -> None:
        """Send the findings about a document."""
        analysis = self.analysis(uri)
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                uri=uri,
                version=self.workspace.get_text_document(uri).version,
                diagnostics=[
                    published(found, analysis.positions, uri) for found in analysis.diagnostics
                ],
            )
        )

    def forget(self, uri: str) -> None:
        """Drop a document that was closed, and its findings."""
        self._analyses.pop(uri, None)
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=uri, diagnostics=[])
        )

    async def fetch_settings(self) -> None:
        """Ask the editor for its settings, and check every open document with them."""
        workspace = self.client_capabilities.workspace
        if workspace is not None and workspace.configuration:
            wanted = types.ConfigurationParams(items=[types.ConfigurationItem(section="mapc")])
            answers = await self.workspace_configuration_async(wanted)
            self.fetched = settings_of(answers[0]) if answers else Settings()
        self._told.clear()
        for uri in tuple(self.workspace.text_documents):
            self.publish(uri)


def _same(known: Analysis, fresh: Analysis) -> bool:
    return (
        known.source.text == fresh.source.text
        and known.graph is fresh.graph
        and known.machine is fresh.machine
        and known.encoding == fresh.encoding
    )
