"""The exception that leaves a command, and the exit codes of the contract."""

from collections.abc import Iterable
from enum import IntEnum

from mapc.text.diagnostic import Diagnostic


class ExitCode(IntEnum):
    """What a finished command tells the shell."""

    OK = 0
    POLICY = 1  # what the user wrote is wrong
    USAGE = 2
    TOOL = 3  # an outside tool failed: compiler, registry, application, LLM
    BUG = 70


class MapcError(Exception):
    """A failure that ends the command; carries what the user is told."""

    def __init__(self, *diagnostics: Diagnostic, exit_code: ExitCode = ExitCode.TOOL) -> None:
        super().__init__()
        self.diagnostics: tuple[Diagnostic, ...] = diagnostics
        self.exit_code = exit_code

    def __str__(self) -> str:
        return "; ".join(diagnostic.message for diagnostic in self.diagnostics)

    @classmethod
    def of(cls, diagnostics: Iterable[Diagnostic]) -> "MapcError":
        """Return the error for a policy that has errors."""
        error = cls(exit_code=ExitCode.POLICY)
        error.diagnostics = diagnostics if isinstance(diagnostics, tuple) else tuple(diagnostics)
        return error
