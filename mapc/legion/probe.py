"""Describe the machine mapc runs on, and any machine to Realm."""

from dataclasses import replace

from mapc.graph.machine import Machine, Memory
from mapc.legion.cuda import gpu_devices
from mapc.legion.memory import available_megabytes, usable_cores
from mapc.policy.kinds import MemKind, ProcKind

_MOST_SYSMEM = 8192
_ZERO_COPY = 512

_PROC_FLAGS = {
    ProcKind.CPU: "-ll:cpu",
    ProcKind.GPU: "-ll:gpu",
    ProcKind.OMP: "-ll:ocpu",
    ProcKind.IO: "-ll:io",
    ProcKind.PY: "-ll:py",
}
_MEM_FLAGS = {
    MemKind.SYSMEM: "-ll:csize",
    MemKind.FBMEM: "-ll:fsize",
    MemKind.ZCMEM: "-ll:zsize",
    MemKind.RDMEM: "-ll:rsize",
    MemKind.SOCKMEM: "-ll:nsize",
}


def host_machine() -> Machine:
    """Return the running machine as one node.

    With more than two cores one is left to Legion's own work. Memory is a share: Realm takes what
    it is given at once, and other programs run too.
    """
    cores = usable_cores()
    share = available_megabytes() // 4
    procs = [(ProcKind.CPU, cores if cores <= 2 else cores - 1)]
    memories = [Memory(kind=MemKind.SYSMEM, count=1, megabytes=max(128, min(share, _MOST_SYSMEM)))]
    devices = gpu_devices()
    if devices:
        frame = min(device.megabytes for device in devices) * 3 // 4
        procs.append((ProcKind.GPU, len(devices)))
        memories += [
            Memory(kind=MemKind.FBMEM, count=len(devices), megabytes=frame),
            Memory(kind=MemKind.ZCMEM, count=1, megabytes=max(64, min(share, _ZERO_COPY))),
        ]
    return Machine(
        name="host",
        procs=tuple(procs),
        memories=tuple(memories),
        description="this machine",
    )


def shared_out(host: Machine, ranks: int) -> Machine:
    """Return one machine as `ranks` nodes, each with an equal share of what it has.

    A kind of which there are fewer than ranks goes to none: GPUs are not shared. There is a CPU
    processor in every rank all the same, because a thread can share a core.
    """
    shares = ((kind, count // ranks) for kind, count in host.procs)
    procs = [(kind, max(1, n) if kind is ProcKind.CPU else n) for kind, n in shares]
    has_gpus = dict(procs).get(ProcKind.GPU, 0) > 0
    memories = []
    for memory in host.memories:
        if memory.kind is MemKind.FBMEM:
            if has_gpus:
                memories.append(replace(memory, count=memory.count // ranks))
        elif memory.kind is not MemKind.ZCMEM or has_gpus:
            memories.append(replace(memory, megabytes=max(64, memory.megabytes // ranks)))
    return replace(
        host,
        nodes=ranks,
        procs=tuple((kind, count) for kind, count in procs if count),
        memories=tuple(memories),
    )


def machine_flags(machine: Machine) -> tuple[str, ...]:
    """Return the options that make Realm offer the processors and memories of one node.

    Memories of an emulated machine shrink with the data in them. Its GPUs have no context that
    could be waited for.
    """
    flags = ["-ll:util", "1"]
    for kind, count in machine.procs:
        if kind in _PROC_FLAGS:
            flags += [_PROC_FLAGS[kind], str(count)]
    for memory in machine.memories:
        if memory.kind in _MEM_FLAGS:
            flags += [_MEM_FLAGS[memory.kind], _size(memory, machine)]
    return (*flags, "-cuda:contextsync", "0") if machine.emulated else tuple(flags)


def _size(memory: Memory, machine: Machine) -> str:
    """Return a memory's size as an option's value: megabytes, or kilobytes where they do not do.

    No data of an emulated machine's host memory can be more than this machine holds.
    """
    megabytes = memory.megabytes / machine.data_scale
    if machine.emulated and memory.kind not in {MemKind.FBMEM, MemKind.ZCMEM}:
        share = min(available_megabytes() // 4, _MOST_SYSMEM) // machine.nodes
        megabytes = min(megabytes, max(128, share))
    if megabytes == int(megabytes):
        return str(int(megabytes))
    return f"{max(1, int(megabytes * 1024))}k"
