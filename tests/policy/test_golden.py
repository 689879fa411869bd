"""Golden findings: each policy of `tests/golden/policy` gives exactly the text stored beside it.

A first line `# place TASK NODES PROCS DOMAIN` also evaluates the task's index-launch function;
`# single TASK NODES PROCS KIND` the other one, for a task on the last processor of that kind.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.policy.evaluate import Placement
from mapc.policy.faults import EvaluationError
from mapc.policy.kinds import ProcKind
from mapc.policy.load import load_policy
from mapc.policy.lookup import index_map_rule, single_map_rule
from mapc.policy.model import Policy
from mapc.policy.shape import Shape, TaskContext
from mapc.text import Reporter, Source
from mapc.text.codes import CODES
from mapc.text.printer import as_text

FOLDER = Path(__file__).parent.parent / "golden" / "policy"
CASES = sorted(FOLDER.glob("*.mapl"))
# These need an application or a machine's memories, bytes, or are warnings about a machine.
ELSEWHERE = {"MAP102", "MAP414", "MAP502", "MAP510", "MAP512", "MAP513", "MAP517"}
ELSEWHERE |= {f"MAP{number}" for number in range(520, 530)}


def findings(path: Path) -> str:
    """Return everything a user is told about a policy and its evaluation."""
    text = path.read_text(encoding="utf-8")
    report = Reporter()
    policy = load_policy(Source(path.name, text), report)
    command, *words = text.splitlines()[0].lstrip("# ").split()
    if command in {"place", "single"}:
        assert policy is not None, as_text(report.diagnostics)
        try:
            evaluate(policy, command, *words)
        except EvaluationError as error:
            report.add(error.diagnostic)
    return as_text(report.diagnostics)


def evaluate(policy: Policy, command: str, task: str, nodes: str, procs: str, last: str) -> None:
    """Evaluate one function as the first line of a case says."""
    placement = Placement(policy, Shape(int(nodes), dict.fromkeys(ProcKind, int(procs))))
    if command == "place":
        rule = index_map_rule(policy, task, None)
        assert rule is not None
        placement.index(rule.function, task, tuple(map(int, last.split(","))))
        return
    rule = single_map_rule(policy, task, None)
    assert rule is not None
    parent = TaskContext(name="top", processor=(0, 0), kind=ProcKind.GPU)
    own = (int(nodes) - 1, int(procs) - 1)
    placement.single(
        rule.function, TaskContext(name=task, processor=own, kind=ProcKind(last), parent=parent)
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_golden(path: Path, golden: Callable[[Path, str], None]) -> None:
    golden(path.with_suffix(".err"), findings(path))


def test_every_golden_file_has_its_policy() -> None:
    assert sorted(FOLDER.glob("*.err")) == [path.with_suffix(".err") for path in CASES]


def test_every_code_has_a_golden_case() -> None:
    shown = "".join(path.with_suffix(".err").read_text(encoding="utf-8") for path in CASES)
    language = {code for code in CODES if code < "MAP600"} - ELSEWHERE
    assert sorted(code for code in language if f"[{code}]" not in shown) == []
