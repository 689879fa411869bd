"""Figures: how fast the parts of a modelled machine are, in the units that data sheets use."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How one processor works on the data in one memory.

    `gbs` is 10^9 bytes a second, streamed; `access_ns` the price of one value at an unpredictable
    address, once all overlap is counted.
    """

    gbs: float
    access_ns: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How copies go from one memory to another: 10^9 bytes a second, after some microseconds."""

    gbs: float
    us: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What kernels reach on one processor; `near` is its own memory, `far` zero-copy memory."""

    fp32_gflops: float
    fp64_gflops: float
    near: Access
    far: Access


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a machine can do. `cpu` is one CPU processor as it is offered to tasks.

    Such a processor may stand for several of the node's `cores`. `peer` is None where GPUs cannot
    reach each other's memory, `network` where there is only one node.
    """

    cores: int
    cpu: Speed
    gpu: Speed
    launch_us: float
    h2d: Link
    d2h: Link
    peer: Link | None = None
    network: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulation:
    """How a machine that is not there is emulated.

    A modelled microsecond takes `time_scale` real ones, a real byte stands for `data_scale`
    modelled ones.
    """

    figures: Figures
    time_scale: float
    data_scale: float = 1.0
