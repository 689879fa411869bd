"""The libraries that a shared library asks for, read from the file: 64-bit ELF, little-endian."""

import struct
from collections.abc import Iterator
from pathlib import Path

_LOAD, _DYNAMIC = 1, 2  # kinds of segments
_END, _NEEDED, _STRINGS = 0, 1, 5  # kinds of entries of the dynamic segment


def needed_libraries(path: Path) -> tuple[str, ...]:
    """Return the names that a library needs, in its order; none for a file of another format."""
    with path.open("rb") as file:
        head = file.read(64)
        if len(head) < 64 or head[:6] != b"\x7fELF\x02\x01":
            return ()
        (offset,) = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        file.seek(offset)
        table = file.read(size * count)
        if size < 40 or len(table) < size * count:
            return ()  # cut off
        segments = [struct.unpack_from("<IIQQQQ", table, size * i) for i in range(count)]
        dynamic = next((s for s in segments if s[0] == _DYNAMIC), None)
        if dynamic is None:
            return ()
        file.seek(dynamic[2])
        entries = list(_entries(file.read(dynamic[5])))
        address = next((value for kind, value in entries if kind == _STRINGS), 0)
        # Strings are named by their address in memory; a segment says where that is in the file.
        start = next(
            (
                s[2] + address - s[3]
                for s in segments
                if s[0] == _LOAD and 0 <= address - s[3] < s[5]
            ),
            None,
        )
        if start is None:
            return ()
        names = []
        for kind, value in entries:
            if kind == _NEEDED:
                file.seek(start + value)
                names.append(file.read(4096).split(b"\0", 1)[0].decode(errors="surrogateescape"))
        return tuple(names)


def _entries(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield kind and value of the entries of a dynamic segment."""
    for kind, value in struct.iter_unpack("<qQ", data[: len(data) // 16 * 16]):
        if kind == _END:
            return
        yield kind, value
