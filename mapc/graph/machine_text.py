"""Draw a machine: processors and memories, which sees which at what speed, how data moves."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from mapc.graph.figures import Access, Figures, Link
from mapc.graph.machine import Machine, Memory
from mapc.policy.kinds import MemKind, ProcKind


def as_json(machine: Machine) -> dict[str, Any]:
    """Return everything that is known of a machine."""
    emulation = machine.emulation
    return {
        "name": machine.name,
        "description": machine.description,
        "nodes": machine.nodes,
        "emulated": machine.emulated,
        "processors": {kind.value: count for kind, count in machine.procs},
        "memories": {
            memory.kind.value: {"count": memory.count, "megabytes": memory.megabytes}
            for memory in machine.memories
        },
        "sees": {
            kind.value: [memory.kind.value for memory in machine.memories if _sees(kind, memory)]
            for kind in machine.kinds
        },
        "time_scale": machine.time_scale,
        "figures": None if emulation is None else asdict(emulation.figures),
    }


def as_text(machine: Machine) -> str:
    """Return a machine in a screenful of text."""
    return "\n".join(_text(machine)) + "\n"


def access(machine: Machine, processor: ProcKind, memory: MemKind) -> Access | None:
    """Return how fast a processor works on a memory, where that is known."""
    if machine.emulation is None:
        return None
    figures = machine.emulation.figures
    speed = figures.gpu if processor is ProcKind.GPU else figures.cpu
    return speed.far if memory is MemKind.ZCMEM else speed.near


def links(figures: Figures) -> Iterator[tuple[str, str, Link | None]]:
    """Yield the ways that copies take, from where to where."""
    yield "host", "FBMEM", figures.h2d
    yield "FBMEM", "host", figures.d2h
    yield "FBMEM", "FBMEM of another GPU", figures.peer
    if figures.network is not None:
        yield "node", "node", figures.network


def size(memory: Memory) -> str:
    """Return the size of a memory."""
    if memory.megabytes < 10_000:
        return f"{memory.megabytes} MB"
    return f"{memory.megabytes / 1024:.4g} GB"


def _text(machine: Machine) -> Iterator[str]:
    yield f"{machine.name}: {machine.description}" if machine.description else machine.name
    if machine.emulated:
        yield f"emulated; {machine.time_scale:g} real seconds are one modelled second"
    yield ""
    yield "a node:" if machine.nodes == 1 else f"each of {machine.nodes} nodes:"
    yield from columns(
        [
            *((str(count), kind.value, _speed(machine, kind)) for kind, count in machine.procs),
            *(
                (str(memory.count), memory.kind.value, size(memory) + _each(memory.count))
                for memory in machine.memories
            ),
        ]
    )
    yield ""
    memories = [memory.kind for memory in machine.memories]
    yield "which processor sees which memory:"
    rows = [("", *(kind.value for kind in memories))]
    for processor in machine.kinds:
        sights = (_sight(machine, processor, memory) for memory in machine.memories)
        rows.append((processor.value, *sights))
    yield from columns(rows)
    if machine.emulation is None:
        return
    yield "  (streamed; each value at an unpredictable address)"
    yield ""
    yield "copies:"
    yield from columns(
        [
            (f"{source} to {target}", *_link(link))
            for source, target, link in links(machine.emulation.figures)
        ]
    )


def _speed(machine: Machine, kind: ProcKind) -> str:
    """Return what one processor can do."""
    if machine.emulation is None or kind not in {ProcKind.CPU, ProcKind.GPU}:
        return ""
    figures, count = machine.emulation.figures, machine.count(kind)
    speed = figures.gpu if kind is ProcKind.GPU else figures.cpu
    single, double = _flops(speed.fp32_gflops), _flops(speed.fp64_gflops)
    told = f"{single} GFLOP/s single, {double} double precision"
    told += _each(count)
    if kind is ProcKind.GPU:
        return f"{told}; {figures.launch_us:g} us to launch a kernel"
    if figures.cores > count:
        return f"{told}; one stands for {figures.cores / count:g} of {figures.cores} cores"
    return told


def _flops(rate: float) -> str:
    return f"{rate:.0f}" if rate >= 100 else f"{rate:.3g}"


def _each(count: int) -> str:
    return " each" if count > 1 else ""


def _sight(machine: Machine, processor: ProcKind, memory: Memory) -> str:
    if not _sees(processor, memory):
        return "-"
    found = access(machine, processor, memory.kind)
    if found is None:
        return "yes"
    own = " (its own)" if memory.kind is MemKind.FBMEM and memory.count > 1 else ""
    return f"{found.gbs:.4g} GB/s; {found.access_ns:.3g} ns{own}"


def _sees(processor: ProcKind, memory: Memory) -> bool:
    probe = Machine(name="", memories=(memory,))
    return memory.kind in probe.visible(processor)


def _link(link: Link | None) -> tuple[str, str]:
    return ("through the host", "") if link is None else (f"{link.gbs:.4g} GB/s", f"{link.us:g} us")


def columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows whose cells stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()
