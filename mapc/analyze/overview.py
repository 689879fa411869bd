"""An analysis as text for people: each task with its launches, regions, and the flow of data."""

from collections.abc import Iterable, Iterator, Sequence

from mapc.analyze.result import (
    Analysis,
    FlowFacts,
    LaunchFacts,
    OperationFacts,
    PartitionFacts,
    RegionFacts,
    RequirementFacts,
    TaskFacts,
    VariantFacts,
)

_MOST_FIELDS = 6
_FLAGS = ("leaf", "inner", "idempotent", "replicable")


def as_text(found: Analysis) -> str:
    """Return everything that was found, by task; where it is said, behind it."""
    names = [task.name for task in found.tasks]
    parts = [_task(task, found) for task in found.tasks]
    # A launch of a task that no variant was found of, or whose task is not known.
    others = [launch for launch in found.launches if launch.task not in names]
    parts += [["launches of other tasks", *_launches(others, name=True)]] if others else []
    parts += [
        _section("other operations", map(_operation, found.operations)),
        _section("regions", map(_region, found.regions)),
        _section("partitions", map(_partition, found.partitions)),
        ["flows", *_flows(found)] if found.flows else [],
        _section("not known", [(f"{n.what}{_place(n.file, n.line)}",) for n in found.notes]),
    ]
    if not found.tasks and not found.launches:
        parts.insert(0, ["no task is registered or launched in these sources"])
    if not found.complete:
        parts.append(["the program is too long to be followed to its end: more may be missing"])
    return "\n".join("\n".join(part) + "\n" for part in parts if part)


def _section(title: str, rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = list(_columns(list(rows)))
    return [title, *(f"  {line}" for line in lines)] if lines else []


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows whose cells stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()


# Tasks and their launches ---------------------------------------------------------------------


def _task(task: TaskFacts, found: Analysis) -> list[str]:
    number = "" if task.id is None else f", {task.id}"
    first = ", the first one" if task.top_level else ""
    only = " (seen in the run only)" if task.origin == "run" else ""
    lines = [f"task {task.name}{number}{first}{only}"]
    lines += [_row(_variant(one), _place(one.file, one.line)) for one in task.variants]
    if task.seen is not None and task.seen.count is not None:
        lines.append(_row(("ran", f"{task.seen.count} tasks, {task.seen.seconds} s"), ""))
    own = [launch for launch in found.launches if launch.task == task.name]
    if not own and not task.top_level:
        lines.append("  never launched")
    return [*lines, *_launches(own, name=False)]


def _row(label_and_value: tuple[str, str], place: str) -> str:
    label, value = label_and_value
    return f"  {label + ':':18} {value}{place}"


def _variant(one: VariantFacts) -> tuple[str, str]:
    flags = [f"{name}?" if getattr(one, name) is None else name for name in _FLAGS
             if getattr(one, name) is not False]  # fmt: skip
    layouts = [f"layout for {', '.join(map(str, one.layouts))}"] if one.layouts else []
    returns = [] if one.returns in {"", "void"} else [f"returns {one.returns}"]
    named = [one.function] if one.function else []
    return f"on {one.kind}", ", ".join([*named, *flags, *layouts, *returns]) or "?"


def _launches(launches: Iterable[LaunchFacts], *, name: bool) -> Iterator[str]:
    for launch in launches:
        kind = {"must_epoch": "must-epoch"}.get(launch.kind, launch.kind)
        what = [*([launch.task] if name else []), f"by {launch.inside or '?'}", *_domain(launch)]
        what += ["in a loop"] if launch.in_loop else []
        what += ["under a condition"] if launch.conditional else []
        place = _place(launch.file, launch.line) or "   (seen in the run only)"
        yield _row((f"{kind} launch", ", ".join(what)), place)
        sizes = launch.seen.bytes if launch.seen is not None else ()
        unit = "bytes a point" if launch.kind == "index" else "bytes"
        told = [f"{size} {unit}" if size else "" for size in sizes]
        rows = [row for one in launch.requirements for row in _requirement(one, told)]
        yield from (f"    {line}" for line in _columns(rows))


def _domain(launch: LaunchFacts) -> list[str]:
    """Return the domain in words; what only the run knows is said so."""
    if launch.domain:
        run = " in the run" if launch.domain_origin == "run" else ""
        return ["x".join(map(str, launch.domain)) + f" points{run}"]
    seen = [] if launch.seen is None else ["x".join(map(str, d)) for d in launch.seen.domains]
    if seen:
        return [f"{' or '.join(seen)} points in the run"]
    return [f"{launch.dim}-d"] if launch.dim else []


def _requirement(
    one: RequirementFacts, sizes: Sequence[str], number: str | None = None
) -> Iterator[tuple[str, ...]]:
    """Yield a row for a requirement, and one for each that may stand in its place."""
    name = (one.names or (one.partition or one.region or "?",))[0]
    of = f" in {one.partition}" if one.partition else ""
    if one.partition == name:
        of = f" of {one.region}" if one.region else ""
    words = [one.privilege]
    words += [] if one.coherence in {"EXCLUSIVE", "UNKNOWN"} else [one.coherence]
    words += [one.redop] if one.redop else []
    more = ["repeated"] if one.repeated else []
    more += ["optional"] if one.optional else []
    more += [f"projection {one.projection}"] if one.projection else []
    more += [size for size in sizes[one.index : one.index + 1] if size]
    behind = f"   ({', '.join(more)})" if more else ""
    yield number or str(one.index), f"{name}{of}", " ".join(words), _fields(one.fields) + behind
    for other in one.alternatives:
        yield from _requirement(other, (), "or")


def _fields(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_FIELDS])
    more = len(names) - _MOST_FIELDS
    return f"{shown} and {more} more" if more > 0 else shown


# Other operations, regions, partitions, flows --------------------------------------------------


def _operation(one: OperationFacts) -> tuple[str, ...]:
    loop = ", in a loop" if one.in_loop else ""
    what = f"{', '.join(one.regions) or '?'}: {_fields(one.fields) or '?'}"
    return one.kind, f"by {one.inside or '?'}{loop}", what + _place(one.file, one.line)


def _region(one: RegionFacts) -> tuple[str, ...]:
    size = "x".join(map(str, one.extents)) or (f"{one.dim}-d" if one.dim else "?")
    of = f" in {one.partition}" if one.partition else ""
    return f"{one.name}{of}", size, _fields(one.fields) + _place(one.file, one.line)


def _partition(one: PartitionFacts) -> tuple[str, ...]:
    kind = "disjoint or aliased" if one.kind == "unknown" else one.kind
    complete = {True: ", complete", False: ", incomplete", None: ""}[one.complete]
    return one.name, f"of {one.region or '?'}", kind + complete + _place(one.file, one.line)


def _flows(found: Analysis) -> Iterator[str]:
    """Yield the flows, by writer and reader."""
    pairs: dict[tuple[str, str], list[FlowFacts]] = {}
    for flow in found.flows:
        ends = (
            _end(found, flow.writer_kind, flow.writer),
            _end(found, flow.reader_kind, flow.reader),
        )
        pairs.setdefault(ends, []).append(flow)
    for (writer, reader), flows in pairs.items():
        yield f"  {writer} -> {reader}"
        rows = [_flow(flow) for flow in flows]
        yield from (f"    {line}" for line in _columns(rows))


def _end(found: Analysis, kind: str, number: int) -> str:
    """Return what a flow begins or ends with; of several launches of a task, also the line."""
    if kind == "operation":
        one = found.operations[number]
        return f"{one.kind} (line {one.line})"
    launch = found.launches[number]
    several = sum(other.task == launch.task for other in found.launches) > 1
    return f"{launch.task} (line {launch.line})" if several else launch.task


def _flow(flow: FlowFacts) -> tuple[str, ...]:
    more = ["in the next iteration"] if flow.loop_carried else []
    more += [] if flow.certain else ["perhaps"]
    behind = f"   ({', '.join(more)})" if more else ""
    ends = f"{flow.writer_requirement} -> {flow.reader_requirement}"
    return ends, flow.region or "?", _fields(flow.fields) + behind


def _place(file: str, line: int) -> str:
    return f"   ({file}:{line})" if file else ""
