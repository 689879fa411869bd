"""Runs a two-dimensional multiplication on this machine and on a modelled one."""

import re
from functools import cached_property

from mapc.graph.figures import Figures
from mapc.graph.machine import Machine
from mapc.legion.app_build import BuiltApplication, build_application
from mapc.legion.app_file import find_application
from mapc.legion.machines import find_machine
from mapc.legion.names import names_of
from mapc.legion.runtime import find_runtime
from mapc.tune.evaluate import Evaluator, Verdict

NAMES = ("cannon", "summa", "pumma")


class Multiplication:
    """One of the algorithms, built when it is first run."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.app = find_application(name)
        self.runtime = find_runtime()
        self.host = find_machine("host")

    @cached_property
    def built(self) -> BuiltApplication:
        """The binary."""
        return build_application(self.app, self.runtime)

    def policy(self, name: str, *, without: str = "^$") -> str:
        """Return a policy that comes with it, without the lines in which a pattern is found."""
        lines = (self.app.folder / f"{name}.mapl").read_text().splitlines(keepends=True)
        return "".join(line for line in lines if not re.search(without, line))

    def __call__(
        self,
        policy: str,
        arguments: str,
        machine: Machine | None = None,
        built: BuiltApplication | None = None,
    ) -> Verdict:
        """Run it under a policy; the arguments come in addition to those of every run."""
        evaluator = Evaluator(
            application=built or self.built,
            runtime=self.runtime,
            machine=machine or self.host,
            arguments=tuple(arguments.split()),
            graph=names_of(self.app),
        )
        return evaluator.run(evaluator.prepare(evaluator.check(policy, f"{self.name}.mapl")))


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
