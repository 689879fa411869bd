"""What mapper calls cost: in instructions, or in nanoseconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

CALLS = ("select_task_options", "slice_task", "map_task", "select_sharding_functor")


@dataclass(frozen=True)
class Cost:
    """So many calls cost so much together."""

    calls: int = 0
    total: float = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.calls + other.calls, self.total + other.total)

    @property
    def each(self) -> float:
        return self.total / self.calls


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The cost of one call, from several measurements."""

    least: float
    middle: float
    most: float

    def __str__(self) -> str:
        return f"{self.middle:.0f} ({self.least:.0f}..{self.most:.0f})"


def spread(values: Iterable[float]) -> Spread:
    """Return median and extremes."""
    found = list(values)
    return Spread(least=min(found), middle=median(found), most=max(found))
