"""How evaluation fails: a fault has no place yet, an evaluation error has one."""

from mapc.text import Diagnostic, ExitCode, MapcError, Severity, Span
from mapc.text.codes import Code

MOST_STEPS = 10**7
"""Steps that the compiler takes for one top-level statement or mapped point."""


class Fault(Exception):  # noqa: N818  # it becomes an error when it gets a place
    """A failed operation; `argument` says which of its operands is to blame, if one is."""

    def __init__(
        self, code: Code, message: str, argument: int | None = None, help: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.argument = argument
        self.help = help


class EvaluationError(MapcError):
    """A failed evaluation, with the one diagnostic that says where and why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic, exit_code=ExitCode.POLICY)
        self.diagnostic = diagnostic

    @classmethod
    def at(cls, fault: Fault, span: Span) -> "EvaluationError":
        """Return the error for a fault at a place."""
        return cls(
            Diagnostic(
                code=fault.code,
                severity=Severity.ERROR,
                message=fault.message,
                span=span,
                help=fault.help,
            )
        )

    def while_(self, doing: str) -> "EvaluationError":
        """Return the same error, whose message says what was being evaluated."""
        old = self.diagnostic
        return EvaluationError(
            Diagnostic(
                code=old.code,
                severity=old.severity,
                message=f"{old.message} {doing}",
                span=old.span,
                help=old.help,
                related=old.related,
            )
        )
