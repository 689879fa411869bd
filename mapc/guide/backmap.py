"""Back-mapping: which statement of the policy decided what a message is about.

Where the mapper recorded the line of a decision, that line; otherwise the precedence of the
language reference is applied to the names in the message.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mapc.guide import records as recorded
from mapc.guide.records import Record
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.model import (
    CollectRule,
    LayoutRule,
    LimitRule,
    PlaceRule,
    Policy,
    RegionRef,
    RegionRule,
    ReplicateRule,
    TaskRule,
)
from mapc.text import Span

_Regional = TypeVar("_Regional", RegionRule, LayoutRule, CollectRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a message names; everything may be unknown."""

    task: str | None = None
    requirement: int | None = None
    names: tuple[str, ...] = ()
    processor: ProcKind | None = None
    memory: MemKind | None = None


def statement(
    policy: Policy, about: str, subject: Subject, records: Sequence[Record] = ()
) -> Span | None:
    """Return the span of the statement that decides `about` (a key of the rules) for a subject."""
    if noted := _noted_line(about, subject, records):
        return line_span(policy, noted)
    return _by_names(policy, about, subject)


def line_span(policy: Policy, line: int) -> Span | None:
    """Return the span of a line of the policy, None if it has no such line."""
    if not 1 <= line <= len(policy.source.line_starts) or not policy.source.line(line).strip():
        return None
    return policy.source.line_span(line)


def task_rule(policy: Policy, task: str | None) -> TaskRule | None:
    """Return the `Task` statement of a task: an exact name hides `*`."""
    named = [rule for rule in policy.tasks if rule.task is not None and rule.task == task]
    return next(iter([*named, *(rule for rule in policy.tasks if rule.task is None)]), None)


def place_rules(policy: Policy, subject: Subject, *, index: bool = True) -> list[PlaceRule]:
    """Return the statements that place a task: by its name, by processor kind, by `*`."""
    rules = policy.index_maps if index else policy.single_maps
    keys = (subject.task, subject.processor, None)
    return [rule for key in keys for rule in rules if _same(rule.task, key)]


def _by_names(policy: Policy, about: str, subject: Subject) -> Span | None:
    match about:
        case "task":
            rule = task_rule(policy, subject.task)
            return rule.span if rule else None
        case "limit":
            return _named(policy.limits, subject)
        case "replicate":
            return _named(policy.replicates, subject)
        case "index" | "single":
            places = place_rules(policy, subject, index=about == "index")
            return places[0].span if places else None
        case "region":
            levels = list(_levels(policy.regions, subject))
            listing = (r.span for r in levels if subject.memory in r.mems)
            return next(listing, levels[0].span if levels else None)
        case "layout":
            return next((r.span for r in _levels(policy.layouts, subject)), None)
        case "collect":
            return next((r.span for r in _levels(policy.collects, subject)), None)
        case _:
            return None


def _named(rules: Sequence[LimitRule | ReplicateRule], subject: Subject) -> Span | None:
    keys = (subject.task, None)
    return next((r.span for key in keys for r in rules if _same(r.task, key)), None)


def _same(operand: str | None, key: str | None) -> bool:
    """Return whether an operand is this key; a kind and a task may be spelt alike."""
    return operand == key and isinstance(operand, ProcKind) == isinstance(key, ProcKind)


def _levels(rules: Iterable[_Regional], subject: Subject) -> Iterator[_Regional]:
    """Yield the statements that match a requirement, most specific first (reference, 10.2)."""
    refs: list[RegionRef] = [subject.requirement] if subject.requirement is not None else []
    refs += [*subject.names, None]
    tasks = [subject.task, None] if subject.task is not None else [None]
    fitting = [rule for rule in rules if _rank(rule, subject) is not None]
    for task in tasks:
        for ref in refs:
            level = [r for r in fitting if r.task == task and _ref_is(r.region, ref)]
            yield from sorted(level, key=lambda r: _rank(r, subject) or 0)


def _ref_is(region: RegionRef, ref: RegionRef) -> bool:
    return region == ref and type(region) is type(ref)


def _rank(rule: RegionRule | LayoutRule | CollectRule, subject: Subject) -> int | None:
    """Return the place of a rule's kind operand in the order of precedence, None if it differs."""
    kind: MemKind | ProcKind | None
    match rule:
        case RegionRule():
            kind = rule.proc
        case LayoutRule():
            kind = rule.kind
        case CollectRule():
            kind = None
    if kind is None:
        return 3
    if kind in (subject.memory, subject.processor):
        return 0 if kind == subject.memory else 1
    unknown = subject.processor is None if isinstance(kind, ProcKind) else subject.memory is None
    return 2 if unknown else None


def _noted_line(about: str, subject: Subject, records: Sequence[Record]) -> int | None:
    """Return the policy line that the mapper recorded for the decision on a subject."""
    found = recorded.events(records, about)
    if about == "region":
        # An argument that found no room says so in a record of its own.
        found = [*recorded.events(records, "failed"), *found]
    for record in found:
        line = recorded.line(record)
        if line is None or record.get("task") != subject.task:
            continue
        if about in ("region", "layout"):
            if subject.requirement != recorded.number(record.get("requirement")):
                continue
            if subject.memory is not None and record.get("memory") not in (None, subject.memory):
                continue
        return line
    return None
