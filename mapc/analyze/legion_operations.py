"""Operations of Legion that are no tasks."""

from mapc.analyze.legion_launches import record, trace_of
from mapc.analyze.models import Call, model, pointed
from mapc.analyze.trace import Operation
from mapc.analyze.values import Choice, Handle, Obj, Value

_OPERATIONS = {
    "fill_field": "fill",
    "fill_fields": "fill",
    "issue_copy_operation": "copy",
    "map_region": "inline",
    "remap_region": "inline",
    "map_all_regions": "inline",
    "attach_external_resource": "attach",
    "attach_external_resources": "attach",
    "detach_external_resource": "detach",
    "issue_acquire": "acquire",
    "issue_release": "release",
    "discard_fields": "discard",
    "issue_execution_fence": "fence",
    "issue_mapping_fence": "fence",
    "begin_trace": "begin_trace",
    "end_trace": "end_trace",
}


def _physical(call: Call, operation: Operation) -> Handle:
    """Return what an inline mapping or an attachment gives access to."""
    from mapc.analyze.operations import requirements_of

    found = Handle("physical", made=call.node.name, place=call.place)
    for _, requirement in requirements_of(operation)[:1]:
        if isinstance(requirement, Obj):
            found.parts["requirement"] = requirement
            found.parts["region"] = requirement.slot("region").value
            found.parts["fields"] = requirement.slot("privilege_fields").value
    return found


@model(*(f"Legion::Runtime::{name}" for name in _OPERATIONS))
def other_operation(call: Call) -> Value:
    """Record an operation that is no task."""
    kind = _OPERATIONS[call.node.name]
    launcher = call.get("launcher", "req", "requirement")
    if not isinstance(pointed(launcher), Obj | Choice):
        launcher = Obj("arguments")
        for name, value in call.bound.items():
            launcher.slot(name).value = value
    record(call, kind, launcher)
    if kind in {"inline", "attach"}:
        return _physical(call, trace_of(call).operations[-1])
    return Handle("future", made=call.node.name, place=call.place)
