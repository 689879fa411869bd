"""The tables of a machine file that say how fast a machine is, and how it is emulated."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from mapc.graph.figures import Access, Figures, Link, Speed

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Positive = Annotated[int, Field(gt=0, le=1_000_000)]
# Whole numbers are numbers, too, and nothing is infinitely fast.
Rate = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
Time = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Scale = Annotated[float, Field(ge=1, le=1e9, allow_inf_nan=False)]


class Strict(BaseModel):
    """Unknown keys are mistakes: a misspelt option must not be ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CpuTable(Strict):
    """`[cpu]`: all cores of a node, and what one of them can do."""

    cores: Positive
    fp32_gflops: Rate  # a core
    fp64_gflops: Rate  # a core
    reach: Annotated[float, Field(gt=0, le=1)]  # the share of it that tasks reach
    memory_gbs: Rate  # all cores together
    access_ns: Time  # a core: one value at an unpredictable address

    def speed(self, processors: int) -> Speed:
        """Return one of the processors that share the cores.

        Zero-copy memory is memory of the host: to its cores it is like any other.
        """
        cores = self.cores / max(1, processors)
        memory = Access(
            gbs=self.memory_gbs / max(1, processors),
            access_ns=self.access_ns / cores,
        )
        return Speed(
            fp32_gflops=self.fp32_gflops * self.reach * cores,
            fp64_gflops=self.fp64_gflops * self.reach * cores,
            near=memory,
            far=memory,
        )


class AccessTable(Strict):
    """`[gpu]`'s memories: what kernels reach."""

    gbs: Rate
    access_ns: Time

    def access(self) -> Access:
        """Return it as a figure."""
        return Access(gbs=self.gbs, access_ns=self.access_ns)


class GpuTable(Strict):
    """`[gpu]`: what one GPU can do."""

    fp32_gflops: Rate
    fp64_gflops: Rate
    reach: Annotated[float, Field(gt=0, le=1)]
    framebuffer: AccessTable
    zero_copy: AccessTable
    launch_us: Time

    def speed(self) -> Speed:
        """Return what kernels reach on it."""
        return Speed(
            fp32_gflops=self.fp32_gflops * self.reach,
            fp64_gflops=self.fp64_gflops * self.reach,
            near=self.framebuffer.access(),
            far=self.zero_copy.access(),
        )


class LinkTable(Strict):
    """A way that copies take."""

    gbs: Rate
    us: Time

    def link(self) -> Link:
        """Return it as a figure."""
        return Link(gbs=self.gbs, us=self.us)


class LinksTable(Strict):
    """`[links]`: between host and GPU, between two GPUs, between nodes."""

    h2d: LinkTable
    d2h: LinkTable
    peer: LinkTable | None = None
    network: LinkTable | None = None


class EmulationTable(Strict):
    """`[emulation]`: its presence says that the machine is emulated."""

    time_scale: Scale


def figures(cpu: CpuTable, gpu: GpuTable, links: LinksTable, processors: int) -> Figures:
    """Return the figures of a machine that offers so many CPU processors."""
    return Figures(
        cores=cpu.cores,
        cpu=cpu.speed(processors),
        gpu=gpu.speed(),
        launch_us=gpu.launch_us,
        h2d=links.h2d.link(),
        d2h=links.d2h.link(),
        peer=None if links.peer is None else links.peer.link(),
        network=None if links.network is None else links.network.link(),
    )
