"""From a line of the generated C++ to the line of the policy behind it.

Where the code was generated elsewhere, its map comes from a file that `mapc build --source-map`
wrote; otherwise from generating the policy again.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

from mapc.guide.backmap import line_span
from mapc.guide.classify import Match
from mapc.policy.model import Policy
from mapc.text import Diagnostic, ExitCode, MapcError, Severity, Span
from mapc.text.codes import BAD_SOURCE_MAP

_SOURCES = (".cc", ".cpp", ".cxx")


@dataclass(frozen=True, kw_only=True)
class SourceMap:
    """Which line of which policy each line of a generated file belongs to.

    `file` is the generated file's name without its folder; empty where that is not known, and
    `digest` is the policy's. Lines of the file that no line of the policy asked for have no pair.
    """

    file: str
    policy: str
    digest: str
    pairs: tuple[tuple[int, int], ...]

    @cached_property
    def lines(self) -> dict[int, int]:
        """The policy's lines by those of the generated file."""
        return dict(self.pairs)

    def is_generated(self, file: str) -> bool:
        """Return whether a file that a message names is the generated one."""
        name = PurePath(file).name
        return name == self.file if self.file else name.endswith("_mapper.cc")

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of `mapc build --source-map`."""
        return {
            "file": self.file,
            "policy": self.policy,
            "digest": self.digest,
            "pairs": [list(pair) for pair in self.pairs],
        }


def read_source_map(path: Path) -> SourceMap:
    """Return the source map in a file; raises MapcError where there is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        pairs = tuple((line, source) for line, source in data["pairs"])
        words = (data["file"], data["policy"], data["digest"])
        if not all(type(word) is str for word in words):
            raise TypeError("`file`, `policy` and `digest` are texts")
        if not all(type(number) is int for pair in pairs for number in pair):
            raise TypeError("`pairs` holds pairs of line numbers")
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        why = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise MapcError(
            Diagnostic(
                code=BAD_SOURCE_MAP,
                severity=Severity.ERROR,
                message=f"{path} is not a source map: {' '.join(why.split())}",
                help="write it with `mapc build POLICY -o FILE.cc --source-map FILE.map.json`",
            ),
            exit_code=ExitCode.USAGE,
        ) from error
    return SourceMap(file=words[0], policy=words[1], digest=words[2], pairs=pairs)


def placer(
    policy: Policy | None,
    lines: Mapping[int, int] | None,
    is_generated: Callable[[str], bool] | None = None,
) -> Callable[[Match], Span | None]:
    """Return the function that finds the policy's line for a compiler's message.

    A message about a template of the library is tied to the line that instantiates it. Without
    `is_generated` every C++ file counts as the generated one.
    """
    if policy is None or not lines:
        return lambda match: None
    known, mine = lines, is_generated or (lambda file: True)

    def place(match: Match) -> Span | None:
        file, line = match.groups.get("file", ""), match.groups.get("line", "")
        if PurePath(file).suffix not in _SOURCES and (origin := match.groups.get("origin")):
            file, line = origin.split(":")[:2]
        if PurePath(file).suffix not in _SOURCES or not mine(file) or not line.isdecimal():
            return None
        number = known.get(int(line)) if len(line) < 10 else None
        return line_span(policy, number) if number is not None else None

    return place
