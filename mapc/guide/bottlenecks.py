"""What keeps a run that worked from being faster, computed from the mapper's records.

Advice here is never constant text: it follows from times, places and choices of this very run.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from mapc.graph.machine import Machine
from mapc.guide import records as recorded
from mapc.guide.backmap import Subject, line_span, place_rules, statement, task_rule
from mapc.guide.edits import Edit, propose
from mapc.guide.facts import policy_name
from mapc.guide.records import Record
from mapc.policy.kinds import ProcKind
from mapc.policy.model import Policy
from mapc.text import Diagnostic, Severity, Span
from mapc.text.codes import DOMINANT_TASK, IDLE_PROCESSORS, SECOND_CHOICE, Code

_DOMINANT = 0.5
_UNEVEN = 1.5
_MOST = 5
_TARGET = re.compile(r"\[(\d{1,9}),\s?(\d{1,9})\]")


class Bottlenecks:
    """Collects the findings of one run, each with the edits that it offers."""

    def __init__(
        self, records: Sequence[Record], policy: Policy | None, machine: Machine | None
    ) -> None:
        self.records = records
        self.policy = policy
        self.machine = machine
        self.found: list[Diagnostic] = []
        self.edits: list[Edit] = []
        self._kinds = recorded.ran_on(records)

    def collect(self) -> "Bottlenecks":
        """Look for everything known to cost time."""
        self._dominant_task()
        self._idle_processors()
        self._second_choices()
        self.found = self.found[:_MOST]
        return self

    def _dominant_task(self) -> None:
        """Find a task that takes most of the time; those that only wait for others do not count."""
        seconds: dict[str, float] = defaultdict(float)
        counts: dict[str, int] = defaultdict(int)
        for record in recorded.events(self.records, "timing"):
            value = record.get("seconds")
            if isinstance(value, int | float) and 0 < value < float("inf"):
                seconds[recorded.text(record.get("task"))] += value
                counts[recorded.text(record.get("task"))] += (
                    recorded.number(record.get("count")) or 0
                )
        parents = {recorded.text(r.get("parent")) for r in recorded.events(self.records, "seen")}
        leaves = {task: value for task, value in seconds.items() if task not in parents}
        total = sum(leaves.values())
        if len(leaves) < 2 or total <= 0:
            return
        task = max(sorted(leaves), key=lambda name: leaves[name])
        share = leaves[task] / total
        if share < _DOMINANT:
            return
        kind = self._kinds.get(task, "")
        message = (
            f"task `{task}` takes {share:.0%} of the time of all tasks "
            f"({leaves[task]:.3g} s in {counts[task]} runs{f' on {kind}' if kind else ''})"
        )
        span = self._span("task", task)
        if kind != ProcKind.GPU and ProcKind.GPU in recorded.variants(self.records, task):
            edit = f"Task {policy_name(task)} GPU, CPU;"
            self._add(DOMINANT_TASK, message, span, edit, "as it has a variant for GPUs")
            return
        advice = f"decide for `{task}` first: memories of its arguments, layout, processors"
        self._add(DOMINANT_TASK, message, span, advice=advice)

    def _idle_processors(self) -> None:
        """Find index launches that leave processors without points, or with far too many."""
        done: set[str] = set()
        for record in recorded.events(self.records, "index"):
            task = recorded.text(record.get("task"))
            targets = record.get("targets")
            if task in done or not isinstance(targets, dict) or not targets:
                continue
            loads = [n for n in map(recorded.number, targets.values()) if n is not None and n > 0]
            kind = _kind_named(record.get("kind")) or self._kind(task)
            there = self._processors(kind, list(targets))
            useful = min(there, sum(loads))
            if not loads or (
                len(loads) >= useful and max(loads) < _UNEVEN * sum(loads) / len(loads)
            ):
                continue
            done.add(task)
            name = recorded.text(record.get("function"))
            where = f"index map `{name}`" if name else "the default placement"
            what = f"{len(loads)} of {there}" if len(loads) < there else f"all {there}"
            message = (
                f"{where} puts the {sum(loads)} points of `{task}` on {what} "
                f"{kind.value if kind else 'processors'}, up to {max(loads)} on one"
            )
            line = recorded.line(record)
            span = line_span(self.policy, line) if self.policy and line else None
            self._add(
                IDLE_PROCESSORS, message, span or self._span("index", task),
                self._spread(task, kind), "to deal the points over all of them",
            )  # fmt: skip

    def _second_choices(self) -> None:
        """Find tasks and arguments for which the policy's first kind was not taken.

        A kind that the machine lacks is no finding: lists are there for other machines, too.
        """
        if self.policy is None:
            return
        machine = self.machine
        for task, kind in sorted(self._kinds.items()):
            rule = task_rule(self.policy, task)
            if rule is None or (machine is not None and not machine.count(rule.procs[0])):
                continue
            if kind != rule.procs[0] and kind in rule.procs:
                has = rule.procs[0] in recorded.variants(self.records, task)
                self._add(
                    SECOND_CHOICE,
                    f"task `{task}` ran on {kind} though the policy prefers {rule.procs[0]}",
                    rule.span,
                    advice=f"give the machine a {rule.procs[0]} processor"
                    if has
                    else f"`{task}` has no variant for {rule.procs[0]}: register one, or leave it",
                )
        for item in recorded.placed(self.records):
            rules = [r for r in self.policy.regions if item.line == r.span.line]
            if rules and item.memory in rules[0].mems[1:]:
                wanted = rules[0].mems[0]
                if machine is not None and not machine.megabytes(wanted):
                    continue
                self._add(
                    SECOND_CHOICE,
                    f"requirement {item.requirement} of `{item.task}` went to {item.memory} "
                    f"though the policy prefers {wanted}",
                    rules[0].span,
                    advice=f"{wanted} was full or absent: make it larger, or place less there",
                )

    def _add(
        self,
        code: Code,
        message: str,
        span: Span | None,
        edit: str = "",
        why: str = "",
        *,
        advice: str = "",
    ) -> None:
        offered = propose(edit, why, self.policy, span) if edit else None
        if offered is not None:
            self.edits.append(offered)
            advice = offered.advice()
        # A run that worked is not wrong: what could be faster is worth knowing.
        note = Severity.NOTE
        self.found.append(
            Diagnostic(code=code, severity=note, message=message, span=span, help=advice)
        )

    def _span(self, about: str, task: str) -> Span | None:
        if self.policy is None:
            return None
        subject = Subject(task=task, processor=self._kind(task))
        return statement(self.policy, about, subject, self.records)

    def _kind(self, task: str) -> ProcKind | None:
        return _kind_named(self._kinds.get(task))

    def _processors(self, kind: ProcKind | None, targets: list[str]) -> int:
        """Return how many processors of a kind there are, as far as that is known."""
        if self.machine is not None and kind is not None and self.machine.count(kind):
            return self.machine.nodes * self.machine.count(kind)
        used = [(int(t[1]), int(t[2])) for t in map(_TARGET.fullmatch, targets) if t]
        if not used:
            return len(targets)
        return (max(node for node, _ in used) + 1) * (max(proc for _, proc in used) + 1)

    def _spread(self, task: str, kind: ProcKind | None) -> str:
        """Return policy text that deals the points of a launch over all processors of a kind."""
        taken = {f.name for f in self.policy.functions} if self.policy else set()
        taken |= {name for name, _ in self.policy.global_types} if self.policy else set()
        rules = place_rules(self.policy, Subject(task=task, processor=kind)) if self.policy else []
        if kind is None or "spread" in taken or any(r.function == "spread" for r in rules):
            return ""
        # Function and statement on one line, so that they replace one statement.
        return (
            f"IndexTaskMap {policy_name(task)} spread; "
            f"def spread(Task t) {{ return Machine({kind.value})[*, *]; }}"
        )


def _kind_named(word: object) -> ProcKind | None:
    return next((kind for kind in ProcKind if kind == word), None)
