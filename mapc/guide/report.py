"""From matches to what the user is told: the class of the outcome, diagnostics, edits.

The match of highest priority is the cause and gives the class. Other errors are shown only where
they can be causes too: as further errors of a compiler, or the same kind of failure elsewhere.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mapc.guide.backmap import Subject, statement
from mapc.guide.classify import Match
from mapc.guide.edits import Edit, propose, remove
from mapc.guide.facts import Context, facts_of, subject_of
from mapc.guide.feedback import Level, OutcomeClass
from mapc.guide.rules import Rule
from mapc.guide.templates import every, fill, first
from mapc.policy.model import Policy
from mapc.text import Diagnostic, Severity, Span
from mapc.text.codes import (
    ALLOCATION_FAILED,
    DOMINANT_TASK,
    FIGURE_OF_MERIT,
    IDLE_PROCESSORS,
    OUT_OF_MEMORY,
    SECOND_CHOICE,
    Code,
)

MOST_SHOWN = 10
_LONGEST_MESSAGE = 400
_PREFIX = re.compile(r"^\[[0-9a-f]{1,9} - [0-9a-f]{1,16}\] +[0-9.]{1,20} \{\d\}\{[^}]{1,60}\}: ")
_PERFORMANCE = {FIGURE_OF_MERIT, DOMINANT_TASK, IDLE_PROCESSORS, SECOND_CHOICE}
_ABOUT = {
    "Task": "task",
    "Region": "region",
    "Layout": "layout",
    "InstanceLimit": "limit",
    "CollectMemory": "collect",
    "IndexTaskMap": "index",
    "SingleTaskMap": "single",
    "ControlReplicate": "replicate",
}
_SAID_ONCE = {"collect", "replicate"}  # one matching statement is as good as several
_ALL_SHOWN = {OutcomeClass.BUILD, OutcomeClass.LOAD, OutcomeClass.SYNTAX, OutcomeClass.CHECK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the messages of one build or run come to; no class where none is an error."""

    outcome_class: OutcomeClass | None
    diagnostics: tuple[Diagnostic, ...] = ()
    bottlenecks: tuple[Diagnostic, ...] = ()
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How to tell: about which policy, at which level, and where a match lies in the policy.

    `place` finds the span by other means than names, such as the source map of generated code.
    """

    context: Context
    policy: Policy | None = None
    level: Level = Level.SUGGEST
    place: Callable[[Match], Span | None] = lambda match: None


def findings(matches: Sequence[Match], told: Told) -> Findings:
    """Return what to tell about the matches of one log."""
    errors = [match for match in matches if match.rule.severity is Severity.ERROR]
    shown = causes(errors) + [m for m in matches if m.rule.severity is not Severity.ERROR]
    diagnostics: dict[Diagnostic, None] = {}
    edits: dict[Edit, None] = {}
    for match in shown:
        diagnostic, offered = tell(match, told)
        diagnostics.setdefault(diagnostic)
        edits.update(dict.fromkeys(offered))
    performance = tuple(d for d in diagnostics if d.code in _PERFORMANCE and d.help)
    return Findings(
        outcome_class=errors[0].rule.outcome_class if errors else None,
        diagnostics=tuple(d for d in diagnostics if d.code not in _PERFORMANCE)[:MOST_SHOWN],
        bottlenecks=performance[:MOST_SHOWN],
        edits=tuple(edits),
    )


def causes(errors: Sequence[Match]) -> list[Match]:
    """Return the errors that are not mere consequences of the first, which is the worst."""
    if not errors:
        return []
    top = errors[0].rule
    return [
        match
        for match in errors
        if match.rule.outcome_class is top.outcome_class
        and (match.rule.priority == top.priority or top.outcome_class in _ALL_SHOWN)
    ]


def tell(match: Match, told: Told) -> tuple[Diagnostic, tuple[Edit, ...]]:
    """Return the diagnostic for one match, and the edits that it offers."""
    rule = match.rule
    subject = subject_of(match.groups, told.context)
    span = told.place(match)
    if span is None and told.policy is not None and rule.about:
        span = statement(told.policy, rule.about, subject, told.context.records)
    if told.level is Level.MESSAGE:
        return _diagnostic(rule.code, rule.severity, plain(match.line), span), ()
    facts = facts_of(match.groups, subject, told.context)
    message = first(rule.explain, facts) or plain(match.line)
    # The mapper's record of what it tried says that the policy's own list was exhausted.
    code = ALLOCATION_FAILED if rule.code is OUT_OF_MEMORY and "tried" in facts else rule.code
    if told.level is Level.EXPLAIN:
        return _diagnostic(code, rule.severity, message, span), ()
    edits = offer(rule, facts, subject, told)
    lines = [*every(rule.suggest, facts), *(edit.advice() for edit in edits)]
    return _diagnostic(code, rule.severity, message, span, "\n".join(lines)), edits


def offer(rule: Rule, facts: dict[str, str], subject: Subject, told: Told) -> tuple[Edit, ...]:
    """Return the edits of a rule that apply and leave the policy valid."""
    offered = []
    for template in rule.edits:
        why = fill(template.why, facts)
        text = fill(template.text, facts)
        if why is None or text is None:
            continue
        about = _ABOUT.get(text.partition(" ")[0], "") if text else rule.about
        decided = statement(told.policy, about, subject) if told.policy is not None else None
        if about in _SAID_ONCE and decided is not None:
            continue
        edit = (
            propose(text, why, told.policy, decided) if text else remove(why, told.policy, decided)
        )
        if edit is not None:
            offered.append(edit)
    return tuple(offered)


def plain(line: str) -> str:
    """Return a line of output as a message: without the log's prefix, and of bearable length."""
    text = " ".join(_PREFIX.sub("", line).split())
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]} ..."


def _diagnostic(
    code: Code, severity: Severity, message: str, span: Span | None, help_text: str = ""
) -> Diagnostic:
    return Diagnostic(
        code=code,
        severity=severity,
        message=" ".join(message.split()),
        span=span,
        help=help_text,
    )
