"""What operations that are no tasks do to regions, as if they had region requirements."""

from collections.abc import Iterable, Iterator

from mapc.analyze.trace import Operation
from mapc.analyze.values import Cell, Handle, Obj, Unknown, Value, elements, options

READ_ONLY, READ_WRITE, WRITE_DISCARD, NO_ACCESS = 1, 7, 0x10000007, 0
_LISTS = (
    *("src_requirements", "dst_requirements"),
    *("src_indirect_requirements", "dst_indirect_requirements"),
)
_WRITERS = {"fill", "attach", "discard"}
_HANDLES = ("handle", "partition", "logical_region", "region")


def requirements_of(operation: Operation) -> list[tuple[int, Value]]:
    """Return the numbered requirements of a launch or another operation; values, as recorded."""
    held = operation.launcher.slots.get("region_requirements")
    if held is not None and isinstance(held.value, Obj) and _slots(held.value):
        return list(enumerate(_slots(held.value)))
    return list(enumerate(_made(operation)))


def _slots(held: Obj) -> list[Value]:
    return [cell.value for name, cell in held.slots.items() if name.startswith("[")]


def _made(operation: Operation) -> Iterator[Value]:
    launcher = operation.launcher
    if operation.kind == "copy":
        for name in _LISTS:
            yield from elements(launcher.slot(name).value) or ()
    elif operation.kind in _WRITERS:
        yield from _written(launcher, WRITE_DISCARD)
    elif operation.kind == "inline":
        found = launcher.slots.get("requirement") or launcher.slots.get("req")
        if found is not None:
            yield found.value
        elif isinstance(physical := launcher.slot("region").value, Handle):
            yield from _again(physical)
    elif operation.kind == "detach":
        for physical in options(launcher.slot("region").value):
            if isinstance(physical, Handle):
                target = physical.parts.get("region")
                yield requirement(target, physical.parts.get("fields"), READ_ONLY)


def _written(launcher: Obj, privilege: int) -> Iterator[Value]:
    """Yield what a fill or an attachment writes; without fields all of them, for an attachment."""
    target = next((launcher.slots[n].value for n in _HANDLES if n in launcher.slots), None)
    targets = [one for one in options(target) if isinstance(one, Handle)]
    if not targets:
        return
    fields: Value = launcher.slot("privilege_fields").value
    for name in ("fid", "fields"):
        if name in launcher.slots:
            given = launcher.slots[name].value
            fields = given if elements(given) is not None else (given,)
    yield requirement(
        target,
        fields,
        privilege,
        parent=launcher.slot("parent").value,
        projection=launcher.slots.get("projection", Cell(0)).value,
    )


def _again(physical: Handle) -> Iterator[Value]:
    """Yield what a physical region is mapped for again."""
    before = physical.parts.get("requirement")
    if before is not None:
        yield before


def requirement(
    target: Value,
    fields: Value,
    privilege: int,
    *,
    parent: Value = None,
    projection: Value = 0,
) -> Obj:
    """Return a region requirement as those of launchers are."""
    made = Obj("Legion::RegionRequirement")
    one = next((one for one in options(target) if isinstance(one, Handle)), None)
    kind = "partition" if one is not None and one.kind == "partition" else "region"
    values: dict[str, Value] = {
        kind: target,
        "privilege": privilege,
        "prop": 0,
        "parent": target if parent is None else parent,
        "projection": projection,
        "privilege_fields": fields if fields is not None else (Unknown("fields"),),
    }
    made.slots = {name: Cell(value) for name, value in values.items()}
    return made


def handles_in(requirements: Iterable[Value]) -> Iterator[Handle]:
    """Yield the regions and partitions that requirements are for."""
    for value in requirements:
        for one in options(value):
            for name in ("partition", "region"):
                if isinstance(one, Obj) and name in one.slots:
                    for handle in options(one.slots[name].value):
                        if isinstance(handle, Handle):
                            yield handle
