"""Runs the stencil on this machine and on a modelled one."""

import re
from dataclasses import dataclass
from functools import cached_property

from mapc.graph.figures import Figures
from mapc.graph.machine import Machine
from mapc.legion.app_build import BuiltApplication, build_application
from mapc.legion.app_file import find_application
from mapc.legion.machines import find_machine
from mapc.legion.names import names_of
from mapc.legion.runtime import find_runtime
from mapc.tune.evaluate import Evaluator, Verdict


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A grid of points in tiles, and how often it is swept."""

    nx: int
    ny: int
    ntx: int
    nty: int
    steps: int = 3
    prune: int = 1

    @property
    def iterations(self) -> int:
        """All steps, timed or not."""
        return self.steps + 2 * self.prune

    @property
    def tiles(self) -> int:
        """All tiles."""
        return self.ntx * self.nty

    def arguments(self, *more: str) -> tuple[str, ...]:
        """Return the command line."""
        flags = {"-nx": self.nx, "-ny": self.ny, "-ntx": self.ntx, "-nty": self.nty}
        flags |= {"-tsteps": self.steps, "-tprune": self.prune}
        return (*(word for flag, n in flags.items() for word in (flag, str(n))), *more)


class Stencil:
    """The stencil, built when it is first run."""

    def __init__(self) -> None:
        self.app = find_application("stencil")
        self.runtime = find_runtime()
        self.host = find_machine("host")

    @cached_property
    def built(self) -> BuiltApplication:
        """The binary."""
        return build_application(self.app, self.runtime)

    def policy(self, name: str) -> str:
        """Return one of the policies that come with it."""
        return (self.app.folder / f"{name}.mapl").read_text()

    def modelled(self, *, data_scale: float = 1, time_scale: float = 10) -> Machine:
        """Return a node with four GPUs."""
        return find_machine("p100x4").at_scale(time=time_scale, data=data_scale)

    def __call__(self, policy: str, arguments: tuple[str, ...], machine: Machine) -> Verdict:
        """Run it under a policy; the arguments come in addition to those of every run."""
        evaluator = Evaluator(
            application=self.built,
            runtime=self.runtime,
            machine=machine,
            arguments=arguments,
            graph=names_of(self.app),
        )
        return evaluator.run(evaluator.prepare(evaluator.check(policy, "stencil.mapl")))


def figures_of(machine: Machine) -> Figures:
    """Return how fast a modelled machine is."""
    assert machine.emulation is not None
    return machine.emulation.figures


def output_of(verdict: Verdict) -> str:
    """Return what the application printed."""
    assert verdict.outcome is not None
    return verdict.outcome.output


def value_of(verdict: Verdict, name: str) -> float:
    """Return the value of a line `name = value`."""
    output = output_of(verdict)
    found = re.search(rf"^{name} = +([0-9.e+-]+)", output, re.MULTILINE)
    assert found, f"no `{name}` in:\n{output}"
    return float(found[1])
