"""The pass pipeline: policy, task graph and machine in, mapping and findings out."""

from mapc.graph.machine import Machine
from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import TaskGraph
from mapc.passes.base import Pass
from mapc.passes.bind import Bind
from mapc.passes.launches import Launches
from mapc.passes.names import Names
from mapc.passes.place import Place
from mapc.passes.replicate import Replicate
from mapc.passes.resolve import Resolve
from mapc.passes.uneven import Uneven
from mapc.passes.verify import Verify
from mapc.policy.model import Policy
from mapc.text import Reporter

PASSES: tuple[Pass, ...] = (
    Names(),
    Bind(),
    Resolve(),
    Launches(),
    Replicate(),
    Verify(),
    Uneven(),
    Place(),
)


def map_policy(
    policy: Policy,
    report: Reporter,
    *,
    graph: TaskGraph | None = None,
    machine: Machine | None = None,
) -> Mapping:
    """Return the mapping of an application; without a graph, of the names in the policy.

    Findings go to `report`; the mapping is complete even when there are errors.
    """
    mapping = Mapping(policy=policy, graph=graph or TaskGraph(), machine=machine)
    for step in PASSES:
        mapping = step.run(mapping, report)
    return mapping
