"""Claim: checking takes the same time per line in files of 1,000, 10,000 and 100,000 lines."""

import time
from collections.abc import Callable

import pytest

from mapc.passes.findings import find
from mapc.text import Reporter, Source
from mapc.text.printer import as_text

SIZES = (1_000, 10_000, 100_000)
TRIES = {1_000: 5, 10_000: 3, 100_000: 1}
MOST_SECONDS = 60


def rules(lines: int) -> str:
    """Return statements about ever new tasks."""
    return "".join(
        f"Task t{i} GPU, CPU;\nRegion t{i} r GPU FBMEM, ZCMEM;\n"
        f"Layout t{i} r * SOA C_order;\nInstanceLimit t{i} 4;\n"
        for i in range(lines // 4)
    )


def program(lines: int) -> str:
    """Return functions, globals that use each other, and mapping statements."""
    head = "m = Machine(GPU);\nx0 = 1;\n"
    return head + "".join(
        f"Task t{i} GPU;\ndef f{i}(Task t) {{ return m[*(t.ipoint % m.size)]; }}\n"
        f"IndexTaskMap t{i} f{i};\nx{i + 1} = x{i} + 1;\n"
        for i in range(lines // 4)
    )


def mistakes(lines: int) -> str:
    """Return lines of which each has an error."""
    return "".join(
        f"Region t{i} r GPU FBMEN;\nx{i} = y{i} + 1;\nIndexTaskMap t{i} g{i};\nTask t GPX;\n"
        for i in range(lines // 4)
    )


def stars(lines: int) -> str:
    """Return statements for every task, beside some for named tasks."""
    return "".join(
        f"Region * r{i} GPU FBMEM;\nLayout * r{i} * SOA;\nTask t{i} GPU;\nCollectMemory * r{i};\n"
        for i in range(lines // 4)
    )


@pytest.mark.slow
@pytest.mark.parametrize("write", [rules, program, mistakes, stars])
def test_time_per_line_does_not_grow(
    write: Callable[[int], str], capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.process_time()
    per_line = {size: seconds(write(size), TRIES[size]) / size for size in SIZES}
    total = time.process_time() - started

    ratio = per_line[100_000] / per_line[10_000]
    shown = ", ".join(f"{size}: {1e6 * cost:.1f} us" for size, cost in per_line.items())
    with capsys.disabled():
        print(f"\n{write.__name__}: time per line {shown}; 100,000 to 10,000 lines: {ratio:.2f}")
    assert ratio <= 2
    assert total < MOST_SECONDS


def seconds(text: str, tries: int) -> float:
    """Return the processor time of checking a policy, the least of some tries.

    Other work on the machine only ever adds.
    """
    return min(once(text) for _ in range(tries))


def once(text: str) -> float:
    report = Reporter()
    started = time.process_time()
    find(Source("large.mapl", text), report)
    as_text(report.diagnostics)
    return time.process_time() - started
