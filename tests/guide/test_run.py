"""A run has a score only if everything about it is right."""

import pytest

from mapc.guide import CheckSpec, Feedback, Level, ScoreSpec, guide_policy, guide_run
from mapc.guide.score import read_score, specs_of
from mapc.legion.application import AppFile
from mapc.policy.model import Policy
from mapc.text import Diagnostic, Severity
from mapc.text.codes import MISSING_SEMICOLON, UNKNOWN_NAME, UNUSED_VARIABLE
from tests.guide.conftest import LOADED, RAN, outcome, seen

SCORE = ScoreSpec(pattern=r"^ELAPSED TIME = (\S+) s", unit="s", better="lower")
CHECK = CheckSpec(success="SUCCESS", failure="FAILURE")
GOOD = "SUCCESS\nELAPSED TIME = 1.25 s\n"


def run(output: str = GOOD, records: object = RAN, **changes: object) -> Feedback:
    settings: dict[str, object] = {
        "score": SCORE, "check": CHECK, "policy": None, "machine": None, "records": records,
    }  # fmt: skip
    for key in ("policy", "mapper", "ranks", "level", "check", "score", "machine"):
        if key in changes:
            settings[key] = changes.pop(key)
    return guide_run(outcome(output, **changes), **settings)  # type: ignore[arg-type]


def test_a_good_run_has_its_score() -> None:
    feedback = run()
    assert feedback.to_json() == {
        "class": "ok", "score": 1.25, "diagnostics": [], "bottlenecks": [], "edits": [],
    }  # fmt: skip


def test_a_fast_wrong_answer_has_no_score() -> None:
    feedback = run("FAILURE\nELAPSED TIME = 0.01 s\n")
    assert (feedback.outcome_class.value, feedback.score) == ("wrong-answer", None)
    assert feedback.diagnostics[0].code.id == "MAP619"
    assert "`FAILURE`" in feedback.diagnostics[0].message


def test_a_missing_success_is_a_wrong_answer() -> None:
    feedback = run("ELAPSED TIME = 0.01 s\n")
    assert (feedback.outcome_class.value, feedback.score) == ("wrong-answer", None)


def test_a_wrong_answer_may_come_with_an_exit_code() -> None:
    feedback = run("FAILURE: 3 nodes differ\n", exit_code=1)
    assert feedback.outcome_class.value == "wrong-answer"
    assert "3 nodes differ" in feedback.diagnostics[0].message


def test_an_early_end_is_not_a_wrong_answer() -> None:
    feedback = run("usage: app\n", exit_code=1)
    assert feedback.outcome_class.value == "unknown"
    assert "exit code 1" in feedback.diagnostics[0].message


def test_an_oom_explains_a_failed_check() -> None:
    feedback = run("FAILURE\nstd::bad_alloc\n", exit_code=None, signal=6)
    assert feedback.outcome_class.value == "oom"


def test_a_run_without_figure_of_merit() -> None:
    feedback = run("SUCCESS\n")
    assert (feedback.outcome_class.value, feedback.score) == ("unknown", None)
    assert [d.code.id for d in feedback.diagnostics] == ["MAP620"]


@pytest.mark.parametrize("records", [(), (seen("relax"),)])
def test_a_mapper_that_was_not_loaded(records: object) -> None:
    feedback = run(records=records)
    assert (feedback.outcome_class.value, feedback.score) == ("load", None)
    assert feedback.diagnostics[0].code.id == "MAP602"


def test_a_mapper_that_was_never_asked() -> None:
    feedback = run(records=(LOADED,))
    assert (feedback.outcome_class.value, feedback.score) == ("load", None)
    assert feedback.diagnostics[0].code.id == "MAP603"


def test_without_a_mapper_of_ours_nothing_need_be_loaded() -> None:
    assert run(records=(), mapper=False).score == 1.25


def test_ranks_that_ran_alone() -> None:
    feedback = run(ranks=2)
    assert (feedback.outcome_class.value, feedback.score) == ("load", None)
    assert feedback.diagnostics[0].code.id == "MAP632"
    assert run(ranks=1).score == 1.25


@pytest.mark.parametrize(
    ("changes", "outcome_class", "code"),
    [
        ({"timed_out": True, "exit_code": None, "signal": 15}, "timeout", "MAP618"),
        ({"memory_exceeded": True, "exit_code": None, "signal": 9}, "oom", "MAP610"),
        ({"interrupted": True, "exit_code": None, "signal": 2}, "unknown", "MAP621"),
        ({"exit_code": None, "signal": 11}, "crash", "MAP617"),
        ({"exit_code": None, "signal": 9}, "oom", "MAP610"),
        ({"exit_code": None, "signal": 8}, "crash", "MAP617"),
        ({"exit_code": None, "signal": 7}, "crash", "MAP617"),
        ({"exit_code": 139}, "crash", "MAP617"),
        ({"exit_code": 3}, "unknown", "MAP621"),
        ({"exit_code": 124}, "unknown", "MAP621"),
    ],
)
def test_a_failed_run_never_has_a_score(
    changes: dict[str, object], outcome_class: str, code: str
) -> None:
    feedback = run(**changes)
    assert feedback.outcome_class.value == outcome_class
    assert feedback.score is None
    assert code in [d.code.id for d in feedback.diagnostics]


def test_an_error_that_no_run_survives_counts_even_with_exit_code_0() -> None:
    text = GOOD + "app: a.cc:1: void f(int): Assertion `x' failed.\n"
    assert run(text).outcome_class.value == "assertion"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ELAPSED TIME = 7.5 s", 7.5),
        ("ELAPSED TIME = 9 s\nx\nELAPSED TIME = 1e-3 s\n", 1e-3),
        ("ELAPSED TIME = 1,250.5 s", 1250.5),
        ("ELAPSED TIME = nan s", None),
        ("ELAPSED TIME = inf s", None),
        ("ELAPSED TIME = 0.0 s", None),
        ("ELAPSED TIME = -1 s", None),
        ("ELAPSED TIME = fast s", None),
        ("elapsed", None),
        ("", None),
    ],
)
def test_scores_are_positive_numbers(text: str, value: float | None) -> None:
    assert read_score(text, SCORE) == value


def test_score_group_may_be_named_or_absent() -> None:
    assert read_score("a 3 b 4", ScoreSpec(pattern=r"a (\d) b (?P<score>\d)")) == 4
    assert read_score("5", ScoreSpec(pattern=r"\d")) == 5
    assert read_score("5", ScoreSpec()) is None


def test_specs_come_from_the_application() -> None:
    file = AppFile.model_validate(
        {
            "app": {"name": "a"},
            "build": {"sources": ["a.cc"]},
            "score": {"pattern": "T=(.*)", "unit": "GFLOP/s", "better": "higher"},
            "check": {"success": "fine"},
        }
    )
    score, check = specs_of(file)
    assert (score.unit, score.better, check.success, check.failure) == (
        "GFLOP/s", "higher", "fine", None,
    )  # fmt: skip


def test_levels_say_more_and_more(policy: Policy) -> None:
    text = (
        "[0 - 7f0000000000] 0.4 {5}{default_mapper}: Default mapper failed allocation of size "
        "1048576 bytes for region requirement 0 of task relax (UID 13) in memory "
        "1e00000000000000 (SYSTEM_MEM) for processor 1d00000000000001 (LOC_PROC). This means\n"
    )
    told = {
        level: run(text, exit_code=134, policy=policy, level=level).diagnostics[0]
        for level in Level
    }
    assert told[Level.MESSAGE].message.startswith("Default mapper failed")
    assert told[Level.MESSAGE].help == told[Level.EXPLAIN].help == ""
    assert told[Level.EXPLAIN].message == told[Level.SUGGEST].message
    assert "-ll:csize" in told[Level.SUGGEST].help


def test_a_rejected_policy_is_syntax_or_check() -> None:
    error, note = Severity.ERROR, Severity.NOTE
    broken = Diagnostic(code=MISSING_SEMICOLON, severity=error, message="missing `;`")
    unknown = Diagnostic(code=UNKNOWN_NAME, severity=error, message="unknown name")
    unused = Diagnostic(code=UNUSED_VARIABLE, severity=note, message="unused")
    assert guide_policy([broken, unknown]).outcome_class.value == "syntax"
    assert guide_policy([unknown, unused]).outcome_class.value == "check"
    assert guide_policy([unused]).outcome_class.value == "ok"
