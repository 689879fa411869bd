"""Short form for the one-sentence failures of outside tools."""

from mapc.text import Diagnostic, ExitCode, MapcError, Severity, Span
from mapc.text.codes import Code


def failure(
    code: Code,
    message: str,
    *,
    help: str = "",
    span: Span | None = None,
    exit_code: ExitCode = ExitCode.TOOL,
) -> MapcError:
    """Return the error that ends a command with one diagnostic."""
    diagnostic = Diagnostic(
        code=code, severity=Severity.ERROR, message=message, help=help, span=span
    )
    return MapcError(diagnostic, exit_code=exit_code)
