"""Read a source file: bytes in, text with positions out."""

from pathlib import Path

from mapc.text import codes
from mapc.text.diagnostic import Diagnostic, Severity
from mapc.text.errors import ExitCode, MapcError
from mapc.text.reporter import Reporter
from mapc.text.source import Source, Span

_BOM = "\ufeff"


def read_source(path: Path, report: Reporter) -> Source:
    """Return the text of a file; malformed UTF-8 is reported and replaced.

    Raises MapcError when the file cannot be read at all.
    """
    return decode_source(str(path), read_bytes(path), report)


def read_bytes(path: Path) -> bytes:
    """Return what a file holds; raises MapcError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise MapcError(
            Diagnostic(
                code=codes.CANNOT_READ,
                severity=Severity.ERROR,
                message=f"cannot read {path}: {(error.strerror or str(error)).lower()}",
                help="give the path of a policy file (.mapl)",
            ),
            exit_code=ExitCode.USAGE,
        ) from error


def decode_source(name: str, data: bytes, report: Reporter) -> Source:
    """Return a text from its bytes; malformed UTF-8 is reported and replaced."""
    source = Source(name, data.decode(errors="replace").removeprefix(_BOM))
    try:
        data.decode()
    except UnicodeDecodeError as error:
        offset = len(data[: error.start].decode(errors="replace").removeprefix(_BOM))
        report.error(
            codes.NOT_UTF8,
            f"byte 0x{data[error.start]:02x} is not valid UTF-8",
            Span(source, offset, offset + 1),
            help="save the file as UTF-8",
        )
    return source
