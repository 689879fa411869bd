"""The vendored pair: a generated mapper and one header beside it, for people who commit both.

The header is the support headers in one file, each of them once and behind those it needs. Nothing
else is left out and nothing is rewritten, so that it reads like the originals.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mapc import __version__

HEADER = "mapc_support.h"
_ENTRY = "mapc/generated.h"
_INCLUDE = re.compile(r'\s*#\s*include\s*[<"](mapc/[^">]+)[">]')
_SYSTEM = re.compile(r"\s*#\s*include\b")
_ONCE = re.compile(r"\s*#\s*pragma\s+once\b")
_DIRECTIVE = re.compile(r"\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b\s*(\w*)")
_COMMENT = re.compile(r"\s*(//|$)")
# The support library is part of mapc; whoever has only the pair compiles the definitions too.
_PREBUILT = "MAPC_PREBUILT"
_BEGINNING = f"""\
// The support header of mapc {__version__}, in one file: what a mapper that mapc generated needs
// besides Legion. Apache-2.0. Made by `mapc build --vendor`, which writes it again.
#pragma once
"""


class VendorError(ValueError):
    """The support headers are written in a way that cannot be put into one file: a bug."""


def vendored_source(text: str) -> str:
    """Return a generated mapper that includes the one header, which lies beside it."""
    own = f"#include <{_ENTRY}>"
    if text.count(own) != 1:
        raise VendorError(f"a generated mapper must have one `{own}`")
    return text.replace(own, f'#include "{HEADER}"')


def vendored_header(include: Path, entry: str = _ENTRY) -> str:
    """Return the support headers below the folder `include` that `entry` needs, as one text."""
    joined = _Joined(include)
    joined.add(entry)
    return "\n".join([_BEGINNING, *joined.sections])


@dataclass
class _Joined:
    """The text so far. A header is known from the moment when it is begun, like `#pragma once`."""

    folder: Path
    sections: list[str] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def add(self, name: str) -> None:
        """Append a header and, before or inside it, what it includes."""
        if name in self._known:
            return
        self._known.add(name)
        lines = [row for row in self._lines(name) if not _ONCE.match(row.text)]
        start = next((i for i, row in enumerate(lines) if not _is_opening(row.text)), len(lines))
        # What the opening of a header includes goes before all of it, not into its middle.
        opening = [row for row in lines[:start] if not self._included(row, name)]
        rows = [row.text for row in opening]
        for row in lines[start:]:
            if _INCLUDE.match(row.text):
                self._close(name, rows)
                rows = []
                self._included(row, name)
            else:
                rows.append(row.text)
        self._close(name, rows)

    def _included(self, row: "_Row", name: str) -> bool:
        """Append the header that a line includes, if it is one of ours, and return whether."""
        match = _INCLUDE.match(row.text)
        if match is None:
            return False
        if row.depth:
            raise VendorError(f"{name} includes {match[1]} under a condition")
        self.add(match[1])
        return True

    def _close(self, name: str, rows: list[str]) -> None:
        """Append a piece of a header under its name, unless only comments are left of it."""
        if all(_COMMENT.match(row) for row in rows):
            return
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(rows).strip("\n"))
        self.sections.append(f"// ---- {name}\n{text}\n")

    def _lines(self, name: str) -> Iterator["_Row"]:
        """Yield the lines of a header as they are without `MAPC_PREBUILT`."""
        conditions: list[_Condition] = []
        for line in (self.folder / name).read_text(encoding="utf-8").splitlines():
            match = _DIRECTIVE.match(line)
            word, operand = (match[1], match[2]) if match else ("", "")
            if word.startswith("if"):
                decided = word in ("ifdef", "ifndef") and operand == _PREBUILT
                conditions.append(_Condition(decided, word != "ifdef" or not decided))
            elif word and not conditions:
                raise VendorError(f"{name} has `#{word}` without `#if`")
            elif word in ("elif", "else") and conditions[-1].decided:
                if word == "elif":
                    raise VendorError(f"{name} has `#elif` in a condition on {_PREBUILT}")
                conditions[-1].holds = not conditions[-1].holds
            dropped = bool(word) and conditions[-1].decided
            if not dropped and all(condition.holds for condition in conditions):
                yield _Row(line.rstrip(), sum(not c.decided for c in conditions))
            if word == "endif":
                conditions.pop()


@dataclass(slots=True)
class _Condition:
    """An open `#if`: whether it is decided here, and whether the lines in it are then wanted."""

    decided: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """One line, and how many conditions that stay it stands under."""

    text: str
    depth: int


def _is_opening(line: str) -> bool:
    """Return whether a line may stand before the code of a header: comments and includes."""
    return bool(_SYSTEM.match(line) or _COMMENT.match(line))
