"""Facts: the named groups of a match in the language's words, and what follows from them.

Legion speaks of SYSTEM_MEM and LOC_PROC, ids and bytes; a policy's author of SYSMEM and CPU,
names and gigabytes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapc.graph.machine import Machine
from mapc.guide import records as recorded
from mapc.guide.backmap import Subject
from mapc.guide.capacity import FLAGS, Capacity, capacity_of, raised
from mapc.guide.log import Log
from mapc.guide.records import Record
from mapc.policy.kinds import REACHES, MemKind, ProcKind

MEMORIES = {
    "SYSTEM_MEM": MemKind.SYSMEM,
    "GPU_FB_MEM": MemKind.FBMEM,
    "GPU_DYNAMIC_MEM": MemKind.FBMEM,
    "Z_COPY_MEM": MemKind.ZCMEM,
    "REGDMA_MEM": MemKind.RDMEM,
    "SOCKET_MEM": MemKind.SOCKMEM,
}
PROCESSORS = {
    "LOC_PROC": ProcKind.CPU,
    "TOC_PROC": ProcKind.GPU,
    "OMP_PROC": ProcKind.OMP,
    "IO_PROC": ProcKind.IO,
    "PY_PROC": ProcKind.PY,
    "PROC_SET": ProcKind.PROC,
}
KNOWN_FACTS = frozenset(
    {
        "task", "task_word", "registered", "host_tasks", "index_tasks", "records", "requirement",
        "what", "read_only", "processor", "role", "reachable", "memory", "bytes", "capacity",
        "flag", "others", "alternatives", "spill_flag", "origin", "tried", "seconds", "unsafe",
        "quiet",
    }
)  # fmt: skip
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MEBI = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything beside the matched line that facts are drawn from."""

    log: Log
    records: Sequence[Record] = ()
    machine: Machine | None = None


def subject_of(groups: Mapping[str, str], context: Context) -> Subject:
    """Return what the groups of a match name, with the names that records add."""
    task = groups.get("task")
    if task is None and "task_id" in groups:
        task = recorded.task_with_id(context.records, groups["task_id"])
    digits = groups.get("requirement", "")
    requirement = int(digits) if digits.isdecimal() and len(digits) < 9 else None
    names: tuple[str, ...] = ()
    if task is not None and requirement is not None:
        names = recorded.requirement_names(context.records, task, requirement)
    if region := groups.get("region"):
        names = (region, *names)
    processor = _processor(groups.get("processor"))
    if processor is None and task is not None:
        processor = _processor(recorded.ran_on(context.records).get(task))
    return Subject(
        task=task,
        requirement=requirement,
        names=names,
        processor=processor,
        memory=_memory(groups.get("memory")),
    )


def facts_of(groups: Mapping[str, str], subject: Subject, context: Context) -> dict[str, str]:
    """Return the facts that templates may use; what is not known is left out."""
    facts = dict(groups)
    if subject.task is not None:
        facts["task"] = subject.task
        facts["task_word"] = policy_name(subject.task)
        if kinds := recorded.variants(context.records, subject.task):
            facts["registered"] = ", ".join(kinds)
    if subject.requirement is not None:
        facts["what"] = f"requirement {subject.requirement}"
        if subject.names:
            facts["what"] += f" (`{subject.names[0]}`)"
    if subject.processor is not None:
        facts["processor"] = subject.processor.value
        reachable = _reachable(subject.processor, context)
        facts["reachable"] = ", ".join(reachable)
    if groups.get("bytes", "").isdecimal():
        facts["bytes"] = _bytes(int(groups["bytes"]), context)
    if subject.memory is not None:
        facts["memory"] = subject.memory.value
        facts |= _memory_facts(groups, subject, subject.memory, context)
    if context.records:
        facts["records"] = "yes"
    facts |= _record_facts(subject, context)
    facts |= _run_facts(context.log)
    if role := _role(groups.get("processor_id", ""), context.log):
        facts["role"] = role
    return facts


def policy_name(task: str) -> str:
    """Return a task's name as policy text: quoted unless it is a word."""
    return task if _WORD.fullmatch(task) else f'"{task}"'


def _bytes(count: int, context: Context) -> str:
    """Return a size as people write it; on an emulated machine, that of the modelled data."""
    scale = 1.0 if context.machine is None else context.machine.data_scale
    return human(round(count * scale))


def human(count: int) -> str:
    """Return a number of bytes as people write it."""
    size = float(count)
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":
            return f"{size:.4g} {unit}" if unit != "bytes" else f"{count} bytes"
        size /= 1024
    raise AssertionError("unreachable")


def _processor(word: str | None) -> ProcKind | None:
    if word in set(ProcKind):
        return ProcKind(word)
    return PROCESSORS.get(word or "")


def _memory(word: str | None) -> MemKind | None:
    if word in set(MemKind):
        return MemKind(word)
    return MEMORIES.get(word or "")


def _memory_facts(
    groups: Mapping[str, str], subject: Subject, memory: MemKind, context: Context
) -> dict[str, str]:
    """Return capacity, what else lies there, the flag that raises it, and other memories."""
    facts = {}
    capacity = capacity_of(memory, context.log, context.machine)
    asked = int(groups["bytes"]) if groups.get("bytes", "").isdecimal() else 0
    if capacity is not None:
        facts["capacity"] = _capacity_text(capacity, context)
        emulated = context.machine is not None and context.machine.emulated
        flag = "" if emulated else raised(memory, capacity, asked)
        if flag:
            facts["flag"] = flag
    others = [
        f"{item.task} {item.requirement}"
        + (f" ({item.names[0]})" if item.names else "")
        + (f" {_bytes(item.bytes, context)}" if item.bytes else "")
        + (f" by line {item.line}" if item.line else "")
        for item in sorted(recorded.placed(context.records), key=lambda item: -(item.bytes or 0))
        if item.memory == memory and (item.task, item.requirement) != _key(subject)
    ]
    if others:
        facts["others"] = ", ".join(others[:4]) + (", ..." if len(others) > 4 else "")
    if subject.processor is not None:
        other = [kind for kind in _reachable(subject.processor, context) if kind != memory]
        if context.machine is None:
            # Whether they exist is not known; the one that a flag provides everywhere is enough.
            other = [MemKind.ZCMEM if subject.processor is ProcKind.GPU else MemKind.RDMEM]
            if context.log.flag(FLAGS[other[0]]) is None:
                facts["spill_flag"] = raised(other[0], Capacity(megabytes=1, source="flag"), asked)
        if other and other != [memory]:
            facts["alternatives"] = ", ".join([memory, *other])
    return facts


def _key(subject: Subject) -> tuple[str | None, int | None]:
    return subject.task, subject.requirement


def _capacity_text(capacity: Capacity, context: Context) -> str:
    size = human(capacity.megabytes * _MEBI)
    if context.machine is not None and context.machine.emulated:
        return f"{size} on {context.machine.name}, emulated"
    return size if capacity.source != "default" else f"{size}, the default"


def _reachable(processor: ProcKind, context: Context) -> list[MemKind]:
    """Return the memory kinds that a processor kind can use, as far as they surely exist."""
    if context.machine is not None:
        return [k for k in context.machine.visible(processor) if k is not MemKind.VIRTUAL]
    sure = (MemKind.FBMEM, MemKind.ZCMEM, MemKind.SYSMEM)
    return [kind for kind in sure if kind in REACHES[processor]][:2]


def _record_facts(subject: Subject, context: Context) -> dict[str, str]:
    """Return what the mapper's records say about the task, and about all tasks."""
    facts = {}
    if subject.task is not None and subject.requirement is not None:
        seen = recorded.seen_requirement(context.records, subject.task, subject.requirement)
        if seen.get("privilege") == "READ_ONLY":
            facts["read_only"] = "yes"
        for record in recorded.events(context.records, "failed"):
            if (record.get("task"), record.get("requirement")) == _key(subject):
                facts["tried"] = recorded.text(record.get("message"))
    on_host = [
        task
        for task, kind in sorted(recorded.ran_on(context.records).items())
        if kind != ProcKind.GPU and ProcKind.GPU in recorded.variants(context.records, task)
    ]
    if on_host:
        facts["host_tasks"] = ", ".join(map(policy_name, on_host))
    index = {recorded.text(r.get("task")) for r in recorded.events(context.records, "index")}
    if index - {""}:
        facts["index_tasks"] = ", ".join(map(policy_name, sorted(index - {""})))
    return facts


def _run_facts(log: Log) -> dict[str, str]:
    """Return what the command and the end of the run say."""
    facts = {}
    if log.status.seconds is not None:
        facts["seconds"] = f"{log.status.seconds:.3g} s"
    if log.command and "-lg:safe_mapper" not in log.command:
        facts["unsafe"] = "yes"
    if not log.has_messages and "-logfile" not in log.command:
        facts["quiet"] = "yes"
    return facts


def _role(processor: str, log: Log) -> str:
    """Return the role of a processor that start-up messages name, such as `utility`."""
    if not re.fullmatch(r"[0-9a-f]{1,16}", processor):
        return ""
    for role in ("utility", "IO", "CPU", "Python"):
        if f"('{role} proc {processor}')" in log.text:
            return role
    return ""
