"""Golden findings that need more than a policy: an application, a machine, bytes or a run.

A case of `tests/golden/subject` is a policy, and beside it what it is checked against: NAME.toml
in the form of an `app.toml` (`[app]` and `[build]` may be left out), with the machine of the test
as `[machine]`, or NAME.log, what a run of the policy wrote.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mapc.graph.machine import Machine, Memory
from mapc.graph.taskgraph import TaskGraph
from mapc.guide import guide_log
from mapc.legion.application import AppFile
from mapc.legion.names import graph_of
from mapc.passes.findings import find
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.load import load_policy
from mapc.text import Diagnostic, Reporter
from mapc.text.printer import as_text
from mapc.text.read import decode_source

FOLDER = Path(__file__).parent.parent / "golden" / "subject"
CASES = sorted(FOLDER.glob("*.mapl"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden(path: Path, golden: Callable[[Path, str], None]) -> None:
    golden(path.with_suffix(".err"), as_text(findings(path)))


def test_every_file_belongs_to_a_case() -> None:
    names = {path.stem for path in CASES}
    assert {path.stem for path in FOLDER.iterdir()} == names
    assert sorted(FOLDER.glob("*.err")) == [path.with_suffix(".err") for path in CASES]


def findings(path: Path) -> tuple[Diagnostic, ...]:
    """Return everything a user is told about a policy and what lies beside it."""
    report = Reporter()
    source = decode_source(path.name, path.read_bytes(), report)
    log = path.with_suffix(".log")
    if log.exists():
        return guide_log(log.read_text(encoding="utf-8"), load_policy(source, report)).diagnostics
    graph, machine = subject(path.with_suffix(".toml"))
    find(source, report, graph=graph, machine=machine)
    return report.diagnostics


def subject(file: Path) -> tuple[TaskGraph | None, Machine | None]:
    """Return the application and the machine of a case."""
    if not file.exists():
        return None, None
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    described = table.pop("machine", None)
    machine = None if described is None else machine_of(described)
    if not table:
        return None, machine
    whole = {"app": {"name": "demo"}, "build": {"sources": ["*.cc"]}, **table}
    return graph_of(AppFile.model_validate(whole)), machine


def machine_of(table: dict[str, Any]) -> Machine:
    """Return the machine of a test; memories are given in megabytes."""
    return Machine(
        name="test",
        nodes=table.get("nodes", 1),
        procs=tuple((ProcKind(kind), count) for kind, count in table.get("procs", {}).items()),
        memories=tuple(
            Memory(kind=MemKind(kind), count=1, megabytes=size)
            for kind, size in table.get("memories", {}).items()
        ),
        uneven=tuple(map(ProcKind, table.get("uneven", ()))),
    )
