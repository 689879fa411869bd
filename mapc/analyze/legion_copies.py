"""Legion's launchers of copies and attachments: what they move, and where."""

from mapc.analyze.legion_launches import push
from mapc.analyze.models import Call, model, pointed
from mapc.analyze.values import Obj, Unknown, Value, copied, elements, options

_COPIES = ("CopyLauncher", "IndexCopyLauncher")
_ATTACHES = ("AttachLauncher", "IndexAttachLauncher")


def _names(classes: tuple[str, ...], *members: str) -> list[str]:
    return [f"Legion::{cls}::{member}" for cls in classes for member in members]


def _list(call: Call, name: str) -> Obj | None:
    if not isinstance(call.this, Obj):
        return None
    cell = call.this.slot(name)
    if not isinstance(cell.value, Obj):
        call.interp.state.write(cell, Obj("vector"))
    return cell.value if isinstance(cell.value, Obj) else None


@model(*_names(_COPIES, "add_copy_requirements"))
def add_pair(call: Call) -> Value:
    """Add where to copy from and to; return the number of the pair."""
    number = 0
    for name, given in zip(("src_requirements", "dst_requirements"), call.args, strict=False):
        held = _list(call, name)
        if held is not None:
            number = len(elements(held) or ())
            push(call, held, copied(pointed(given)))
    return number


@model(*_names(_COPIES, "add_src_field", "add_dst_field"))
def add_field(call: Call) -> Value:
    """Add a field to one side of a pair."""
    held = _list(call, "src_requirements" if "src" in call.node.name else "dst_requirements")
    number, field = call.get("idx"), call.get("fid")
    if held is None or f"[{number}]" not in held.slots:
        return None
    for one in options(held.slots[f"[{number}]"].value):
        if isinstance(one, Obj):
            fields = one.slot("privilege_fields")
            if not isinstance(fields.value, Obj):
                fields.value = Obj("vector")
            push(call, fields.value, field, once=True)
    return None


@model(*_names(_COPIES, "add_src_indirect_field", "add_dst_indirect_field"))
def add_indirect(call: Call) -> Value:
    """Add a requirement whose field says which elements are copied."""
    side = "src" if "src" in call.node.name else "dst"
    requirement = copied(pointed(call.get(f"{side}_idx_req")))
    field, held = call.get(f"{side}_idx_fid"), _list(call, f"{side}_indirect_requirements")
    if not isinstance(requirement, Obj) or held is None:
        return Unknown("requirement", call.place)
    if field is not None:
        call.write(requirement, "privilege_fields", (field,))
    push(call, held, requirement)
    return requirement


@model(
    *_names(
        _ATTACHES,
        "initialize_constraints",
        *("attach_file", "attach_hdf5", "attach_array_soa", "attach_array_aos"),
    )
)
def attach_fields(call: Call) -> Value:
    """Note which fields are attached: a list of them, or the keys of a map."""
    if not isinstance(call.this, Obj):
        return None
    given = pointed(call.get("fields", "field_map"))
    if isinstance(given, Obj) and given.cls.endswith("map"):
        keys = [name.strip("[]") for name in given.slots if name.startswith("[")]
        numbers: list[Value] = [int(key) for key in keys if key.isdigit()]
        call.write(call.this, "privilege_fields", tuple(numbers) or (Unknown("fields"),))
    else:
        found = elements(given)
        call.write(call.this, "privilege_fields", (Unknown("fields"),) if found is None else found)
    return None


@model("Legion::IndexAttachLauncher::add_external_resource")
def add_resource(call: Call) -> Value:
    """Note a region of an index attachment; all of them stand in the list of its requirements."""
    from mapc.analyze.operations import WRITE_DISCARD, requirement

    held = _list(call, "region_requirements")
    if held is not None and isinstance(call.this, Obj):
        fields = call.this.slot("privilege_fields").value
        push(call, held, requirement(call.get("handle"), fields, WRITE_DISCARD))
    return None
