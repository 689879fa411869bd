"""`mapc lsp`: the language server that editors start."""

from importlib.util import find_spec
from typing import Annotated

import typer

from mapc.text import Diagnostic, MapcError, Severity
from mapc.text.codes import MISSING_PACKAGE


def lsp(
    app: Annotated[
        str, typer.Option(help="Application: a name, or a folder with an app.toml.")
    ] = "",
    machine: Annotated[str, typer.Option(help="Machine, such as host.")] = "",
    stdio: Annotated[
        bool, typer.Option("--stdio", hidden=True, help="What the server does anyway.")
    ] = True,
) -> None:
    """Serve an editor: it starts this command and talks to it on stdin and stdout.

    Without --app, the application is the one whose app.toml lies beside a policy or above it.

    Example: mapc lsp --app apps/circuit
    """
    if find_spec("pygls") is None:
        raise MapcError(
            Diagnostic(
                code=MISSING_PACKAGE,
                severity=Severity.ERROR,
                message="the language server needs the Python package pygls",
                help="install it with: pip install 'mapc[lsp]'",
            )
        )
    from mapc.lsp.features import make_server

    make_server(app, machine).start_io()
