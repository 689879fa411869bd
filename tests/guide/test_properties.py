"""AutoGuide never fails on what a program may print, and never takes long."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapc.guide import guide_build, guide_log
from mapc.guide.feedback import OutcomeClass
from mapc.guide.rules import load_rules
from tests.guide.conftest import POLICY, make_policy

FOLDER = Path(__file__).parent / "outputs"
PIECES = [
    *(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.txt"))),
    *(rule.sample for rule in load_rules()),
    *(rule.contains for rule in load_rules()),
    "$ ./app 'unclosed", "[exit code 99999]", "[exit code -1]", "rank rc=0", "\r", "\0", "\x1b[31m",
    '{"event":"error","line":1e9,"code":3}', '{"event":', '{"event":"error","line":-1}', "\n",
]  # fmt: skip
RULED = make_policy(POLICY)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=6).map("\n".join),
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
)


@settings(deadline=None)  # the machine may be shared
@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    feedback = guide_log(text, RULED)
    assert feedback.outcome_class in OutcomeClass
    assert feedback.score is None
    json.dumps(feedback.to_json())
    for diagnostic in feedback.diagnostics:
        diagnostic.render()


@settings(deadline=None)  # the machine may be shared
@given(TEXTS)
def test_any_build_text_is_read(text: str) -> None:
    feedback = guide_build(text, RULED, {1: 1, 40: 12, 41: 99})
    assert feedback.outcome_class in (OutcomeClass.BUILD, OutcomeClass.LOAD)
    json.dumps(feedback.to_json())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)  # fmt: skip
KEYS = (
    "task", "line", "kind", "requirement", "names", "memory", "bytes", "targets", "requirements",
    "variants", "parent", "seconds", "count", "code", "column", "point", "message", "file", "id",
)  # fmt: skip
EVENTS = ("loaded", "task", "region", "layout", "index", "seen", "timing", "error", "other")
RECORD = st.builds(
    lambda event, rest: {"event": event, **rest},
    st.sampled_from(EVENTS),
    st.dictionaries(st.sampled_from(KEYS), JSON | st.sampled_from(["relax", "CPU", 3]), max_size=9),
)


@settings(deadline=None)  # the machine may be shared
@given(st.lists(RECORD, max_size=8), st.sampled_from(PIECES))
def test_any_records_are_read(records: list[dict[str, object]], text: str) -> None:
    log = "".join(f"{json.dumps(record)}\n" for record in records)
    json.dumps(guide_log(log + text, RULED).to_json())


@pytest.mark.parametrize(
    "piece",
    [
        "x" * 10_000_000,
        "[0 - 7f00] 0.4 {2}{app}: error: none memory Assertion EXCEPTION: LEGION \n",
        "".join(f"{rule.sample}\n" for rule in load_rules()),
        (FOLDER / "k_abstract_mapper.txt").read_text(encoding="utf-8"),
        (FOLDER / "h3_hang_gdb.txt").read_text(encoding="utf-8"),
        '[0 - 7f0] 0.1 {2}{mapc}: {"event":"region","task":"t","requirement":0,"bytes":9}\n',
    ],
    ids=["line", "noise", "samples", "compiler", "debugger", "records"],
)
def test_ten_megabytes_take_no_time(piece: str) -> None:
    text = piece * (10_000_000 // len(piece))
    start = time.process_time()  # what others do on the machine does not count
    guide_log(text, RULED)
    assert time.process_time() - start < 4  # 0.4 s alone
