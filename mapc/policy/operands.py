"""Operands of statements: words to kinds, tasks and regions."""

from mapc.policy import habits
from mapc.policy.kinds import REACHES, MemKind, ProcKind
from mapc.policy.model import RegionRef
from mapc.syntax import ast
from mapc.syntax.words import MEM_WORDS, PROC_WORDS, proposal
from mapc.text import Reporter
from mapc.text.codes import (
    MEMORY_AFTER_VIRTUAL,
    MEMORY_REPEATED,
    PROCESSOR_REPEATED,
    UNKNOWN_MEMORY_KIND,
    UNKNOWN_PROCESSOR_KIND,
    UNREACHABLE_MEMORY,
)


def task_of(word: ast.Word) -> str | None:
    """Return the task that an operand names, None for `*`."""
    return None if word.is_star else word.text


def target_of(word: ast.Word) -> str | ProcKind | None:
    """Return the task or the processor kind that an operand of a mapping statement names."""
    if not word.quoted and word.text in PROC_WORDS:
        return ProcKind(word.text)
    return task_of(word)


def region_of(word: ast.Word) -> RegionRef:
    """Return the region name or requirement number of an operand, None for `*`."""
    if word.is_star:
        return None
    return int(word.text) if word.is_number else word.text


def proc_of(word: ast.Word, report: Reporter) -> ProcKind | None:
    """Return a processor kind, None (and an error) for another word."""
    if word.text in PROC_WORDS:
        return ProcKind(word.text)
    if word.text in MEM_WORDS:
        message, advice = f"`{word.text}` is a memory kind, not a processor kind", ""
    else:
        message = f"unknown processor kind `{word.text}`"
        advice = habits.stands_for(word.text, habits.PROCESSORS) or proposal(word.text, PROC_WORDS)
    report.error(
        UNKNOWN_PROCESSOR_KIND,
        message,
        word.span,
        help=advice or f"choose among {', '.join(PROC_WORDS)}",
    )
    return None


def mem_of(word: ast.Word, report: Reporter) -> MemKind | None:
    """Return a memory kind, None (and an error) for another word."""
    if word.text in MEM_WORDS:
        return MemKind(word.text)
    if word.text in PROC_WORDS:
        message, advice = f"`{word.text}` is a processor kind, not a memory kind", ""
    else:
        message = f"unknown memory kind `{word.text}`"
        advice = habits.stands_for(word.text, habits.MEMORIES) or proposal(word.text, MEM_WORDS)
    report.error(
        UNKNOWN_MEMORY_KIND,
        message,
        word.span,
        help=advice or f"choose among {', '.join(MEM_WORDS)}",
    )
    return None


def procs_of(words: tuple[ast.Word, ...], report: Reporter) -> tuple[ProcKind, ...]:
    """Return the processor kinds of a list, each once."""
    kinds: dict[ProcKind, None] = {}
    for word in words:
        kind = proc_of(word, report)
        if kind is None:
            continue
        if kind in kinds:
            report.warning(
                PROCESSOR_REPEATED,
                f"processor kind `{kind.value}` is repeated",
                word.span,
                help="remove it",
            )
        kinds[kind] = None
    return tuple(kinds)


def mems_of(
    words: tuple[ast.Word, ...], proc: ProcKind | None, report: Reporter
) -> tuple[MemKind, ...]:
    """Return the memory kinds of a list, each once, none of them useless."""
    kinds: dict[MemKind, None] = {}
    for word in words:
        kind = mem_of(word, report)
        if kind is None:
            continue
        if kind in kinds:
            report.warning(
                MEMORY_REPEATED,
                f"memory kind `{kind.value}` is repeated",
                word.span,
                help="remove it",
            )
            continue
        if MemKind.VIRTUAL in kinds:
            report.warning(
                MEMORY_AFTER_VIRTUAL,
                f"memory kind `{kind.value}` after `VIRTUAL` has no effect",
                word.span,
                help="remove it, or write it before `VIRTUAL`",
            )
        if proc is not None and kind not in REACHES[proc]:
            choices = ", ".join(mem.value for mem in REACHES[proc])
            report.error(
                UNREACHABLE_MEMORY,
                f"{proc.value} cannot address {kind.value}",
                word.span,
                help=f"choose among {choices}, or name another processor kind",
            )
        kinds[kind] = None
    return tuple(kinds)
