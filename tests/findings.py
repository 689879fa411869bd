"""What a user is told about a policy and its evaluation: shared by golden cases and pages.

A first line `# place TASK NODES PROCS DOMAIN` also evaluates the task's index-launch function;
`# single TASK NODES PROCS KIND` the other one, for a task on the last processor of that kind.
"""

from mapc.policy.evaluate import Placement
from mapc.policy.faults import EvaluationError
from mapc.policy.kinds import ProcKind
from mapc.policy.load import load_policy
from mapc.policy.lookup import index_map_rule, single_map_rule
from mapc.policy.model import Policy
from mapc.policy.shape import Shape, TaskContext
from mapc.text import Diagnostic, Reporter, Source
from mapc.text.printer import as_text


def diagnostics(name: str, text: str) -> tuple[Diagnostic, ...]:
    """Return every diagnostic of a policy with this file name, and of its evaluation."""
    report = Reporter()
    policy = load_policy(Source(name, text), report)
    command, *words = text.partition("\n")[0].lstrip("# ").split() or [""]
    if command in {"place", "single"}:
        assert policy is not None, as_text(report.diagnostics)
        try:
            evaluate(policy, command, *words)
        except EvaluationError as error:
            report.add(error.diagnostic)
    return tuple(report.diagnostics)


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
