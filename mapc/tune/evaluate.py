"""Evaluate one policy: check, generate, build, run, explain. One candidate, one verdict.

The cheap stages come first, and a policy that fails one never reaches the next. The same path
serves `mapc run`, every trial of the tuner, and its closing comparison.
"""

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mapc.codegen.generate import generate
from mapc.graph.machine import Machine
from mapc.graph.taskgraph import TaskGraph
from mapc.guide.guide import guide_build, guide_run
from mapc.guide.score import specs_of
from mapc.legion.app_build import BuiltApplication
from mapc.legion.compile import BuildResult, build_mapper
from mapc.legion.counters import summed
from mapc.legion.launchers import LOCAL, Launcher
from mapc.legion.logs import mapper_records
from mapc.legion.outcome import Outcome
from mapc.legion.run import run_application
from mapc.legion.runtime import LegionRuntime
from mapc.passes.pipeline import map_policy
from mapc.passes.signature import signature_of
from mapc.policy.load import load_policy
from mapc.policy.model import Policy
from mapc.text import Diagnostic, Reporter, Severity, Source

CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one run of one policy; `score` is None unless the run was right."""

    outcome_class: str
    score: float | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    bottlenecks: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0
    records: tuple[dict[str, Any], ...] = ()
    outcome: Outcome | None = None

    @property
    def counters(self) -> dict[str, Any]:
        """What emulated GPUs counted, of all ranks; empty without any."""
        return {} if self.outcome is None else summed(self.outcome.counters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A policy that passed the static checks, or what is wrong with it."""

    name: str
    text: str
    diagnostics: tuple[Diagnostic, ...]
    policy: Policy | None
    signature: str

    @property
    def failed(self) -> bool:
        """Whether the policy must not run."""
        return self.policy is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A policy whose mapper was built, or the verdict on why it was not."""

    checked: Checked
    build: BuildResult | None
    verdict: Verdict | None


@dataclass(frozen=True, kw_only=True)
class Evaluator:
    """Everything that stays the same between candidates."""

    application: BuiltApplication
    runtime: LegionRuntime
    machine: Machine
    arguments: tuple[str, ...]
    graph: TaskGraph | None = None
    launcher: Launcher = LOCAL

    def check(self, text: str, name: str = "candidate.mapl") -> Checked:
        """Return the policy, or its errors, without running anything."""
        report = Reporter()
        policy = load_policy(Source(name, text), report)
        signature = ""
        if policy is not None:
            mapping = map_policy(policy, report, graph=self.graph, machine=self.machine)
            signature = signature_of(mapping)
        wrong = policy is None or report.has_errors
        return Checked(
            name=name,
            text=text,
            diagnostics=report.diagnostics,
            policy=None if wrong else policy,
            signature=signature,
        )

    def prepare(self, checked: Checked) -> Prepared:
        """Return the built mapper of a policy."""
        if checked.policy is None:
            errors = tuple(d for d in checked.diagnostics if d.severity is Severity.ERROR)
            return Prepared(
                checked=checked,
                build=None,
                verdict=Verdict(outcome_class=CHECK, diagnostics=errors),
            )
        name = self.application.app.name
        generated = generate(checked.policy, name=name)
        build = build_mapper(generated.text, f"{name}_mapper", runtime=self.runtime)
        if build.ok:
            return Prepared(checked=checked, build=build, verdict=None)
        feedback = guide_build(build.text, checked.policy, dict(generated.lines))
        return Prepared(
            checked=checked,
            build=build,
            verdict=Verdict(
                outcome_class=feedback.outcome_class,
                diagnostics=feedback.diagnostics,
                seconds=build.seconds,
            ),
        )

    def run(
        self,
        prepared: Prepared,
        *,
        timeout: float | None = None,
        observe: bool = False,
    ) -> Verdict:
        """Run the application once with the mapper and return the verdict."""
        if prepared.verdict is not None or prepared.build is None:
            return prepared.verdict or Verdict(outcome_class="unknown")
        started = time.monotonic()
        outcome = run_application(
            self.application,
            self.runtime,
            self.machine,
            mapper=prepared.build.library,
            args=self.arguments,
            timeout=timeout,
            extra_env={"MAPC_OBSERVE": "1"} if observe else {},
            launcher=self.launcher,
        )
        records = mapper_records(outcome.output)
        score, check = specs_of(self.application.app.file)
        feedback = guide_run(
            outcome,
            score=score,
            check=check,
            policy=prepared.checked.policy,
            machine=self.machine,
            records=records,
            ranks=self.machine.nodes,
        )
        return Verdict(
            outcome_class=feedback.outcome_class,
            score=feedback.score,
            diagnostics=feedback.diagnostics,
            bottlenecks=feedback.bottlenecks,
            seconds=time.monotonic() - started,
            records=records,
            outcome=outcome,
        )

    @cached_property
    def versions(self) -> dict[str, str]:
        """What a trial must be compared with before its result is used again."""
        from mapc import __version__

        return {
            "mapc": __version__,
            "legion": self.runtime.version,
            "application": self.application.hash,
        }
