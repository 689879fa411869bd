"""The parser's tables: built from the grammar file once, then read from the cache folder.

Reading takes 10 ms, building 150 ms. The cache is a convenience only: where it cannot be read or
written, the tables are built again, and nobody is told.
"""

import contextlib
import hashlib
import io
import pickle
import sys
from functools import cache
from pathlib import Path

import lark

from mapc.paths import cache_dir, write_atomic
from mapc.resources import resource
from mapc.syntax.builder import TreeBuilder
from mapc.text import MapcError


@cache
def grammar() -> lark.Lark:
    """Return the LALR(1) parser of the language; it makes nodes of `mapc.syntax.ast`."""
    text = resource("grammar", "mapl.lark").read_text(encoding="utf-8")
    path = _cache_file(text)
    if path is not None:
        # Whatever is wrong with a cache file, the answer is to make it again.
        with contextlib.suppress(Exception):
            return _load(path.read_bytes())
    data = _build(text)
    if path is not None:
        with contextlib.suppress(MapcError, OSError):
            write_atomic(path, data)
    return _load(data)


def _cache_file(text: str) -> Path | None:
    """Return where the tables of this grammar belong, None where there is no cache folder."""
    key = hashlib.sha256(f"{lark.__version__} {sys.version} {text}".encode()).hexdigest()[:16]
    try:
        return cache_dir() / f"grammar-{key}.pickle"
    except (MapcError, OSError, RuntimeError):  # the last: there is no home folder
        return None


def _build(text: str) -> bytes:
    """Return the serialized tables of a grammar."""
    parser = lark.Lark(
        text, parser="lalr", lexer="contextual", keep_all_tokens=True, maybe_placeholders=False
    )
    buffer = io.BytesIO()
    parser.save(buffer)
    return buffer.getvalue()


def _load(data: bytes) -> lark.Lark:
    """Return the parser with these tables, making syntax trees of our own."""
    tables = pickle.loads(data)
    # `Lark.load` takes no transformer; this is what lark's own standalone parsers call.
    return lark.Lark._load_from_dict(  # type: ignore[no-any-return,no-untyped-call]  # untyped
        tables["data"], tables["memo"], transformer=TreeBuilder()
    )
