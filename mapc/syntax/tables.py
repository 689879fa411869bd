"""The parser's tables: made by lark from the grammar file once, then read from the cache folder.

Reading takes a millisecond, making them 200, of which a third goes into importing lark; so lark
is imported only then. The cache is a convenience: where it cannot be read or written, the tables
are made again, and nobody is told.
"""

import contextlib
import json
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

from mapc.paths import cache_dir, write_atomic
from mapc.resources import resource
from mapc.syntax.lalr import Rule, Tables
from mapc.text import MapcError


@cache
def tables() -> Tables:
    """Return the LALR(1) tables of the language."""
    text = resource("grammar", "mapl.lark").read_text(encoding="utf-8")
    path = _cache_file(text)
    if path is not None:
        # Whatever is wrong with a cache file, the answer is to make it again.
        with contextlib.suppress(Exception):
            data = json.loads(path.read_bytes())
            if data["grammar"] == text:
                return _decode(data)
    data = _make(text)
    if path is not None:
        with contextlib.suppress(MapcError, OSError):
            write_atomic(path, json.dumps(data))
    return _decode(data)


def _cache_file(text: str) -> Path | None:
    """Return where the tables of this grammar belong, None where there is no cache folder.

    The name only keeps grammars apart; the file holds the whole grammar.
    """
    try:
        return cache_dir() / f"grammar-{crc32(text.encode()):08x}.json"
    except (MapcError, OSError, RuntimeError):  # the last: there is no home folder
        return None


def _decode(data: dict[str, Any]) -> Tables:
    """Return tables from their JSON form."""
    return Tables(
        states=data["states"],
        rules=[Rule(*rule) for rule in data["rules"]],
        start=data["start"],
        end=data["end"],
    )


def _make(text: str) -> dict[str, Any]:
    """Return the tables of a grammar in JSON form."""
    import lark
    from lark.parsers.lalr_analysis import Shift

    parser = lark.Lark(
        text, parser="lalr", lexer="basic", keep_all_tokens=True, maybe_placeholders=False
    )
    conf = parser.parse_interactive().parser_state.parse_conf
    numbers: dict[Any, int] = {}
    states: list[dict[str, int]] = [{} for _ in conf.states]
    for state, steps in conf.states.items():
        for name, (action, target) in sorted(steps.items()):
            if action is Shift:
                states[state][str(name)] = target
            else:
                states[state][str(name)] = ~numbers.setdefault(target, len(numbers))
    return {
        "grammar": text,
        "states": states,
        "rules": [_rule(rule) for rule in numbers],
        "start": conf.start_state,
        "end": conf.end_state,
    }


def _rule(rule: Any) -> list[object]:
    """Return the JSON form of one of lark's rules."""
    origin = str(rule.origin.name)
    action = str(rule.alias or ("" if origin.startswith("_") else origin))
    lone = bool(rule.options.expand1 and not rule.alias)
    return [origin, len(rule.expansion), action, lone]
