"""Findings are tied to the policy, and their edits leave it valid."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mapc.graph.machine import Machine, Memory
from mapc.guide import Edit, Feedback, guide_build, guide_log
from mapc.guide.backmap import Subject, statement
from mapc.guide.edits import apply, is_valid, propose
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.load import load_policy
from mapc.policy.model import Policy
from mapc.text import Reporter, Source
from mapc.text.printer import as_text
from tests.guide.conftest import make_policy, seen

GOLDEN = Path(__file__).parent / "golden" / "lines"
OOM = (
    "[0 - 7f0000000000] 0.4 {{5}}{{default_mapper}}: Default mapper failed allocation of size "
    "{bytes} bytes for region  requirement {requirement} of task relax (UID 13) in memory "
    "1e00000000000000 ({memory}) for processor 1d00000000000001 ({processor}). This means\n"
)
MACHINE = Machine(
    name="m",
    procs=((ProcKind.CPU, 2), (ProcKind.GPU, 1)),
    memories=(
        Memory(kind=MemKind.SYSMEM, count=1, megabytes=1000),
        Memory(kind=MemKind.FBMEM, count=1, megabytes=2000),
        Memory(kind=MemKind.ZCMEM, count=1, megabytes=100),
    ),
)


def oom(requirement: int = 1, memory: str = "SYSTEM_MEM", processor: str = "LOC_PROC") -> str:
    return OOM.format(bytes=3 << 20, requirement=requirement, memory=memory, processor=processor)


def log_of(*records: dict[str, Any]) -> str:
    return "".join(f"[0 - 7f0] 0.1 {{2}}{{mapc}}: {json.dumps(r)}\n" for r in records)


def region(task: str, requirement: int, line: int, **changes: Any) -> dict[str, Any]:
    record: dict[str, Any] = {
        "event": "region", "task": task, "requirement": requirement, "names": [], "kind": "CPU",
        "memory": "SYSMEM", "line": line, "bytes": 1 << 30,
    }  # fmt: skip
    return record | changes


def lines(feedback: Feedback) -> list[int | None]:
    return [d.span.line if d.span else None for d in feedback.diagnostics]


@pytest.mark.parametrize(
    ("about", "subject", "line"),
    [
        ("task", Subject(task="relax"), 2),
        ("task", Subject(task="other"), 1),
        ("region", Subject(task="relax", requirement=0, processor=ProcKind.CPU), 3),
        ("region", Subject(task="relax", requirement=0, processor=ProcKind.GPU), 4),
        ("region", Subject(task="relax", names=("rp_ghost",), processor=ProcKind.CPU), 5),
        ("region", Subject(task="other", memory=MemKind.FBMEM), 4),
        ("layout", Subject(task="relax", requirement=0), 7),
        ("layout", Subject(task="relax", requirement=1), 6),
        ("limit", Subject(task="relax"), 8),
        ("limit", Subject(task="other"), None),
        ("collect", Subject(task="relax", requirement=1), 9),
        ("index", Subject(task="relax"), 12),
        ("index", Subject(task="other"), None),
        ("single", Subject(task="relax"), None),
        ("replicate", Subject(task="relax"), None),
    ],
)
def test_precedence_of_statements(
    policy: Policy, about: str, subject: Subject, line: int | None
) -> None:
    span = statement(policy, about, subject)
    assert (span.line if span else None) == line


def test_the_mapper_s_own_line_decides(policy: Policy) -> None:
    subject = Subject(task="relax", requirement=1, memory=MemKind.SYSMEM)
    assert _line(statement(policy, "region", subject, [region("relax", 1, 5)])) == 5
    assert _line(statement(policy, "region", subject, [region("relax", 1, 99)])) is None
    assert _line(statement(policy, "region", subject, [region("relax", 0, 5)])) == 3


def test_a_full_memory_is_explained_whole(
    policy: Policy, golden: Callable[[Path, str], None]
) -> None:
    text = "$ ./app -ll:csize 512\n" + log_of(
        seen("relax", requirements=[{"index": 1, "names": ["rp_ghost"], "privilege": "READ_ONLY"}]),
        region("dump", 2, 3, names=["rp_all"]),
        region("dump", 0, 3, bytes=4096),
    )
    feedback = guide_log(text + oom(), policy, machine=MACHINE)
    golden(GOLDEN / "oom.txt", as_text(feedback.diagnostics))
    assert lines(feedback) == [5]
    message, help_text = feedback.diagnostics[0].message, feedback.diagnostics[0].help
    assert "requirement 1 (`rp_ghost`)" in message
    assert "capacity 512 MiB" in message
    assert "dump 2 (rp_all) 1 GiB by line 3, dump 0 4 KiB by line 3" in help_text
    assert "-ll:csize 1024" in help_text
    assert "CollectMemory" not in help_text  # line 9 says so already
    assert_valid(feedback, policy)


def test_a_full_memory_of_the_machine(policy: Policy) -> None:
    text = oom(memory="GPU_FB_MEM", processor="TOC_PROC")
    feedback = guide_log(text, policy, machine=MACHINE)
    assert lines(feedback) == [4]
    assert "capacity 1.953 GiB" in feedback.diagnostics[0].message
    assert [edit.text for edit in feedback.edits] == ["Region relax 1 GPU FBMEM, ZCMEM;"]
    assert feedback.edits[0].line == 4
    assert_valid(feedback, policy)


def test_the_mapper_says_what_it_tried(policy: Policy) -> None:
    record = {
        "event": "failed", "code": "MAP513", "task": "relax", "requirement": 1, "names": [],
        "line": 5, "bytes": 9, "message": "no room in any listed memory: RDMEM, SYSMEM",
    }  # fmt: skip
    feedback = guide_log(log_of(record) + oom(), policy)
    assert lines(feedback) == [5]
    assert "no room in any listed memory: RDMEM, SYSMEM" in feedback.diagnostics[0].help


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Mapper returned slices with a total volume 2 that does not match the expected volume "
         "of 4 when slicing task relax (ID 8).", 12),
        ("But instance selected for region requirement 0 of task relax fails to satisfy the "
         "corresponding Ordering layout constraint.", None),
        ("selected variant 2 for task relax (ID 18). But instance selected for region "
         "requirement 0 fails to satisfy the corresponding Field layout constraint.", 7),
        ("Mapper failed to specify a valid task variant or generator capable of create a variant "
         "implementation of relax (UID: 13).", 2),
        ("Assertion 'event.exists()' failed in relax", None),
    ],
)  # fmt: skip
def test_messages_lie_on_policy_lines(policy: Policy, text: str, line: int | None) -> None:
    feedback = guide_log(text, policy)
    if line is not None:
        assert lines(feedback) == [line]
    assert_valid(feedback, policy)


def test_the_one_limit_of_a_policy_can_be_deleted() -> None:
    policy = make_policy("InstanceLimit * 4;\nTask * CPU;\n")
    feedback = guide_log("Assertion 'event.exists()' failed", policy)
    edit = feedback.edits[0]
    assert (edit.kind, edit.line) == ("delete", 1)
    assert apply(policy.source.text, edit) == "Task * CPU;\n"


def test_task_numbers_are_named_from_records() -> None:
    policy = make_policy("Task relax GPU;\n")
    text = log_of(seen("relax", variants=["CPU", "OMP"])) + "task 10 not registered on 1d00\n"
    feedback = guide_log(text, policy)
    assert "task `relax`" in feedback.diagnostics[0].message
    assert feedback.edits[0].text == "Task relax CPU, OMP;"
    assert feedback.edits[0].kind == "replace"
    assert apply(policy.source.text, feedback.edits[0]) == "Task relax CPU, OMP;\n"


def test_an_invalid_edit_is_never_shown(policy: Policy) -> None:
    assert propose("Region relax 0 GPU SYSMEM;", "", policy, None) is None
    assert propose("Task relax", "", None, None) is None
    assert propose("Task * GPU;", "", policy, None) is None  # at the end it has no effect
    assert not is_valid(Edit(kind="replace", line=10, text="m = ;", why=""), policy)


def test_edits_apply_by_line() -> None:
    text = "a\nb\n"
    assert apply(text, Edit(kind="insert", line=2, text="x", why="")) == "a\nx\nb\n"
    assert apply(text, Edit(kind="insert", line=None, text="x", why="")) == "a\nb\nx\n"
    assert apply(text, Edit(kind="replace", line=1, text="x", why="")) == "x\nb\n"
    assert apply(text, Edit(kind="delete", line=2, text="", why="")) == "a\n"
    assert apply("", Edit(kind="insert", line=None, text="x", why="")) == "x\n"


MAPPER_ERROR = {
    "event": "error", "code": "MAP509", "file": "bad.mapl", "line": 11, "column": 24,
    "task": "relax", "point": [3], "message": "machine index 3 is out of range 0..1 in dimension 1",
}  # fmt: skip


def test_the_mapper_s_errors_are_the_language_s(
    policy: Policy, golden: Callable[[Path, str], None]
) -> None:
    text = log_of(MAPPER_ERROR) + "app: m.cc:1: void f(int): Assertion `0' failed.\n"
    feedback = guide_log(text + "[exit code 134]\n", policy)
    golden(GOLDEN / "mapper_error.txt", as_text(feedback.diagnostics))
    assert feedback.outcome_class.value == "placement"
    (found,) = feedback.diagnostics
    assert found.code.id == "MAP509"
    assert found.span is not None
    assert found.span.position() == (11, 24)
    assert "at point (3,)" in found.message
    assert "% m.size[d]" in found.help


@pytest.mark.parametrize(
    ("code", "outcome_class"),
    [("MAP513", "oom"), ("MAP510", "variant"), ("MAP525", "variant"), ("MAP517", "memory"),
     ("MAP613", "layout"), ("MAP350", "placement"), ("MAP352", "placement"),
     ("MAP999", "unknown")],
)  # fmt: skip
def test_classes_of_the_mapper_s_errors(code: str, outcome_class: str) -> None:
    feedback = guide_log(log_of(MAPPER_ERROR | {"code": code}))
    assert feedback.outcome_class.value == outcome_class
    assert "bad.mapl:11" in feedback.diagnostics[0].message


def test_compiler_errors_lie_on_policy_lines(
    policy: Policy, golden: Callable[[Path, str], None]
) -> None:
    text = (
        "bad_mapper.cc: In function 'f':\n"
        "bad_mapper.cc:41:9: error: 'x' was not declared in this scope\n"
        "/usr/include/c++/12/bits/a.h:5:1: error: no match for 'operator-' (operands)\n"
        "bad_mapper.cc:50:3:   required from here\n"
        "/usr/include/c++/12/bits/b.h:7:1: error: no match for 'operator+' (operands)\n"
        "mapc/mapper.h:12:3: error: expected ';' before '}' token\n"
    )
    feedback = guide_build(text, policy, {41: 11, 50: 12})
    golden(GOLDEN / "build.txt", as_text(feedback.diagnostics))
    assert feedback.outcome_class.value == "build"
    found = {
        d.message.split("`")[1] if "`" in d.message else d.message: d for d in feedback.diagnostics
    }
    spans = {name: _line(d.span) for name, d in found.items()}
    assert spans["x"] == 11
    assert spans["operator+"] == 12
    assert spans["operator-"] is None


def test_a_build_that_says_nothing_is_still_a_build(policy: Policy) -> None:
    feedback = guide_build("make: *** [all] Error 2\n", policy, {})
    assert feedback.outcome_class.value == "build"
    assert "Error 2" in feedback.diagnostics[0].help
    assert guide_build("", None).outcome_class.value == "build"


def test_a_link_error_is_a_build() -> None:
    feedback = guide_build("m.cc:(.text+0x1): undefined reference to `f(int)'\n", None)
    assert feedback.outcome_class.value == "build"
    assert feedback.diagnostics[0].code.id == "MAP604"


def assert_valid(feedback: Feedback, policy: Policy) -> None:
    for edit in feedback.edits:
        text = apply(policy.source.text, edit)
        assert load_policy(Source("edited.mapl", text), Reporter()) is not None


def _line(span: Any) -> int | None:
    return span.line if span is not None else None


def test_a_layout_for_the_memory_goes_before_one_for_the_processor() -> None:
    policy = make_policy("Layout * * CPU AOS;\nLayout * * SYSMEM SOA;\nLayout * * * SOA;\n")
    both = Subject(task="t", processor=ProcKind.CPU, memory=MemKind.SYSMEM)
    assert _line(statement(policy, "layout", both)) == 2
    other = Subject(task="t", processor=ProcKind.CPU, memory=MemKind.ZCMEM)
    assert _line(statement(policy, "layout", other)) == 1
    assert _line(statement(policy, "layout", Subject(processor=ProcKind.GPU))) == 2
