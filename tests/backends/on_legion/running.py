"""Run a test program on real Legion with a policy's mapper, and read what it and the mapper say."""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mapc.codegen import generate
from mapc.legion.build_cache import Recipe, build
from mapc.legion.compile import build_mapper
from mapc.legion.launch import LaunchSpec, launch
from mapc.legion.logs import mapper_records
from mapc.legion.runtime import LegionRuntime
from mapc.legion.toolchain import find_toolchain
from mapc.policy.load import load_policy
from mapc.text import Reporter, Source

PROGRAMS = Path(__file__).resolve().parent.parent / "programs"
HEADER = PROGRAMS / "program.h"
MACHINE = "-ll:cpu 2 -ll:io 2 -ll:networks none -lg:safe_mapper -lg:no_auto_tracing -logfile stderr"

# Set by mutate.py: a file that takes the policies which tests use, and one policy to replace.
POLICIES = "MAPC_TEST_POLICIES"
MUTANT = "MAPC_TEST_MUTANT"


@dataclass(frozen=True, order=True)
class Run:
    """One task that ran: its point, its processor, the memories of its arguments."""

    point: str
    where: str
    memories: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one run of a program printed, and what its mapper logged."""

    code: int | None
    signal: int | None
    output: str

    @cached_property
    def records(self) -> tuple[dict[str, Any], ...]:
        return mapper_records(self.output)

    def events(self, kind: str, **fields: object) -> list[dict[str, Any]]:
        """Return the records of one kind with these values."""
        return [
            record
            for record in self.records
            if record["event"] == kind and fields.items() <= record.items()
        ]

    def event(self, kind: str, **fields: object) -> dict[str, Any]:
        """Return the only such record."""
        (found,) = self.events(kind, **fields)
        return found

    def found(self, pattern: str) -> re.Match[str]:
        """Return the first line of the output that begins like this."""
        found = re.search(rf"^{pattern}", self.output, re.MULTILINE)
        assert found, f"no line /{pattern}/ in:\n{self.output}"
        return found

    def ran(self, task: str) -> list[Run]:
        """Return every run of a task."""
        lines = re.findall(
            rf"^ran {task} (\[[-\d,]*\]) (\w+ \d+)((?: \w+)*)$", self.output, re.MULTILINE
        )
        assert lines, f"no task {task} in:\n{self.output}"
        return [Run(point, where, tuple(memories.split())) for point, where, memories in lines]

    def places(self, task: str) -> dict[str, str]:
        """Return where each point of a task ran, all its launches together."""
        return {run.point: run.where for run in self.ran(task)}

    def where(self, task: str) -> Counter[str]:
        """Return how many runs of a task each processor had."""
        return Counter(run.where for run in self.ran(task))

    def memories(self, task: str) -> set[tuple[str, ...]]:
        """Return the memories that the arguments of a task were in."""
        return {run.memories for run in self.ran(task)}

    def strides(self, task: str, requirement: int) -> set[tuple[int, int]]:
        """Return the bytes between neighbours in X and in Y, of all instances of an argument."""
        lines = re.findall(
            rf"^layout {task} {requirement} strides (\d+) (\d+) ", self.output, re.MULTILINE
        )
        assert lines, f"no layout of {task} {requirement} in:\n{self.output}"
        return {(int(x), int(y)) for x, y in lines}


class Program:
    """One of the test programs, compiled when it is first run."""

    def __init__(self, name: str, legion: LegionRuntime) -> None:
        self.source = PROGRAMS / f"{name}.cc"
        self.legion = legion

    @cached_property
    def path(self) -> Path:
        toolchain = find_toolchain()
        entry = build(
            Recipe(
                command=(
                    *(*toolchain.command, "-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror"),
                    *(f"-I{PROGRAMS}", *self.legion.compile_flags),
                ),
                source_name=self.source.name,
                source=self.source.read_text(),
                output=self.source.stem,
                tail=self.legion.link_flags,
                inputs=(
                    toolchain.identity,
                    self.legion.identity,
                    hashlib.sha256(HEADER.read_bytes()).hexdigest(),
                ),
            )
        )
        assert entry.ok, entry.text
        assert entry.output is not None
        return entry.output

    def __call__(
        self, policy: str | None, arguments: str = "", *, timeout: float = 60, **environment: str
    ) -> Ran:
        """Run with the mapper of a policy, without one with Legion's default mapper."""
        if policy is not None:
            environment["LD_PRELOAD"] = str(self._mapper(_chosen(policy)))
        outcome = launch(
            LaunchSpec(
                command=(str(self.path), *MACHINE.split(), *arguments.split()),
                environment={
                    "LD_LIBRARY_PATH": ":".join(map(str, self.legion.ld_library_path)),
                    **environment,
                },
                timeout=timeout,
            )
        )
        return Ran(code=outcome.exit_code, signal=outcome.signal, output=outcome.output)

    def succeeds(
        self, policy: str | None, arguments: str = "", *, timeout: float = 60, **environment: str
    ) -> Ran:
        """Run to a good end."""
        ran = self(policy, arguments, timeout=timeout, **environment)
        assert ran.code == 0, ran.output
        return ran

    def _mapper(self, text: str) -> Path:
        report = Reporter()
        policy = load_policy(Source("test.mapl", text), report)
        assert policy is not None, "".join(d.render() for d in report.diagnostics)
        built = build_mapper(generate(policy, name="test").text, "test", runtime=self.legion)
        assert built.library is not None, built.text
        return built.library


def _chosen(policy: str) -> str:
    """Return a policy, or what mutate.py wants in its place."""
    if listing := os.environ.get(POLICIES):
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        with Path(listing).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"test": test, "policy": policy}) + "\n")
    if mutant := os.environ.get(MUTANT):
        instead: dict[str, str] = json.loads(mutant)
        return instead["to"] if policy == instead["from"] else policy
    return policy


def lines(ran: Ran, kinds: Iterable[str]) -> Counter[str]:
    """Return the lines of a program's output that begin with one of these words."""
    wanted = tuple(f"{kind} " for kind in kinds)
    return Counter(line for line in ran.output.splitlines() if line.startswith(wanted))
