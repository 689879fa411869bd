"""Pass `uneven`: warn where a policy uses a machine whose nodes differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from mapc.graph.mapping import Mapping
from mapc.policy.model import Policy
from mapc.syntax import ast
from mapc.syntax.walk import walk
from mapc.text import Reporter, codes


@dataclass(frozen=True, slots=True)
class Uneven:
    """`Machine(K)` has as many processors a node as the node with the fewest of kind `K`."""

    name: ClassVar[str] = "uneven"

    def run(self, mapping: Mapping, report: Reporter) -> Mapping:
        """Return the mapping unchanged; findings go to `report`."""
        machine = mapping.machine
        if machine is None or not machine.uneven:
            return mapping
        told: set[str] = set()
        for node in _machines(mapping.policy):
            kind = next((k for k in machine.uneven if k.value == node.kind), None)
            if kind is None or kind in told:
                continue
            told.add(kind)
            report.warning(
                codes.UNEVEN_NODES,
                f"the nodes of machine `{machine.name}` differ in their number of {kind.value} "
                f"processors: `Machine({kind.value})` has {machine.count(kind)} on each",
                node.span,
                help=f"start every rank with the same number of {kind.value} processors",
            )
        return mapping


def _machines(policy: Policy) -> Iterator[ast.MachineOf]:
    """Yield every `Machine(...)` of a policy, those of the globals first."""
    for statement in (*policy.globals, *policy.functions):
        for node in walk(statement):
            if isinstance(node, ast.MachineOf):
                yield node
