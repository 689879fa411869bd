"""Every saved output gets its class, its codes and the words that help."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.guide import Feedback, guide_log
from mapc.guide.feedback import OutcomeClass
from mapc.text.printer import as_text

FOLDER = Path(__file__).parent / "outputs"
GOLDEN = Path(__file__).parent / "golden"
SILENT = ("ok", ["MAP620"], ["nothing in its output says", "check of its answer"])
SHARED = ['`!"boom in application task"` is not true', "bad.cc:43", "`work`"]

# file: class, codes in order, words that the messages and helps must hold
EXPECTED: dict[str, tuple[str, list[str], list[str]]] = {
    "a_oom_csize": (
        "oom",
        ["MAP610"],
        ["SYSMEM is full", "1 GiB", "requirement 0 of task `work` on CPU", "256 MiB",
         "-ll:csize 2048", "Region work 0 CPU SYSMEM, RDMEM;"],
    ),
    "b2_chosen_variant_unknown": ("variant", ["MAP611"], ["`work`", "`Task` statement"]),
    "b3_target_proc_wrong_kind": (
        "variant",
        ["MAP611"],
        ["task number 10", "utility processor", "1d00000000000000"],
    ),
    "b4_unregistered_task": ("variant", ["MAP611"], ["task number 99", "never registers"]),
    # A success, though Legion had to repair the mapper's answer.
    "b5_no_target_procs": ("ok", ["MAP614", "MAP620"], ["`bad`", "`work`", "not chosen"]),
    # Says nothing: the processor does not exist.
    "b6_initial_proc_noproc": ("crash", ["MAP617"], ["SIGSEGV", "no processor", "mapper id"]),
    # The rank that failed explains the one that only waited.
    "c_mr2_remote_memory_fast": ("memory", ["MAP612"], ["memory of another rank"]),
    # Silent failures: only the application's own check can tell.
    "c_wrong_memory": SILENT,
    "d2_missing_field": SILENT,
    "d2_s_missing_field": SILENT,
    "d_layout_mismatch": SILENT,
    "j4_interfering_reqs": SILENT,
    "k0_nowait_ok": SILENT,
    "mr2_none": SILENT,
    # An abort without a word, though the log was kept.
    "d3_no_instance": ("crash", ["MAP617"], ["SIGABRT", "no instance"]),
    "d3_s_no_instance_safe": ("crash", ["MAP617"], ["SIGABRT", "no instance"]),
    "e2_slice_overlap": (
        "placement",
        ["MAP614"],
        ["`work` ran twice", "must-epoch launches mislead"],
    ),
    # An abort without a word, because the log was lost.
    "e3_slice_none.stdout_lost": ("crash", ["MAP617"], ["messages were lost", "-logfile stderr"]),
    "e_s_slice_incomplete_safe": (
        "placement",
        ["MAP614"],
        ["`work` hold 2 points of the 4", "every point"],
    ),
    "e_slice_incomplete": (
        "timeout",
        ["MAP618"],
        ["12.1 s", "-lg:safe_mapper", "slices that miss points"],
    ),
    "g2_segv": ("crash", ["MAP617"], ["SIGSEGV"]),
    "g4_assert_backtrace": ("assertion", ["MAP616"], SHARED),
    "g_assert": ("assertion", ["MAP616"], SHARED),
    "h2_hang_slice_event_waiters": ("timeout", ["MAP618"], ["wait for events", "slices"]),
    # No exit code: a debugger looked at a run that hung.
    "h3_hang_gdb": ("timeout", ["MAP618"], ["`work` is still running"]),
    "i_mapper_id": ("crash", ["MAP617"], ["SIGSEGV", "`map_id`"]),
    "info_logging_wrapper": ("ok", [], []),
    "j_priv": ("privilege", ["MAP615"], ["`work`", "read-write", "field 10", "not the cause"]),
    "k_abstract_mapper": ("build", ["MAP601"], ["class `M`", "abstract_mapper.cc:3:94"]),
    "k_std_type": ("build", ["MAP601"], ["`operator-`", "std_type.cc:3:207"]),
    "k_unknown_function": (
        "build",
        ["MAP601", "MAP601"],
        ["`map_everything`", "`pick_best_memory` is not declared", "unknown_function.cc:3:188"],
    ),
    "mr2_assert": ("assertion", ["MAP616"], SHARED),
    # A success with a complaint of the mapper.
    "mr2_remotemem": ("ok", ["MAP612", "MAP620"], ["could not create instances"]),
    "mr2_shard": ("placement", ["MAP614"], ["`work`", "node 9, of 2", "% m.size[0]"]),
}  # fmt: skip


def test_every_saved_output_is_expected() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_class_codes_and_words(name: str) -> None:
    outcome_class, codes, words = EXPECTED[name]
    feedback = read(name)
    assert feedback.outcome_class is OutcomeClass(outcome_class)
    assert [d.code.id for d in feedback.diagnostics] == codes
    told = "\n".join(f"{d.message}\n{d.help}" for d in feedback.diagnostics)
    assert [word for word in words if word not in told] == []
    assert feedback.score is None


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_rendered(name: str, golden: Callable[[Path, str], None]) -> None:
    feedback = read(name)
    head = f"class: {feedback.outcome_class.value}\n\n"
    golden(GOLDEN / f"{name}.txt", head + as_text(feedback.diagnostics))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_messages_are_one_line_without_full_stop(name: str) -> None:
    for diagnostic in read(name).diagnostics:
        assert "\n" not in diagnostic.message
        assert not diagnostic.message.endswith(".")
        assert diagnostic.help


def read(name: str) -> Feedback:
    return guide_log((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
