"""What is wrong with the text of a policy: the one way in which commands and editors find out."""

from typing import TYPE_CHECKING

from mapc.policy.load import load_policy
from mapc.policy.model import Policy
from mapc.text import Reporter, Source

if TYPE_CHECKING:
    from mapc.graph.machine import Machine
    from mapc.graph.taskgraph import TaskGraph


def find(
    source: Source,
    report: Reporter,
    *,
    graph: "TaskGraph | None" = None,
    machine: "Machine | None" = None,
) -> Policy | None:
    """Report all that is wrong with a policy; return it, None when it has errors by itself."""
    policy = load_policy(source, report)
    if policy is None or (graph is None and machine is None):
        return policy
    # A policy alone gives the passes nothing to report.
    from mapc.passes.pipeline import map_policy

    map_policy(policy, report, graph=graph, machine=machine)
    return policy
