"""Claim: from a changed policy to the mapper loaded takes at most 0.35 of a plain compilation.

Both sides in one run. Left: the policy text changes, is checked, generated, compiled with the
precompiled header and linked, and the circuit is started with it until the mapper reports that it
is loaded. Right: the compiler alone, on the same generated file without the precompiled header
and without the support library, as users compile it who have Legion and the headers. Printed, too:
what the generated file costs without the precompiled header but with the support library.
"""

import subprocess
import time
from pathlib import Path
from statistics import median

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from mapc.codegen.generate import generate
from mapc.legion.app_build import build_application
from mapc.legion.app_file import find_application
from mapc.legion.compile import OPTIMISE, build_mapper
from mapc.legion.prebuilt import shared_flags
from mapc.legion.probe import host_machine
from mapc.legion.run import command_line, run_environment
from mapc.legion.runtime import find_runtime
from mapc.legion.toolchain import find_toolchain
from mapc.policy.load import load_policy
from mapc.text import Reporter, Source

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

ROUNDS = 5
MOST = 0.35


def policy_text(tag: int) -> str:
    """Return a policy that no cache has seen: the tag changes a decision."""
    base = (Path(__file__).parent / "forty.mapl").read_text()
    return base.replace(
        "InstanceLimit calculate_new_currents 4;", f"InstanceLimit calculate_new_currents {tag};"
    )


def generated(tag: int) -> str:
    policy = load_policy(Source("changed.mapl", policy_text(tag)), Reporter())
    assert policy is not None
    return generate(policy, name="circuit").text


def seconds_until_loaded(command: tuple[str, ...], environment: dict[str, str]) -> float:
    """Start the application and return when its log says that the mapper is there."""
    import os

    started = time.perf_counter()
    with subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        seen = any('"event":"loaded"' in line.replace(" ", "") for line in process.stderr)
        elapsed = time.perf_counter() - started
        process.kill()
    assert seen, "the mapper was never loaded"
    return elapsed


def test_turnaround(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    runtime = find_runtime()
    circuit = build_application(find_application("circuit"), runtime)
    machine = host_machine()
    command = command_line(circuit, runtime, machine, ("-l", "1", "-i", "1"))
    build_mapper(generated(4), "circuit_mapper", runtime=runtime)  # the header is compiled now
    fresh = iter(range(time.time_ns() % 10**12, 10**15))
    plain: list[float] = []

    def turnaround() -> float:
        started = time.perf_counter()
        built = build_mapper(generated(next(fresh)), "circuit_mapper", runtime=runtime)
        assert built.ok, built.text
        assert not built.cached
        assert built.library is not None
        compiled = time.perf_counter() - started
        return compiled + seconds_until_loaded(command, run_environment(runtime, built.library))

    def without_header() -> float:
        started = time.perf_counter()
        built = build_mapper(generated(next(fresh)), "circuit_mapper", runtime=runtime, plain=True)
        assert built.ok, built.text
        assert not built.cached
        return time.perf_counter() - started

    def light(folder: Path) -> float:
        """Return what the compiler takes with the support library, without the header."""
        source = folder / "circuit_mapper.cc"
        source.write_text(generated(next(fresh)))
        command = [*find_toolchain().command, *shared_flags(runtime), OPTIMISE, "-c", str(source)]
        started = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        return time.perf_counter() - started

    ours: list[float] = []
    lights: list[float] = []

    def one_round() -> None:
        ours.append(turnaround())
        plain.append(without_header())
        lights.append(light(tmp_path))

    benchmark.pedantic(one_round, rounds=ROUNDS, iterations=1)
    left, right = median(ours), median(plain)
    benchmark.extra_info.update(turnaround=left, plain=right, ratio=left / right)
    print(
        f"\nchanged policy to loaded mapper: {left:.2f} s (of {min(ours):.2f}..{max(ours):.2f}); "
        f"compiler without precompiled header: {right:.2f} s "
        f"(of {min(plain):.2f}..{max(plain):.2f}); ratio {left / right:.3f}, at most {MOST}; "
        f"with the support library but without the header: {median(lights):.2f} s"
    )
    assert left <= MOST * right
