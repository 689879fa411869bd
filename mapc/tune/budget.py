"""Budgets: when a run has spent enough. Small stoppers that combine by `any`."""

import re
import time
from dataclasses import dataclass, field

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(slots=True, kw_only=True)
class Budget:
    """Trials and wall-clock seconds; what went before (a resumed run's trials) counts."""

    trials: int
    seconds: float
    started: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since this call started."""
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.seconds - self.elapsed)

    def spent(self, trials: int, *, reserve: float = 0.0) -> bool:
        """Return whether no further trial may start; `reserve` seconds are kept for later."""
        return trials >= self.trials or self.left <= reserve


def parse_duration(text: str) -> float:
    """Return seconds from `90`, `90s`, `10m` or `1.5h`; raises ValueError for anything else."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.strip())
    if match is None:
        raise ValueError(f"`{text}` is not a time such as 90s, 10m or 1h")
    return float(match[1]) * _UNITS[match[2] or "s"]
