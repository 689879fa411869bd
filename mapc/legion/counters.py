"""What the emulated driver counted: exact bytes, busy times and overruns of every rank."""

import contextlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

# What applications say at their end about tasks that computed longer than they were modelled.
_LATE_TASKS = re.compile(
    r"^mapc: (\d+) of (\d+) modelled tasks took longer to compute .* stand for, ([0-9.]+) s in all",
    re.MULTILINE,
)


@contextlib.contextmanager
def counter_folder() -> Iterator[Path]:
    """Give a folder into which ranks write, which vanishes when the block ends."""
    with tempfile.TemporaryDirectory(prefix="mapc-counters-") as folder:
        yield Path(folder)


def read_counters(folder: Path) -> tuple[dict[str, Any], ...]:
    """Return what the ranks wrote, by rank; a rank that did not end well wrote nothing."""
    found = []
    for path in sorted(folder.glob("[0-9]*.json"), key=lambda p: (len(p.name), p.name)):
        if table := _table(path):
            if sent := _table(folder / f"network-{path.name}"):
                table.setdefault("resources", {})["network"] = _network(sent, table)
            found.append(table)
    return tuple(found)


def _table(path: Path) -> dict[str, Any]:
    """Return what a file holds; nothing where there is none, or one that was cut off."""
    with contextlib.suppress(OSError, ValueError):
        table = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(table, dict):
            return table
    return {}


def _network(sent: dict[str, Any], driver: dict[str, Any]) -> dict[str, Any]:
    """Return what one rank sent, in modelled bytes and microseconds as the driver's resources."""
    return {
        "operations": sent.get("messages", 0),
        "bytes": sent.get("bytes", 0) * driver.get("data_scale", 1),
        "busy_us": sent.get("busy_ns", 0) / 1000 / driver.get("time_scale", 1),
    }


def summed(ranks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the counters of all ranks as one table; empty where nothing was emulated.

    Bytes and microseconds are those of the modelled machine. A resource carries its rank where
    there are several.
    """
    if not ranks:
        return {}
    resources = {
        (f"rank{number}.{name}" if len(ranks) > 1 else name): row
        for number, rank in enumerate(ranks)
        for name, row in rank.get("resources", {}).items()
        if row.get("operations")
    }
    total = {
        key: sum(rank.get(key, 0) for rank in ranks)
        for key in ("copies", "kernels", "overruns", "dropped")
    }
    return {
        "bytes": {n: round(r["bytes"]) for n, r in resources.items() if not n.endswith(".sm")},
        "busy_us": {n: round(r["busy_us"], 3) for n, r in resources.items()},
        "operations": {n: r["operations"] for n, r in resources.items()},
        "kernel_us": round(sum(r["busy_us"] for n, r in resources.items() if n.endswith(".sm")), 3),
        **{key: value for key, value in total.items() if key != "dropped" or value},
        "unsupported": sorted({name for rank in ranks for name in rank.get("unsupported", [])}),
    }


def overrun_seconds(ranks: Sequence[Mapping[str, Any]], output: str) -> float:
    """Return for how many real seconds data movement and tasks took longer than modelled."""
    moving = sum(float(rank.get("overrun_real_us", 0)) for rank in ranks) / 1e6
    return moving + sum(float(found[3]) for found in _LATE_TASKS.finditer(output))
