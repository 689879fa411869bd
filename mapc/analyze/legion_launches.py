"""Legion's launchers and region requirements: objects that are filled, changed and executed."""

from mapc.analyze.models import Call, constructor, model, pointed
from mapc.analyze.places import spelt
from mapc.analyze.trace import LoopMark, Operation, Trace
from mapc.analyze.values import (
    Choice,
    Handle,
    Obj,
    Unknown,
    Value,
    copied,
    elements,
    options,
)

LAUNCHERS = {
    "TaskLauncher": "single",
    "IndexTaskLauncher": "index",
    "IndexLauncher": "index",
    "MustEpochLauncher": "must_epoch",
    "FillLauncher": "fill",
    "IndexFillLauncher": "fill",
    "CopyLauncher": "copy",
    "IndexCopyLauncher": "copy",
    "InlineLauncher": "inline",
    "AttachLauncher": "attach",
    "IndexAttachLauncher": "attach",
    "DiscardLauncher": "discard",
    "AcquireLauncher": "acquire",
    "ReleaseLauncher": "release",
}
# Members as Legion calls them, and the parameters of constructors that set them.
_MEMBERS = {
    "task_id": ("tid",),
    "launch_domain": ("domain", "dom"),
    "launch_space": ("launch_space", "space"),
    "argument": ("arg",),
    "global_arg": ("global_arg",),
    "argument_map": ("map",),
    "tag": ("tag", "t"),
    "map_id": ("id", "mid"),
    "handle": ("h", "handle", "region"),
    "partition": ("part", "partition"),
    "parent": ("p", "parent"),
    "requirement": ("req",),
    "logical_region": ("reg", "region"),
    "parent_region": ("par", "parent"),
}


def trace_of(call: Call) -> Trace:
    """Return what is being recorded."""
    found = call.interp.context["trace"]
    assert isinstance(found, Trace)
    return found


@constructor(*(f"Legion::{name}" for name in LAUNCHERS))
def new_launcher(call: Call) -> Value:
    """Fill a launcher from the arguments of its constructor."""
    made = call.into
    assert made is not None
    for member, names in _MEMBERS.items():
        value = call.get(*names)
        if value is not None:
            call.write(made, member, value)
    call.write(made, "region_requirements", Obj("vector"))
    call.write(made, "loops", len(call.interp.loops))
    return made


@constructor("Legion::RegionRequirement")
def new_requirement(call: Call) -> Value:
    """Fill a region requirement; a reduction operator stands where a privilege could."""
    made = call.into
    assert made is not None
    members = {
        "region": call.get("_handle", "region"),
        "partition": call.get("pid", "part"),
        "projection": call.get("_proj", "proj"),
        "privilege": call.get("_priv", "priv"),
        "redop": call.get("op", "_redop", "redop"),
        "prop": call.get("_prop", "prop"),
        "parent": call.get("_parent", "parent"),
        "tag": call.get("_tag", "tag"),
    }
    for name, value in members.items():
        if value is not None:
            call.write(made, name, value)
    named = dict(zip(call.names, call.nodes or call.node.kids, strict=False))
    for given in ("pid", "part", "_handle", "region"):
        if given in named and (name := spelt(named[given])):
            call.write(made, "variable", name)
            break
    operator = named.get("op") or named.get("_redop") or named.get("redop")
    if operator is not None and operator.kind == "enum":
        call.write(made, "redop_name", operator.name)
    fields = Obj("vector")
    call.write(made, "privilege_fields", fields)
    for source in (call.get("privilege_fields"), call.get("instance_fields")):
        for field in elements(pointed(source)) or ():
            push(call, fields, field, once=True)
    return made


def push(call: Call, container: Obj, value: Value, *, once: bool = False) -> None:
    """Add an element at the end of a container; `once`: unless it is there."""
    held = elements(container) or ()
    if once and not isinstance(value, Unknown) and value in held:
        return
    used = sum(name.startswith("[") for name in container.slots)
    # After a branch the last places may be empty: then they are the next.
    while used and container.slots[f"[{used - 1}]"].value is None:
        used -= 1
    call.interp.state.write(container.slot(f"[{used}]"), value)


def requirements_of(launcher: Obj) -> Obj:
    """Return the list of region requirements of a launcher."""
    cell = launcher.slot("region_requirements")
    if not isinstance(cell.value, Obj):
        cell.value = Obj("vector")
    return cell.value


@model(
    *(f"Legion::{name}::add_region_requirement" for name in ("TaskLauncher", "IndexTaskLauncher"))
)
def add_requirement(call: Call) -> Value:
    """Copy a requirement into a launcher and return the copy, which may be changed further."""
    launcher = call.this
    requirement = copied(pointed(call.args[0])) if call.args else Unknown("requirement")
    if not isinstance(launcher, Obj):
        return requirement
    if isinstance(requirement, Obj):
        call.write(requirement, "line", call.node.line)
    outside = launcher.slot("loops", 0).value
    loops = call.interp.loops[outside if isinstance(outside, int) else 0 :]
    if any(loop.iteration is None for loop in loops):
        mark_repeated(call, requirement)
    push(call, requirements_of(launcher), requirement)
    return requirement


def mark_repeated(call: Call, requirement: Value) -> None:
    """Note that a loop whose count is not known adds such requirements."""
    for one in options(requirement):
        if isinstance(one, Obj):
            call.write(one, "repeated", 1)


@model(*(f"Legion::{name}::add_field" for name in LAUNCHERS))
def add_field_to(call: Call) -> Value:
    """Add a field to a requirement of a launcher, by number."""
    if not isinstance(call.this, Obj) or len(call.args) < 2:
        return _add_own_field(call)
    index, field = call.args[:2]
    held = requirements_of(call.this)
    for number in options(index):
        found = [held.slot(f"[{number}]").value] if isinstance(number, int) else _any_of(held)
        for requirement in (one for value in found for one in options(value)):
            if isinstance(requirement, Obj):
                push(call, _fields(requirement), field, once=True)
    return None


def _any_of(held: Obj) -> list[Value]:
    """Return the requirements that a number may mean that is not known: those a loop has added."""
    found = list(elements(held) or ())
    repeated = [
        value
        for value in found
        for one in options(value)
        if isinstance(one, Obj) and one.slot("repeated").value
    ]
    return repeated or found


def _add_own_field(call: Call) -> Value:
    """Inline, attach and fill launchers keep their fields themselves."""
    if isinstance(call.this, Obj) and call.args:
        requirement = pointed(call.this.slot("requirement").value)
        target = requirement if isinstance(requirement, Obj) else call.this
        push(call, _fields(target), call.args[0], once=True)
    return None


def _fields(requirement: Obj) -> Obj:
    cell = requirement.slot("privilege_fields")
    if not isinstance(cell.value, Obj):
        cell.value = Obj("vector")
    return cell.value


@model("Legion::RegionRequirement::add_field")
def add_field(call: Call) -> Value:
    """Add a field; return the requirement, so that calls can be chained."""
    if isinstance(call.this, Obj) and call.args:
        push(call, _fields(call.this), call.args[0], once=True)
    return call.this


@model("Legion::RegionRequirement::add_fields")
def add_fields(call: Call) -> Value:
    """Add several fields."""
    if isinstance(call.this, Obj) and call.args:
        given = elements(pointed(call.args[0]))
        for field in (Unknown("fields"),) if given is None else given:
            push(call, _fields(call.this), field, once=True)
    return call.this


@model("Legion::RegionRequirement::add_flags", "Legion::TaskLauncher::add_future")
def _same(call: Call) -> Value:
    return call.this


@model("Legion::MustEpochLauncher::add_single_task", "Legion::MustEpochLauncher::add_index_task")
def add_to_epoch(call: Call) -> Value:
    """Make a launcher part of a must-epoch launch."""
    if isinstance(call.this, Obj) and call.args:
        part = copied(pointed(call.args[-1]))
        list_cell = call.this.slot("parts")
        if not isinstance(list_cell.value, Obj):
            list_cell.value = Obj("vector")
        push(call, list_cell.value, part)
    return None


def record(call: Call, kind: str, launcher: Value, group: int | None = None, part: int = 0) -> None:
    """Record an operation with its launcher as it is now."""
    trace = trace_of(call)
    for one in options(pointed(launcher)):
        known = one if isinstance(one, Obj) else Obj("unknown launcher")
        copy = copied(known)
        assert isinstance(copy, Obj)
        trace.operations.append(
            Operation(
                kind=kind,
                task=trace.current,
                place=call.place,
                launcher=copy,
                loops=tuple(
                    LoopMark(loop.at, loop.iteration, loop.number)
                    for loop in call.interp.loops
                    if loop.real
                ),
                branches=tuple(call.interp.branches),
                group=group,
                part=part,
                calls=tuple(frame.at for frame in call.interp.frames if frame.at is not None),
            )
        )


@model("Legion::Runtime::execute_task")
def execute_task(call: Call) -> Value:
    """Launch a task once."""
    return _execute(call, "single", "future")


@model("Legion::Runtime::execute_index_space")
def execute_index_space(call: Call) -> Value:
    """Launch a task for every point of a domain; with a reduction operator to one future."""
    reduced = call.get("redop") is not None
    return _execute(call, "index", "future" if reduced else "futures")


def _execute(call: Call, kind: str, result: str) -> Value:
    launcher = call.get("launcher")
    if launcher is None and len(call.args) > 1:
        launcher = call.args[1]
    if not isinstance(pointed(launcher), Obj | Choice):
        launcher = _from_arguments(call)
    record(call, kind, launcher)
    return Handle(result, made=call.node.name, place=call.place)


def _from_arguments(call: Call) -> Obj:
    """Return a launcher for the older calls, which take everything as arguments."""
    made = Obj("Legion::TaskLauncher")
    for member, value in (
        ("task_id", call.get("task_id")),
        ("launch_domain", call.get("domain")),
        ("tag", call.get("tag")),
        ("map_id", call.get("id")),
        ("region_requirements", pointed(call.get("regions"))),
    ):
        if value is not None:
            made.slot(member).value = value
    return made


@model("Legion::Runtime::execute_must_epoch")
def execute_must_epoch(call: Call) -> Value:
    """Launch several tasks that must run at the same time."""
    launcher = call.get("launcher") or (call.args[1] if len(call.args) > 1 else None)
    trace = trace_of(call)
    group = len(trace.operations)
    for one in options(pointed(launcher)):
        if isinstance(one, Obj):
            for number, part in enumerate(elements(one.slot("parts").value) or ()):
                record(call, "must_epoch", part, group, _part_of(part, number))
    return Handle("futures", made="execute_must_epoch", place=call.place)


def _part_of(part: Value, number: int) -> int:
    """Return a number for the launcher of a part: the line at which it was made."""
    found = next((one.place for one in options(part) if isinstance(one, Obj)), None)
    return found.line if found is not None else -number
