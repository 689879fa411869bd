"""Errors that the generated mapper itself reports, as one JSON object a line.

They carry a code of the language and a place in the policy, so they become the same diagnostics
that the checks give before a run. Rules whose pattern fits `MAP509: message` add advice.
"""

from collections.abc import Iterable, Sequence

from mapc.guide import records as recorded
from mapc.guide.backmap import Subject, line_span
from mapc.guide.classify import Match
from mapc.guide.facts import policy_name
from mapc.guide.feedback import Level, OutcomeClass
from mapc.guide.records import Record
from mapc.guide.report import Findings, Told, offer
from mapc.guide.rules import Rule
from mapc.guide.templates import every
from mapc.policy.model import Policy
from mapc.text import Diagnostic, Severity, Span
from mapc.text.codes import CODES, UNKNOWN_FAILURE

_CLASSES = {
    "MAP510": OutcomeClass.VARIANT,
    "MAP512": OutcomeClass.MEMORY,
    "MAP513": OutcomeClass.OOM,
    "MAP517": OutcomeClass.MEMORY,
    "MAP525": OutcomeClass.VARIANT,
    "MAP526": OutcomeClass.VARIANT,
}
_PLACEMENT = ("MAP3", "MAP5")  # functions are evaluated to place tasks


def findings_of(records: Iterable[Record], rules: Sequence[Rule], told: Told) -> Findings:
    """Return what the mapper's own errors come to; no class where there are none."""
    diagnostics: dict[Diagnostic, None] = {}
    outcome_class = None
    edits = {}
    for record in recorded.events(records, "error"):
        code = CODES.get(recorded.text(record.get("code")), UNKNOWN_FAILURE)
        match = _rule_for(f"{code.id}: {recorded.text(record.get('message'))}", rules)
        span = _span(record, told.policy)
        task = recorded.text(record.get("task"))
        facts = {"task": task, "task_word": policy_name(task)} if task else {}
        facts |= dict(match.groups) if match else {}
        offered = offer(match.rule, facts, Subject(task=task or None), told) if match else ()
        lines = [*every(match.rule.suggest, facts)] if match else []
        lines += [edit.advice() for edit in offered]
        full = told.level is Level.SUGGEST
        diagnostics.setdefault(
            Diagnostic(
                code=code,
                severity=Severity.ERROR,
                message=_message(record, code.summary, span),
                span=span,
                help="\n".join(lines) if full else "",
            )
        )
        edits.update(dict.fromkeys(offered if full else ()))
        outcome_class = outcome_class or _class_of(code.id, match)
    return Findings(
        outcome_class=outcome_class, diagnostics=tuple(diagnostics)[:10], edits=tuple(edits)
    )


def _rule_for(line: str, rules: Sequence[Rule]) -> Match | None:
    for rule in rules:
        found = rule.match.search(line) if rule.contains in line else None
        if found is not None:
            groups = {k: v for k, v in found.groupdict().items() if v is not None}
            return Match(rule=rule, line=line, offset=0, groups=groups)
    return None


def _class_of(code: str, match: Match | None) -> OutcomeClass:
    if match is not None:
        return match.rule.outcome_class
    placing = OutcomeClass.PLACEMENT if code.startswith(_PLACEMENT) else OutcomeClass.UNKNOWN
    return _CLASSES.get(code, placing)


def _message(record: Record, summary: str, span: Span | None) -> str:
    """Return the message with task and point, and the place where that cannot be shown."""
    text = " ".join(recorded.text(record.get("message")).split()) or summary
    task = recorded.text(record.get("task"))
    if task and f"`{task}`" not in text:
        text += f", for task `{task}`"
    point = record.get("point")
    if isinstance(point, list) and point and all(isinstance(x, int) for x in point):
        shown = f"({', '.join(map(str, point))}{',' if len(point) == 1 else ''})"
        text += f" at point {shown}" if shown not in text else ""
    if span is None and (line := recorded.line(record)):
        text += f", at {recorded.text(record.get('file')) or 'line'}:{line}"
    return text


def _span(record: Record, policy: Policy | None) -> Span | None:
    """Return the place in the policy; the rest of the line from the given column on."""
    line = recorded.line(record)
    whole = line_span(policy, line) if policy is not None and line is not None else None
    column = recorded.number(record.get("column"))
    if whole is None or column is None:
        return whole
    start = whole.source.line_starts[whole.line - 1] + column - 1
    return Span(whole.source, start, whole.end) if whole.start <= start < whole.end else whole
