"""The cache of the analysis: files whose contents prove that they are whole."""

import contextlib
import hashlib
import time
from pathlib import Path

from mapc.paths import cache_dir, write_atomic
from mapc.text import MapcError

_FOLDER = "analyze"
_MARK = 64
_KEPT = 30 * 86_400


def load(kind: str, key: str) -> bytes | None:
    """Return what was stored; None if nothing was, or if it is damaged."""
    try:
        data = _place(kind, key).read_bytes()
    except (OSError, MapcError):
        return None
    mark, content = data[:_MARK], data[_MARK:]
    return content if mark == _digest(content) else None


def save(kind: str, key: str, content: bytes) -> None:
    """Store something; a cache that cannot be written is none, but nothing else is lost."""
    with contextlib.suppress(MapcError, OSError):
        place = _place(kind, key)
        write_atomic(place, _digest(content) + content)
        _sweep(place.parent)


def _place(kind: str, key: str) -> Path:
    return cache_dir() / _FOLDER / f"{key[:40]}.{kind}"


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _sweep(folder: Path) -> None:
    """Remove what was written long ago: mostly by other versions, of sources that are gone."""
    for file in folder.iterdir():
        with contextlib.suppress(OSError):
            if file.stat().st_mtime < time.time() - _KEPT:
                file.unlink()
