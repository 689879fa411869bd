"""Nanoseconds of mapper calls, from a profile that Legion writes with `-lg:prof`.

The file says itself how its records look: a line for each kind of record, an empty line, then the
records, each a number of its kind and packed fields.
"""

import re
import struct
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.costs import CALLS

_KIND = re.compile(rb"(\w+) \{(.*)\}")
_TEXT = b"string"
_SIZED = {b"point": 1, b"array": 2, b"uuid": 0}  # in maximal dimensions


def mapper_calls(path: Path) -> dict[str, list[float]]:
    """Return the nanoseconds of every mapper call."""
    names: dict[int, str] = {}
    times: dict[str, list[float]] = defaultdict(list)
    for kind, values in _records(path.read_bytes()):
        if kind == "MapperCallDesc":
            names[_number(values["kind"])] = values["name"].decode()
        elif kind == "MapperCallInfo":
            name = names[_number(values["kind"])]
            if name in CALLS:
                times[name].append(_number(values["stop"]) - _number(values["start"]))
    return dict(times)


def _records(data: bytes) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Yield the name and the fields of every record."""
    head, _, _ = data.partition(b"\n\n")
    kinds = {}
    for line in head.splitlines()[2:]:
        described = _KIND.fullmatch(line)
        assert described, line
        number, *fields = [tuple(field.split(b":")) for field in described[2].split(b", ")]
        kinds[int(number[1])] = (described[1].decode(), fields)
    at = len(head) + 2
    dimensions = uuid = 0
    while at < len(data):
        (number_of_kind,) = struct.unpack_from("<I", data, at)
        at += 4
        name, fields = kinds[number_of_kind]
        values = {}
        for field, kind, size in fields:
            if kind == _TEXT:
                end = data.index(b"\0", at)
                length, skip = end - at, 1
            elif kind in _SIZED:
                length, skip = (_SIZED[kind] * dimensions * 8 or uuid), 0
            else:
                length, skip = int(size), 0
            values[field.decode()] = data[at : at + length]
            at += length + skip
            if kind == b"uuid_size":
                uuid = _number(values[field.decode()])
        if name == "MaxDimDesc":
            dimensions = _number(values["max_dim"])
        yield name, values


def _number(value: bytes) -> int:
    return int.from_bytes(value, "little")
