"""What mapper calls cost: in instructions, or in nanoseconds."""

from __future__ import annotations

from dataclasses import dataclass

CALLS = ("select_task_options", "slice_task", "map_task", "select_sharding_functor")


@dataclass(frozen=True)
class Cost:
    """So many calls cost so much together."""

    calls: int = 0
    total: float = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.calls + other.calls, self.total + other.total)

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.calls - other.calls, self.total - other.total)

    @property
    def each(self) -> float:
        return self.total / self.calls
