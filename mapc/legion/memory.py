"""How much memory there is, and how much some processes use; all from files of the kernel."""

import os
from collections.abc import Iterable
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_GROUPS = Path("/sys/fs/cgroup")


def resident_bytes(processes: Iterable[int]) -> int:
    """Return the memory that processes hold together.

    What they share (libraries, the shared memory between ranks) is counted once, as the largest
    share of any: too little where groups share different things, but cheap to read while the
    program is being timed.
    """
    private = shared = 0
    for process in processes:
        try:
            fields = Path(f"/proc/{process}/statm").read_bytes().split()
        except OSError:
            continue
        resident, common = int(fields[1]), int(fields[2])
        private += resident - common
        shared = max(shared, common)
    return (private + shared) * _PAGE


def available_megabytes() -> int:
    """Return the memory that a new program can use: the machine's, or less in a container."""
    rows = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    free = int(rows.get("MemAvailable", rows["MemTotal"]).split()[0]) // 1024
    return min([free, *_group_megabytes()])


def usable_cores() -> int:
    """Return the cores this process may use: its affinity, or less under a quota."""
    cores = len(os.sched_getaffinity(0))
    for folder in _own_groups():
        try:
            quota, period = (folder / "cpu.max").read_text().split()
        except (OSError, ValueError):
            continue
        if quota != "max":
            cores = min(cores, int(quota) // int(period))
    return max(1, cores)


def _group_megabytes() -> list[int]:
    """Return what every control group above this process leaves, in megabytes."""
    found = []
    for folder in _own_groups():
        try:
            limit = (folder / "memory.max").read_text().strip()
            used = int((folder / "memory.current").read_text())
        except (OSError, ValueError):
            continue
        if limit != "max":
            found.append(max(0, int(limit) - used) >> 20)
    return found


def _own_groups() -> list[Path]:
    """Return the folders of this process's control groups (version 2), innermost first."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    own = next((line[3:] for line in lines if line.startswith("0::")), None)
    if own is None:
        return []
    folder = _GROUPS / own.lstrip("/")
    return [path for path in (folder, *folder.parents) if path.is_relative_to(_GROUPS)]
