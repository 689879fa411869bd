"""How each ink of a placement picture is drawn: its fill, its name, the text on it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from mapc.graph.placement_colours import colour, kind_order, on_top
from mapc.graph.placement_grid import Inks
from mapc.graph.svg import element
from mapc.policy.kinds import ProcKind
from mapc.policy.table import PlacementTable

MOST_STRIPES = 8
MOST_PATTERNS = 200
STRIPE = 3
"""Width of a stripe in pixels."""


@dataclass(slots=True)
class Painter:
    """Gives inks their looks, and keeps the patterns that they need."""

    table: PlacementTable
    inks: Inks
    ids: str = "set"
    """How the names of patterns begin: two pictures in one page need different ones."""
    kinds: list[ProcKind] = field(init=False)
    counts: Counter[int] = field(init=False)
    """Points of every processor code; a point of several processors counts at each."""
    _patterns: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.counts = Counter()
        for ink, count in Counter(self.table.codes).items():
            for code in self.inks.processors(ink):
                self.counts[code] += count
        self.kinds = kind_order({self.table.place(code)[0] for code in self.counts})

    def colour(self, code: int) -> str:
        """Return the colour of a processor."""
        kind, node, proc = self.table.place(code)
        return colour(node, proc, self.table.procs, self.kinds.index(kind))

    def fill(self, ink: int) -> str:
        """Return how to fill a cell: a colour, or stripes in the colours of the processors."""
        if ink >= 0:
            return self.colour(ink)
        if ink not in self._patterns and len(self._patterns) >= MOST_PATTERNS:
            return self.colour(self.inks.processors(ink)[0])
        name = self._patterns.setdefault(ink, f"{self.ids}{len(self._patterns)}")
        return f"url(#{name})"

    def patterns(self) -> str:
        """Return the patterns that the fills so far refer to."""
        return "".join(
            [self._pattern(name, self.inks.processors(ink)) for ink, name in self._patterns.items()]
        )

    def _pattern(self, name: str, codes: tuple[int, ...]) -> str:
        shown = codes
        if len(codes) > MOST_STRIPES:
            shown = tuple([codes[i * len(codes) // MOST_STRIPES] for i in range(MOST_STRIPES)])
        stripes = [
            element("rect", x=i * STRIPE, width=STRIPE, height=STRIPE, fill=self.colour(code))
            for i, code in enumerate(shown)
        ]
        return element(
            "pattern",
            *stripes,
            id=name,
            width=STRIPE * len(shown),
            height=STRIPE,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        )

    def mark(self, ink: int) -> tuple[str, str]:
        """Return the text for a cell, `n,p` with `*` for several of either, and its colour."""
        codes = self.inks.processors(ink)
        _, node, proc = self.table.place(codes[0])
        if len(codes) == 1:
            return f"{node},{proc}", on_top(proc, self.table.procs)
        places = [self.table.place(code) for code in codes]
        nodes = node if all(n == node for _, n, _ in places) else "*"
        procs = proc if all(p == proc for _, _, p in places) else "*"
        return f"{nodes},{procs}", "#16202e"

    def name(self, ink: int) -> str:
        """Return the processors of an ink for people."""
        codes = self.inks.processors(ink)
        shown = [self._processor(code) for code in codes[:MOST_STRIPES]]
        more = f" and {len(codes) - len(shown)} more" if len(codes) > len(shown) else ""
        return ", ".join(shown) + more

    def _processor(self, code: int) -> str:
        kind, node, proc = self.table.place(code)
        return f"{kind.value}[{node},{proc}]"


def balance(counts: Iterable[int], processors: int) -> str:
    """Return how evenly points are spread, in words; `counts` are those of the busy ones."""
    busy = sorted(counts)
    least, most = busy[0], busy[-1]
    idle = processors - len(busy)
    points = f"{least} to {most} points" if least < most else f"{most} point{'s' * (most > 1)}"
    spread = f"{points} on each"
    return f"{spread}; {idle} of {processors} processors have none" if idle else spread
