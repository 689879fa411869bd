"""Fixtures for runs of several ranks: a program that says where it ran, and a way to run it."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mapc.codegen import generate
from mapc.graph.machine import Machine, Memory
from mapc.legion.build_cache import Recipe, build
from mapc.legion.compile import build_mapper
from mapc.legion.launch import LaunchSpec
from mapc.legion.launchers import LOCAL, Launcher
from mapc.legion.logs import mapper_records
from mapc.legion.outcome import Outcome
from mapc.legion.probe import machine_flags
from mapc.legion.ranks import run_ranks
from mapc.legion.run import run_environment
from mapc.legion.runtime import LegionRuntime, find_runtime
from mapc.legion.toolchain import find_toolchain
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.load import load_policy
from mapc.text import Reporter, Source

PROGRAM = Path(__file__).resolve().parent / "programs" / "field.cc"
ALWAYS = "-lg:safe_mapper -lg:no_auto_tracing -logfile stderr"


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one run printed, and what its mappers logged."""

    outcome: Outcome

    @property
    def output(self) -> str:
        return self.outcome.output

    @property
    def records(self) -> tuple[dict[str, Any], ...]:
        return mapper_records(self.output)

    def events(self, kind: str, **fields: object) -> list[dict[str, Any]]:
        """Return the records of one kind with these values."""
        return [
            record
            for record in self.records
            if record["event"] == kind and fields.items() <= record.items()
        ]

    def ran(self, task: str) -> list[tuple[tuple[int, ...], tuple[int, int]]]:
        """Return point and processor (node, index) of every run of a task."""
        return [(point, where) for point, where, _ in self.runs(task)]

    def runs(self, task: str) -> list[tuple[tuple[int, ...], tuple[int, int], tuple[str, ...]]]:
        """Return point, processor and memories of every run of a task."""
        rows = []
        # A rank prints only what ran on it.
        for rank, end in enumerate(self.outcome.ranks):
            for match in re.finditer(
                rf"^ran {task} \[([\d,]*)\] (\d+) (\d+)((?: [\w-]+)*)$", end.output, re.M
            ):
                assert int(match[2]) == rank, match[0]
                point = tuple(int(x) for x in match[1].split(",") if x)
                rows.append((point, (rank, int(match[3])), tuple(match[4].split())))
        return rows


@pytest.fixture(scope="session")
def legion() -> LegionRuntime:
    """Return the Legion that set-up installs."""
    return find_runtime()


@pytest.fixture(scope="session")
def program(legion: LegionRuntime) -> Path:
    """Return the compiled program."""
    recipe = Recipe(
        command=(*find_toolchain().command, "-std=c++17", "-O1", *legion.compile_flags),
        source_name=PROGRAM.name,
        source=PROGRAM.read_text(),
        output="field",
        tail=legion.link_flags,
        inputs=(find_toolchain().identity, legion.identity),
    )
    entry = build(recipe)
    assert entry.ok, entry.text
    return entry.output


def machine(ranks: int, cpus: int) -> Machine:
    """Return a machine of small nodes."""
    return Machine(
        name="small",
        nodes=ranks,
        procs=((ProcKind.CPU, cpus),),
        memories=(
            Memory(kind=MemKind.SYSMEM, count=1, megabytes=64),
            Memory(kind=MemKind.RDMEM, count=1, megabytes=4),
        ),
    )


@pytest.fixture(scope="session")
def mapper(legion: LegionRuntime) -> Callable[[str], Path]:
    """Return the library of a policy's mapper."""

    def compiled(text: str) -> Path:
        report = Reporter()
        policy = load_policy(Source("test.mapl", text), report)
        assert policy is not None, "".join(d.render() for d in report.diagnostics)
        built = build_mapper(generate(policy, name="test").text, "test", runtime=legion)
        assert built.library is not None, built.text
        return built.library

    return compiled


@pytest.fixture(scope="session")
def run(program: Path, legion: LegionRuntime, mapper: Callable[[str], Path]) -> Callable[..., Ran]:
    """Run the program on several ranks, with a policy's mapper or without any of ours."""

    def run_program(
        text: str | None,
        arguments: str = "",
        *,
        ranks: int = 2,
        cpus: int = 1,
        timeout: float = 120,
        launcher: Launcher = LOCAL,
        network: str = "ucx",
        memory_limit: int | None = None,
        cancel: threading.Event | None = None,
        **environment: str,
    ) -> Ran:
        target = machine(ranks, cpus)
        spec = LaunchSpec(
            command=(
                *(str(program), "-where", *arguments.split(), *machine_flags(target)),
                *("-ll:networks", network, *ALWAYS.split()),
            ),
            environment={
                **run_environment(legion, None if text is None else mapper(text)),
                **environment,
            },
            timeout=timeout,
            memory_limit=memory_limit,
        )
        return Ran(outcome=run_ranks(spec, legion, target, launcher, cancel))

    return run_program
