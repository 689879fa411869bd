"""Read a source file: bytes in, text with positions out.

Whatever the path names, reading ends: at a limit of size, and for a pipe at one of silence.
"""

import os
import select
import stat
from pathlib import Path
from typing import Protocol

from mapc.text import codes
from mapc.text.diagnostic import Diagnostic, Severity
from mapc.text.errors import ExitCode, MapcError
from mapc.text.reporter import Reporter
from mapc.text.source import Source, Span

MOST_BYTES = 5 * 2**20
"""The largest policy: 10^5 lines of usual length have half of it."""
SILENCE = 3.0
"""Seconds without a byte after which a named pipe is taken to have no writer."""
_BOM = "\ufeff"
_CHUNK = 2**16


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes | None:
        """Return at most `size` bytes; none at the end."""


def read_source(path: Path, report: Reporter) -> Source:
    """Return the text of a file; malformed UTF-8 is reported and replaced.

    Raises MapcError when the file cannot be read at all.
    """
    return decode_source(str(path), read_bytes(path), report)


def read_bytes(path: Path) -> bytes:
    """Return what a file holds, at most one byte more than a policy may have.

    Raises MapcError when it cannot be read.
    """
    try:
        # A pipe without a writer would block the call that opens it.
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(file, "rb", buffering=0) as stream:
            if stat.S_ISFIFO(os.fstat(file).st_mode):
                return _from_pipe(file)
            os.set_blocking(file, True)
            return read_stream(stream)
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


def read_stream(stream: Readable) -> bytes:
    """Return what a stream holds, at most one byte more than a policy may have."""
    found = bytearray()
    while len(found) <= MOST_BYTES and (more := stream.read(MOST_BYTES + 1 - len(found))):
        found += more
    return bytes(found)


def _from_pipe(file: int) -> bytes:
    """Return what a pipe holds; raises OSError if nothing is ever written to it."""
    found = bytearray()
    while len(found) <= MOST_BYTES:
        if not select.select([file], [], [], SILENCE)[0]:
            raise OSError("nothing is written to this pipe")
        more = os.read(file, _CHUNK)
        if not more:
            break
        found += more
    return bytes(found[: MOST_BYTES + 1])


def decode_source(name: str, data: bytes, report: Reporter) -> Source:
    """Return a text from its bytes; malformed UTF-8 is reported and replaced.

    Of one that is too large, the size is reported and nothing returned.
    """
    if len(data) > MOST_BYTES:
        report.error(
            codes.CANNOT_READ,
            f"{name} has more than {MOST_BYTES} bytes, too many for a policy",
            help="give the path of a policy file (.mapl); lists as in `Task a, b GPU;` shorten it",
        )
        return Source(name, "")
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
