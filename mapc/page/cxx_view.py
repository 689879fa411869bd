"""The generated C++ as the page shows it: its lines, coloured, and the policy lines behind them."""

from dataclasses import dataclass
from pathlib import PurePath

from mapc.codegen.generate import generate
from mapc.graph.mapping import Mapping
from mapc.page.cxx_colours import coloured
from mapc.page.links import Link, Links
from mapc.page.pieces import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class CxxLine:
    """One line of C++; `source` is the policy line it comes from, 0 for none."""

    number: int
    pieces: tuple[Piece, ...]
    link: Link
    source: int = 0


def cxx_lines(mapping: Mapping, links: Links) -> tuple[CxxLine, ...]:
    """Return the mapper that `mapc build` writes for the policy.

    The comments that name policy lines are left out: `source` says the same.
    """
    generated = generate(mapping.policy, name=PurePath(mapping.policy.source.name).stem)
    sources = dict(generated.source_map)
    rows = []
    for number, text in enumerate(generated.text.splitlines(), 1):
        source = sources.get(number, 0)
        rows.append(
            CxxLine(
                number=number,
                pieces=coloured(text.rpartition("//")[0].rstrip() if source else text),
                link=links.of_line(source),
                source=source,
            )
        )
    return tuple(rows)
