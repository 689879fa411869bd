"""What the recorded operations of a task do to which areas, for the flow of data."""

from collections.abc import Callable, Iterator
from itertools import groupby

from mapc.analyze.areas import SOMEWHERE, Area, Use
from mapc.analyze.flows import Access, Step
from mapc.analyze.naming import Names
from mapc.analyze.operations import requirements_of
from mapc.analyze.partitions import disjointness
from mapc.analyze.trace import Branch, Operation, Trace
from mapc.analyze.values import Choice, Handle, Obj, Unknown, Value, is_known, options

_READ, _WRITE, _REDUCE_ONLY, _ALL = 1, 2, 4, 7
_DISCARD_INPUT, _DISCARD_OUTPUT = 0x10000000, 0x20000000
_VARYING = ("loop variable", "element", "default")

Numbered = Callable[[Operation], tuple[str, list[int]]]
"""Returns the kind of an operation's facts, and their numbers: several, if one of several tasks."""


def steps_by_task(trace: Trace, names: Names, numbered: Numbered) -> Iterator[list[Step]]:
    """Yield for every task what it issues, in program order."""
    areas = Areas(names)
    for _, operations in groupby(trace.operations, lambda one: one.task):
        steps: list[Step] = []
        for place, operation in enumerate(operations):
            kind, numbers = numbered(operation)
            accesses = tuple(_accesses(operation, areas))
            for side, number in enumerate(numbers):
                instead = Branch(
                    operation.place, side, len(numbers), -1 - place, len(operation.loops)
                )
                steps.append(
                    Step(
                        kind=kind,
                        number=number,
                        accesses=accesses,
                        loops=operation.loops,
                        branches=(*operation.branches, *((instead,) if len(numbers) > 1 else ())),
                        group=operation.group,
                    )
                )
        yield steps


class Areas:
    """Makes areas of handles: for each handle one."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._made: dict[int, Area] = {}
        self._uses: dict[tuple[Area, object, bool], Use] = {}

    def use(self, area: Area, over: object, direct: bool) -> Use:
        """Return a use: for equal ones, the same."""
        key = (area, over, direct)
        return self._uses.setdefault(key, Use(area=area, over=over, direct=direct))

    def of(self, handle: Handle) -> Area:
        """Return the area of a region or partition; of a task's own region, as a whole one."""
        if id(handle) not in self._made:
            above = None if handle.made == "argument" else self.names.above(handle)
            self._made[id(handle)] = self._area(handle, self.of(above) if above else None)
        return self._made[id(handle)]

    def _area(self, handle: Handle, above: Area | None) -> Area:
        name = self.names.label(handle)
        if handle.kind != "partition":
            colour = handle.parts.get("color")
            known = colour_key(colour) if above is not None else None
            return Area(name=name, above=above, colour=known)
        colouring = handle.parts.get("colouring")
        kind, complete = disjointness(colouring)
        colours = colouring.parts.get("colours") if isinstance(colouring, Handle) else None
        return Area(
            name=name,
            above=above,
            partition=True,
            disjoint={"disjoint": True, "aliased": False}.get(kind),
            complete=complete,
            colours=domain_key(colours),
        )


def _accesses(operation: Operation, areas: Areas) -> Iterator[Access]:
    over = _domain(operation.launcher)
    for number, value in requirements_of(operation):
        found = list(options(value))
        for one in found:
            if not isinstance(one, Obj):
                continue
            sure = len(found) == 1 and not one.slot("repeated").value
            targets = areas.names.targets(one)
            for target in targets:
                access = _access(number, one, target, areas, over, operation)
                if access is not None:
                    yield access if sure and len(targets) == 1 else _unsure(access)


def _access(
    number: int,
    requirement: Obj,
    target: Handle,
    areas: Areas,
    over: object,
    operation: Operation,
) -> Access | None:
    value = {name: cell.value for name, cell in requirement.slots.items()}
    direct = over is None or value.get("projection", 0) == 0
    use = areas.use(areas.of(target), over, direct)
    fields = areas.names.fields(target, value.get("privilege_fields"))
    privilege = value.get("privilege")
    if value.get("redop") is not None:
        privilege = _REDUCE_ONLY
    if not isinstance(privilege, int):
        return Access(
            requirement=number, use=use, fields=fields, reads=True, writes=True, sure=False
        )
    base = privilege & 0xFFFFFFF
    if not base or not fields:
        return None
    return Access(
        requirement=number,
        use=use,
        fields=fields,
        reads=bool(base & _READ) and not privilege & _DISCARD_INPUT,
        # What is discarded or thrown away with the requirement's end is nobody's data.
        writes=base != _READ and not privilege & _DISCARD_OUTPUT and operation.kind != "discard",
        replaces=bool(base & _WRITE),
    )


def _unsure(access: Access) -> Access:
    from dataclasses import replace

    return replace(access, sure=False)


def _domain(launcher: Obj) -> object:
    """Return what stands for a launch domain; None for what is launched once."""
    for name in ("launch_space", "launch_domain", "domain", "space"):
        value = launcher.slots.get(name)
        if value is not None and value.value is not None:
            key = domain_key(value.value)
            return key if key is not None else SOMEWHERE
    return None


def domain_key(value: Value) -> object:
    """Return what is equal for equal domains; None where nobody can tell.

    Domains whose bounds are the same expressions are taken to be equal, unless a loop changes them.
    """
    if isinstance(value, Handle):
        bounds = domain_key(value.parts.get("bounds"))
        return ("space", id(value)) if bounds is None else bounds
    if isinstance(value, Obj):
        corners = [domain_key(value.slots[n].value) for n in ("lo", "hi") if n in value.slots]
        if corners:
            return ("rectangle", *corners) if None not in corners else None
        held = [domain_key(c.value) for n, c in value.slots.items() if n.startswith("[")]
        return ("point", *held) if held and None not in held else None
    return colour_key(value, symbols=True)


def colour_key(value: Value, *, symbols: bool = False) -> object:
    """Return what is equal for equal numbers; `symbols`: also for the same unknown expression."""
    if is_known(value):
        return value
    if isinstance(value, tuple | Obj) and not symbols:
        return domain_key(value) if isinstance(value, Obj) and not _symbolic(value) else None
    if not symbols:
        return None
    if isinstance(value, Unknown):
        changes = not value.what or any(text in value.what for text in _VARYING)
        return None if changes else ("unknown", value.what, value.place)
    if isinstance(value, Choice):
        keys = [colour_key(option, symbols=True) for option in value.options]
        return None if None in keys else frozenset(keys)
    return None


def _symbolic(value: Value) -> bool:
    """Whether a point or rectangle has a coordinate that is not a number."""
    if isinstance(value, Obj):
        inner = [c.value for n, c in value.slots.items() if n[0] == "[" or n in {"lo", "hi"}]
        return not inner or any(map(_symbolic, inner))
    return not is_known(value)
