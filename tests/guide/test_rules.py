"""Rules are data, and the data is sound."""

import time
from pathlib import Path

import pytest

from mapc.guide import guide_log
from mapc.guide.rules import Rule, load_rules, read_rules, with_paper_labels
from mapc.guide.status import StatusKind
from mapc.policy.load import load_policy
from mapc.resources import resource
from mapc.text import MapcError, Reporter, Source

RULES = load_rules()
GOOD = """
[[rule]]
id = "mine"
class = "layout"
code = "MAP613"
contains = "my kernel"
match = 'my kernel wants (?P<order>\\w+)'
explain = "the kernel wants {order}"
suggest = "use {order}_order"
sample = "my kernel wants C"
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_sample_is_read_as_the_rule_says(rule: Rule) -> None:
    if rule.when and StatusKind.UNKNOWN not in rule.when:
        return
    if rule.sample.startswith(("mapc-status", "MAP")):
        return
    feedback = guide_log(rule.sample)
    assert feedback.outcome_class is rule.outcome_class
    told = [*feedback.diagnostics, *feedback.bottlenecks]
    assert rule.code in [d.code for d in told]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_pattern_takes_no_time_on_nasty_lines(rule: Rule) -> None:
    part = rule.contains
    lines = [rule.sample * 60, rule.sample[:-1] * 60, f"{part} " * 900, part + "a" * 4000]
    lines += [part + " " * 4000, "a" * 2000 + part + "a" * 2000, f"{part}(" * 900]
    start = time.process_time()
    for line in lines:
        rule.match.search(line[:4000])
    assert time.process_time() - start < 0.5


def test_edits_of_rules_are_policy_text() -> None:
    facts = {
        "{task_word}": "t", "{requirement}": "0", "{processor}": "GPU", "{registered}": "CPU",
        "{alternatives}": "FBMEM, ZCMEM", "{reachable}": "FBMEM",
    }  # fmt: skip
    for rule in RULES:
        for edit in rule.edits:
            text = edit.text.partition("] ")[2] if edit.text.startswith("[") else edit.text
            for place, value in facts.items():
                text = text.replace(place, value)
            assert load_policy(Source("edit.mapl", text), Reporter()) is not None, rule.id


def test_the_published_examples_are_labelled() -> None:
    labelled = with_paper_labels(RULES)
    assert {n: rule.outcome_class.value for n, rule in sorted(labelled.items())} == {
        1: "syntax", 2: "check", 3: "check", 4: "layout", 5: "layout", 6: "placement",
        7: "assertion", 8: "ok", 9: "ok",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("Syntax error, unexpected :, expecting {", "without a colon"),
        ("IndexTaskMap's function undefined", "define the function above its use"),
        ("mgpu not found", "mgpu = Machine(GPU);"),
        ("Assertion failed: stride does not match expected value", "another processor kind"),
        ("DGEMM parameter number 8 had an illegal value", "`Layout` statement"),
        ("Slice processor index out of bound", "% mgpu.size[1]"),
        ("Assertion 'event.exists()' failed", "drop the `InstanceLimit`"),
        ("Execution time is 0.03s", "move more tasks to GPU"),
        ("Achieved throughput = 4877 GFLOPS", "other IndexTaskMap or SingleTaskMap"),
    ],
)
def test_the_published_examples_are_answered(line: str, advice: str) -> None:
    feedback = guide_log(line)
    told = [*feedback.diagnostics, *feedback.bottlenecks]
    assert advice in told[0].help


def test_no_two_rules_share_an_id() -> None:
    files = sorted(resource("feedback", "rules").glob("*.toml"))
    names = [rule.id for file in files for rule in read_rules(file)]
    assert len(names) == len(set(names))


def test_a_folder_of_the_user_adds_rules(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD)
    feedback = guide_log("my kernel wants C", extra=[tmp_path])
    assert feedback.outcome_class.value == "layout"
    assert feedback.diagnostics[0].help == "use C_order"
    assert guide_log("my kernel wants C").outcome_class.value == "ok"


def test_a_folder_of_the_user_replaces_rules(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD.replace('"mine"', '"stride-mismatch"'))
    assert len(load_rules([tmp_path])) == len(RULES)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('class = "layout"', 'class = "lay"', "lay"),
        ('class = "layout"', 'class = "ok"', "severity"),
        ("MAP613", "MAP999", "MAP999"),
        ("wants (", "wants ((", "unterminated subpattern"),
        ("wants C", "wants", "own sample"),
        ('contains = "my kernel"', 'contains = "your kernel"', "own sample"),
        ('id = "mine"\n', "", "no 'id'"),
        ('id = "mine"\n', 'id = "mine"\ncolour = "red"\n', "colour"),
        ("the kernel wants {order}", "the kernel wants {odor}", "{odor}"),
        ('id = "mine"\n', 'id = "mine"\nabout = "kernel"\n', "about"),
        ("[[rule]]", "[[rules]]", "`[[rule]]`"),
        ("[[rule]]", "[[rule]", "]"),
        ('suggest = "', "suggest = 3 # ", "must be a text"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(MapcError) as caught:
        load_rules([tmp_path])
    assert str(file) in str(caught.value)
    assert problem in str(caught.value)
    assert caught.value.diagnostics[0].code.id == "MAP635"


def test_a_rule_defined_twice_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD + GOOD)
    with pytest.raises(MapcError, match="defined twice"):
        load_rules([tmp_path])
