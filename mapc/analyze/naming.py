"""What numbers and handles are called: privileges, processors, regions and their fields."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mapc.analyze.trace import Trace
from mapc.analyze.values import Handle, Obj, Value, elements, options

if TYPE_CHECKING:
    from mapc.analyze.seen_names import SeenNames

PROCESSORS = {1: "GPU", 2: "CPU", 3: "UTIL", 4: "IO", 7: "OMP", 8: "PY"}
PRIVILEGES = {0: "NO_ACCESS", 1: "READ_ONLY", 2: "WRITE_ONLY", 4: "REDUCE", 7: "READ_WRITE"}
COHERENCES = {0: "EXCLUSIVE", 1: "ATOMIC", 2: "SIMULTANEOUS", 3: "RELAXED"}
_DISCARD_INPUT, _DISCARD_OUTPUT, _COLLECTIVE = 0x10000000, 0x20000000, 0x10000000
_WRITES = {2: "WRITE_ONLY", 7: "WRITE_DISCARD"}


def privilege_name(value: Value) -> str:
    """Return a privilege as Legion calls it; masks that have no name of their own stand behind."""
    if not isinstance(value, int):
        return "UNKNOWN"
    masks = [(_DISCARD_INPUT, "DISCARD_INPUT"), (_DISCARD_OUTPUT, "DISCARD_OUTPUT")]
    base = value & 0xFFFFFFF
    name = PRIVILEGES.get(base, "UNKNOWN")
    if value & _DISCARD_INPUT and base in _WRITES:
        name, masks = _WRITES[base], masks[1:]
    return "|".join([name, *(text for mask, text in masks if value & mask)])


def coherence_name(value: Value) -> str:
    """Return a coherence as Legion calls it."""
    if not isinstance(value, int):
        return "UNKNOWN"
    name = COHERENCES.get(value & 0xFF, "UNKNOWN")
    return f"COLLECTIVE_{name}" if value & _COLLECTIVE else name


@dataclass(slots=True)
class Names:
    """Looks up names of handles; inside a task, through the launches of the task."""

    trace: Trace
    _busy: set[int] = field(default_factory=set)
    _seen: "SeenNames | None" = None

    @property
    def seen(self) -> "SeenNames":
        """What mappers see; the trace must be complete by then."""
        from mapc.analyze.seen_names import SeenNames

        if self._seen is None:
            self._seen = SeenNames(self)
        return self._seen

    def sources(self, handle: Handle) -> list[Handle]:
        """Return what a task's own region is in its launches: regions or partitions."""
        task, index = handle.parts.get("task"), handle.parts.get("index")
        if handle.made != "argument" or not isinstance(task, int) or id(handle) in self._busy:
            return []
        self._busy.add(id(handle))
        try:
            found: dict[int, Handle] = {}
            for operation in self.trace.operations:
                if task not in options(operation.launcher.slot("task_id").value):
                    continue
                held = operation.launcher.slot("region_requirements").value
                requirement = held.slots.get(f"[{index}]") if isinstance(held, Obj) else None
                for one in options(requirement.value) if requirement is not None else ():
                    if isinstance(one, Obj):
                        for target in self.targets(one):
                            found[id(target)] = target
            return list(found.values())
        finally:
            self._busy.discard(id(handle))

    def is_known(self, requirement: Obj) -> bool:
        """Whether nothing else than `targets` can be what a requirement is for."""
        found = self.targets(requirement)
        values = (requirement.slots.get(name) for name in ("partition", "region"))
        given = next((v.value for v in values if v is not None and v.value is not None), None)
        return (
            bool(found)
            and len(found) == len(list(options(given)))
            and all(one.made != "argument" or self.sources(one) for one in found)
        )

    @staticmethod
    def targets(requirement: Obj) -> list[Handle]:
        """Return the region or partition that a requirement is for; several if a branch decides."""
        for name in ("partition", "region"):
            value = requirement.slots.get(name)
            if value is not None and value.value is not None:
                return [one for one in options(value.value) if isinstance(one, Handle)]
        return []

    def own(self, handle: Handle) -> str:
        """Return the attached name of a handle, or of the index space behind it."""
        for one in options(handle.name.value):
            if isinstance(one, str):
                return one
        return ""

    def label(self, handle: Handle) -> str:
        """Return the name of a handle; of a task's own region, that of what it is launched with."""
        if name := self.own(handle):
            return name
        sources = self.sources(handle) if handle.made == "argument" else []
        found = next((label for one in sources if (label := self.label(one))), "")
        return found or handle.variable

    def chain(self, handle: Handle) -> tuple[str, ...]:
        """Return the names of a region or partition and of all it is a part of, nearest first."""
        found: list[str] = []
        current: Handle | None = handle
        while current is not None and len(found) < 64:
            if name := self.own(current):
                found.append(name)
            current = self.above(current)
        return tuple(found)

    def above(self, handle: Handle) -> Handle | None:
        """Return what a region or partition is a part of; None for a whole region."""
        if handle.kind == "partition":
            above = handle.parts.get("region")
        elif handle.made == "argument":
            sources = self.sources(handle)
            return sources[0] if sources else None
        else:
            above = handle.parts.get("partition")
        return next((one for one in options(above) if isinstance(one, Handle)), None)

    def root(self, handle: Handle) -> Handle:
        """Return the whole region that a region or partition belongs to."""
        seen: set[int] = set()
        while id(handle) not in seen:
            seen.add(id(handle))
            above = self.above(handle)
            if above is None:
                return handle
            handle = above
        return handle

    def fields(self, handle: Handle | None, numbers: Value) -> tuple[str, ...]:
        """Return the names of fields of a region; numbers for those that have none."""
        space = self.root(handle).parts.get("fields") if handle is not None else None
        known = space.parts if isinstance(space, Handle) else {}
        found = []
        for number in elements(numbers) or ():
            for one in options(number):
                if one is None:
                    continue  # only one side of a branch adds a field here
                name = known.get(f"field {one}") if isinstance(one, int) else None
                found.append(str(name) if name else str(one) if isinstance(one, int) else "?")
        return tuple(dict.fromkeys(found))
