"""AutoGuide's entry points: a run, a build, a raw log or a rejected policy, to Feedback.

What decides, in this order: an error that the mapper itself reports, what the rules find in the
output and in the way the run ended, whether the mapper took part at all, the application's own
check. Only a run that passes all of it has a score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mapc.graph.machine import Machine
from mapc.guide import classify, mapper_errors
from mapc.guide import records as recorded
from mapc.guide.bottlenecks import Bottlenecks
from mapc.guide.facts import Context
from mapc.guide.feedback import Feedback, Level, OutcomeClass
from mapc.guide.frames import backtrace
from mapc.guide.log import Log, clean_text, raw_log, records_in
from mapc.guide.participation import not_asked, wrong_ranks
from mapc.guide.rank_failure import with_failed_rank
from mapc.guide.records import Record
from mapc.guide.report import Findings, Told, findings
from mapc.guide.rules import Rule, load_rules
from mapc.guide.score import (
    CheckSpec,
    ScoreSpec,
    failed_check,
    missing_score,
    modelled_score,
    read_score,
)
from mapc.guide.sourcemap import SourceMap, placer
from mapc.guide.status import StatusKind, of_outcome
from mapc.guide.trust import overrun
from mapc.policy.model import Policy
from mapc.text import Diagnostic, Severity
from mapc.text.codes import NO_SCORE, UNKNOWN_FAILURE

if TYPE_CHECKING:
    from mapc.legion.outcome import Outcome


def guide_run(
    outcome: "Outcome",
    *,
    score: ScoreSpec,
    check: CheckSpec,
    policy: Policy | None,
    machine: Machine | None,
    records: Sequence[Record],
    mapper: bool = True,
    ranks: int | None = None,
    level: Level = Level.SUGGEST,
    extra: Sequence[Path] = (),
) -> Feedback:
    """Return the feedback on a run that mapc started.

    `mapper` says whether a generated mapper should have been in the run; `ranks` is the number
    of ranks that were started, where what they counted themselves is to be compared with it.
    """
    text = clean_text(outcome.output)
    log = Log(text=text, command=tuple(outcome.command), status=of_outcome(outcome))
    records = tuple(records) or records_in(log)
    told = Told(
        context=Context(log=log, records=records, machine=machine), policy=policy, level=level
    )
    found = with_failed_rank(_read(log, told, load_rules(extra)), outcome)
    taking_part = not_asked(records, ranks) if mapper else wrong_ranks(records, ranks or 1)
    if found.outcome_class is None and taking_part is not None:
        return _failed(OutcomeClass.LOAD, found, taking_part)
    # A program that finds its answer wrong may say so with its exit code, too.
    unexplained = found.outcome_class is OutcomeClass.UNKNOWN
    if found.outcome_class is None or unexplained:
        wrong = failed_check(text, check, said_so=unexplained)
        if wrong is not None:
            return _failed(OutcomeClass.WRONG_ANSWER, replace(found, diagnostics=()), wrong)
    if found.outcome_class is not None:
        return _failed(found.outcome_class, found)
    value = read_score(text, score)
    if value is None and score.pattern:
        return _failed(OutcomeClass.UNKNOWN, found, missing_score(score))
    told_already = check.success or score.pattern
    late = overrun(outcome, machine, value, score)
    if value is not None:
        value = modelled_score(value, score, machine)
    feedback = _succeeded(value, found, told, drop_silence=bool(told_already))
    return replace(feedback, diagnostics=(*feedback.diagnostics, *late))


def guide_log(
    text: str,
    policy: Policy | None = None,
    *,
    machine: Machine | None = None,
    source_map: SourceMap | None = None,
    level: Level = Level.SUGGEST,
    extra: Sequence[Path] = (),
) -> Feedback:
    """Return the feedback on a saved log; without a specification of it there is no score.

    `source_map` is that of the generated mapper, for the compiler's messages and for backtraces.
    """
    feedback = _guide_log(text, policy, machine, source_map, level, extra)
    frames = backtrace(clean_text(text), policy, source_map)
    return replace(feedback, diagnostics=(*feedback.diagnostics, *frames))


def _guide_log(
    text: str,
    policy: Policy | None,
    machine: Machine | None,
    source_map: SourceMap | None,
    level: Level,
    extra: Sequence[Path],
) -> Feedback:
    log = raw_log(text)
    lines, mine = (source_map.lines, source_map.is_generated) if source_map else (None, None)
    told = Told(
        context=Context(log=log, records=records_in(log), machine=machine),
        policy=policy,
        level=level,
        place=placer(policy, lines, mine),
    )
    found = _read(log, told, load_rules(extra))
    if found.outcome_class is None and log.text.strip() == "":
        return _failed(OutcomeClass.UNKNOWN, found, _nothing())
    if found.outcome_class is not None:
        return _failed(found.outcome_class, found)
    return _succeeded(None, found, told, drop_silence=False)


def guide_build(
    text: str,
    policy: Policy | None,
    source_map: Mapping[int, int] | None = None,
    *,
    level: Level = Level.SUGGEST,
    extra: Sequence[Path] = (),
) -> Feedback:
    """Return the feedback on a failed build of a generated mapper.

    `source_map` gives the policy line of each line of the generated file that belongs to one.
    """
    log = raw_log(text)
    told = Told(
        context=Context(log=log), policy=policy, level=level, place=placer(policy, source_map)
    )
    matches = classify.find(log, load_rules(extra))
    found = findings([m for m in matches if m.rule.outcome_class is not OutcomeClass.OK], told)
    if found.outcome_class not in (OutcomeClass.BUILD, OutcomeClass.LOAD):
        last = next((row for row in reversed(log.text.splitlines()) if row.strip()), "")
        found = replace(found, diagnostics=(_unknown_build(last), *found.diagnostics))
        return _failed(OutcomeClass.BUILD, found)
    return _failed(found.outcome_class, found)


def guide_policy(diagnostics: Iterable[Diagnostic]) -> Feedback:
    """Return the feedback on a policy that the compiler rejects: the compiler's own words."""
    found = tuple(diagnostics)
    errors = [d for d in found if d.severity is Severity.ERROR]
    if not errors:
        return Feedback(outcome_class=OutcomeClass.OK, diagnostics=found)
    syntax = any(d.code.id.startswith("MAP1") for d in errors)
    return Feedback(
        outcome_class=OutcomeClass.SYNTAX if syntax else OutcomeClass.CHECK, diagnostics=found
    )


def _read(log: Log, told: Told, rules: Sequence[Rule]) -> Findings:
    """Return what the mapper, the output and the end of the run say, the mapper first."""
    context = told.context
    errors = [*recorded.events(context.records, "error"), *_errors_in(log, context.records)]
    own = mapper_errors.findings_of(errors, rules, told)
    if own.outcome_class is not None:
        return own
    found = findings(classify.find(log, rules), told)
    failed = log.status.kind not in (StatusKind.OK, StatusKind.UNKNOWN)
    if failed and found.outcome_class is None:
        diagnostics = (_unknown(log), *found.diagnostics)
        return replace(found, outcome_class=OutcomeClass.UNKNOWN, diagnostics=diagnostics)
    return found


def _errors_in(log: Log, known: Sequence[Record]) -> Iterable[Record]:
    """Return the mapper's errors that stand in the log only."""
    if '"error"' not in log.text or any(record.get("event") == "error" for record in known):
        return ()
    return recorded.events(records_in(log), "error")


def _succeeded(score: float | None, found: Findings, told: Told, *, drop_silence: bool) -> Feedback:
    context = told.context
    computed = Bottlenecks(context.records, told.policy, context.machine).collect()
    bottlenecks = computed.found or list(found.bottlenecks)
    if told.level is not Level.SUGGEST:
        bottlenecks = [replace(d, help="") for d in bottlenecks]
        computed.edits = []
    return Feedback(
        outcome_class=OutcomeClass.OK,
        score=score,
        diagnostics=tuple(
            d for d in found.diagnostics if not (drop_silence and d.code is NO_SCORE)
        ),
        bottlenecks=tuple(bottlenecks),
        edits=tuple(dict.fromkeys([*found.edits, *computed.edits])),
    )


def _failed(outcome_class: OutcomeClass, found: Findings, *first: Diagnostic) -> Feedback:
    diagnostics = [d for d in found.diagnostics if d.code is not NO_SCORE]
    return Feedback(
        outcome_class=outcome_class,
        diagnostics=tuple(dict.fromkeys([*first, *diagnostics])),
        edits=found.edits,
    )


def _unknown(log: Log) -> Diagnostic:
    """Return what to say when no rule knows why a run failed: its last lines."""
    rows = [row.strip() for row in log.text[-4000:].splitlines() if row.strip()]
    return Diagnostic(
        code=UNKNOWN_FAILURE,
        severity=Severity.ERROR,
        message=f"the run failed ({log.status.line().partition(': ')[2]})"
        " and no rule knows its output",
        help="\n".join(f"last output: {row[:200]}" for row in rows[-3:]),
    )


def _unknown_build(last: str) -> Diagnostic:
    return Diagnostic(
        code=UNKNOWN_FAILURE,
        severity=Severity.ERROR,
        message="the build failed without a compiler error that any rule knows",
        help=f"last output: {last.strip()[:200]}" if last else "",
    )


def _nothing() -> Diagnostic:
    return Diagnostic(
        code=UNKNOWN_FAILURE,
        severity=Severity.ERROR,
        message="the log is empty: the run may have died before its messages were written",
        help="run again with `-logfile stderr`",
    )
