"""Processor and memory kinds of the language, and which can address which (reference, 10.2)."""

from enum import StrEnum


class ProcKind(StrEnum):
    """A processor kind; the values are the language's words."""

    CPU = "CPU"
    GPU = "GPU"
    OMP = "OMP"
    IO = "IO"
    PY = "PY"
    PROC = "PROC"


class MemKind(StrEnum):
    """A memory kind; `VIRTUAL` asks for a virtual mapping instead of an instance."""

    SYSMEM = "SYSMEM"
    FBMEM = "FBMEM"
    ZCMEM = "ZCMEM"
    RDMEM = "RDMEM"
    SOCKMEM = "SOCKMEM"
    REGSOCKMEM = "REGSOCKMEM"
    VIRTUAL = "VIRTUAL"


_HOST = (
    MemKind.SYSMEM,
    MemKind.ZCMEM,
    MemKind.RDMEM,
    MemKind.SOCKMEM,
    MemKind.REGSOCKMEM,
    MemKind.VIRTUAL,
)

REACHES: dict[ProcKind, tuple[MemKind, ...]] = {
    kind: (MemKind.FBMEM, MemKind.ZCMEM, MemKind.VIRTUAL) if kind is ProcKind.GPU else _HOST
    for kind in ProcKind
}

# The order in which Legion's DefaultMapper prefers the kinds for which a task has a variant.
DEFAULT_ORDER = (
    ProcKind.GPU,
    ProcKind.PROC,
    ProcKind.OMP,
    ProcKind.CPU,
    ProcKind.IO,
    ProcKind.PY,
)
