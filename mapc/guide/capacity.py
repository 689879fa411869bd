"""How large a memory was in a run, and the flag that makes it larger."""

from dataclasses import dataclass
from typing import Literal

from mapc.graph.machine import Machine
from mapc.guide.log import Log
from mapc.policy.kinds import MemKind

FLAGS = {
    MemKind.SYSMEM: "-ll:csize",
    MemKind.FBMEM: "-ll:fsize",
    MemKind.ZCMEM: "-ll:zsize",
    MemKind.RDMEM: "-ll:rsize",
    MemKind.SOCKMEM: "-ll:nsize",
}
_DEFAULTS = {MemKind.SYSMEM: 512, MemKind.FBMEM: 256, MemKind.ZCMEM: 64}
_MEBI = 1 << 20
_LARGEST = 1 << 24  # megabytes; a greater need is no need but a wrong number


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """The size of one memory of a kind, and where that is known from."""

    megabytes: int
    source: Literal["flag", "machine", "default"]


def capacity_of(memory: MemKind, log: Log, machine: Machine | None) -> Capacity | None:
    """Return a memory's size: the command decides, then the machine, then Realm's default.

    On an emulated machine it is the modelled size, of which the command gives a share.
    """
    given = log.flag(FLAGS[memory]) if memory in FLAGS else None
    if given is not None and given.isdecimal() and len(given) < 12:
        scale = 1.0 if machine is None else machine.data_scale
        return Capacity(megabytes=round(int(given) * scale), source="flag")
    if machine is not None and machine.megabytes(memory):
        return Capacity(megabytes=machine.megabytes(memory), source="machine")
    if memory in _DEFAULTS and log.command:
        return Capacity(megabytes=_DEFAULTS[memory], source="default")
    return None


def raised(memory: MemKind, capacity: Capacity, asked: int) -> str:
    """Return the flag with a value under which the failed allocation fits, empty if none does.

    What lay there before is at most the capacity, so capacity and request together are enough.
    """
    needed = capacity.megabytes + -(-asked // _MEBI)
    if memory not in FLAGS or needed > _LARGEST:
        return ""
    return f"{FLAGS[memory]} {1 << (needed - 1).bit_length()}"
