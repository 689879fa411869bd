"""Pass `replicate`: reject `ControlReplicate` of tasks that Legion cannot replicate."""

from dataclasses import dataclass
from typing import ClassVar

from mapc.graph.mapping import Mapping
from mapc.graph.taskgraph import Task
from mapc.policy.spots import has_other_tasks, task_spot
from mapc.text import Reporter, codes


@dataclass(frozen=True, slots=True)
class Replicate:
    """A replicated task needs a replicable variant, and no region requirements.

    `ControlReplicate *` means only tasks that have such a variant.
    """

    name: ClassVar[str] = "replicate"

    def run(self, mapping: Mapping, report: Reporter) -> Mapping:
        """Return the mapping unchanged; findings go to `report`."""
        for rule in mapping.policy.replicates:
            task = mapping.graph.by_name.get(rule.task or "")
            reason = None if task is None else _obstacle(task)
            if reason is None:
                continue
            report.error(
                codes.NOT_REPLICABLE,
                f"task `{rule.task}` cannot be replicated: it has {reason}",
                task_spot(rule),
                help=f"remove `{rule.task}` from the list"
                if has_other_tasks(rule)
                else "remove the statement",
            )
        return mapping


def _obstacle(task: Task) -> str | None:
    """Return what stands in the way of replicating a task, as far as that is known."""
    if task.replicable is False:
        return "no replicable variant"
    if task.complete and task.requirements:
        count = task.arity
        return f"{count} region requirement{'' if count == 1 else 's'}"
    return None
