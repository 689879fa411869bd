"""Generated C++: exactly the files stored in `tests/golden/cxx`, and C++ that Legion accepts."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.codegen import Generated, generate
from mapc.legion.runtime import find_runtime
from mapc.legion.toolchain import find_toolchain
from mapc.policy.load import load_policy
from mapc.resources import resource
from mapc.text import Reporter, Source

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "cxx"
CASES = sorted(GOLDEN.glob("*.mapl"))
each_case = pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)


def generated(case: Path) -> Generated:
    report = Reporter()
    policy = load_policy(Source(case.name, case.read_text("utf-8")), report)
    assert policy is not None, "".join(d.render() for d in report.diagnostics)
    return generate(policy, name=case.stem)


@each_case
def test_golden(case: Path, golden: Callable[[Path, str], None]) -> None:
    golden(case.with_suffix(".cc"), generated(case).text)


def test_every_golden_file_has_its_policy() -> None:
    assert {p.stem for p in GOLDEN.glob("*.cc")} == {p.stem for p in CASES}


@each_case
def test_every_line_of_the_source_map_is_there(case: Path) -> None:
    """A mapped line ends with its comment, and every statement of the policy is mapped."""
    text, pairs = generated(case).text.splitlines(), generated(case).source_map
    for line, source in pairs:
        assert text[line - 1].endswith(f"// {case.name}:{source}")
    sources = {source for _, source in pairs}
    words = ("Task", "Region", "Layout", "InstanceLimit", "CollectMemory", "IndexTaskMap")
    for number, line in enumerate(case.read_text("utf-8").splitlines(), 1):
        if line.startswith(words):
            assert number in sources, line


@each_case
def test_the_same_bytes_every_time(case: Path) -> None:
    assert generated(case) == generated(case)


@pytest.mark.slow
@pytest.mark.needs_legion
@each_case
def test_legion_accepts_it(case: Path) -> None:
    """Everything of the support header inline, and no warning of any kind."""
    flags = ("-std=c++17", "-Wall", "-Wextra", "-Werror", "-DMAPC_PRELOAD", "-fsyntax-only")
    include = f"-I{resource('backends', 'legion', 'include')}"
    command = [*find_toolchain().command, *flags, include, *find_runtime().compile_flags]
    done = subprocess.run(
        [*command, str(case.with_suffix(".cc"))], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
