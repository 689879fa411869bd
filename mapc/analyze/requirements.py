"""Region requirements as they were recorded, made into facts: one for each way that is possible."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product

from mapc.analyze.naming import Names, coherence_name, privilege_name
from mapc.analyze.result import RequirementFacts
from mapc.analyze.values import Cell, Choice, Handle, Obj, Unknown, Value, options

_DECIDING = ("partition", "region", "privilege", "prop", "redop", "redop_name", "projection")
_TOGETHER = ("parent", "tag", "variable")
"""Members that are split only with a deciding one, if they depend on the same condition."""
_MOST_WAYS = 16


def ways(requirement: Obj) -> Iterator[Obj]:
    """Yield a requirement for every way in which its members can be combined.

    Members that depend on the same condition go together.
    """
    groups: dict[object, list[str]] = {}
    for name in (*_DECIDING, *_TOGETHER):
        value = requirement.slots[name].value if name in requirement.slots else None
        if isinstance(value, Choice):
            key = name if value.origin is None else (value.origin, len(value.options))
            if key in groups or name in _DECIDING:
                groups.setdefault(key, []).append(name)
    if not groups:
        yield requirement
        return
    numbers = [range(len(_options(requirement, names[0]))) for names in groups.values()]
    for chosen in islice(product(*numbers), _MOST_WAYS):
        made = Obj(requirement.cls, dict(requirement.slots), requirement.place)
        for number, names in zip(chosen, groups.values(), strict=True):
            for name in names:
                made.slots[name] = Cell(_options(requirement, name)[number])
        yield made


def _options(requirement: Obj, name: str) -> tuple[Value, ...]:
    value = requirement.slots[name].value
    return value.options if isinstance(value, Choice) else (value,)


def requirement_facts(names: Names, value: Value, index: int) -> RequirementFacts | None:
    """Return a requirement with its alternatives; None if nothing is known of it."""
    found = [one for one in options(value) if isinstance(one, Obj)]
    facts = [
        _one(names, way, index, target)
        for one in found
        for way in ways(one)
        for target in names.targets(way) or (None,)
    ]
    return with_alternatives(facts, optional=len(list(options(value))) > len(found))


def with_alternatives(
    facts: list[RequirementFacts], *, optional: bool = False
) -> RequirementFacts | None:
    """Return the first of several requirements, of which one is there, with the others."""
    plain = {
        _essence(one): one
        for whole in reversed(facts)
        for one in reversed((replace(whole, alternatives=()), *whole.alternatives))
    }
    if not plain:
        return None
    first, *others = reversed(plain.values())
    optional = optional or any(one.optional for one in facts)
    return replace(first, optional=optional, alternatives=tuple(others))


def _essence(facts: RequirementFacts) -> RequirementFacts:
    """Return what makes an alternative another one; fields are a set."""
    fields = tuple(sorted(facts.fields))
    return replace(facts, optional=False, alternatives=(), line=0, variable="", fields=fields)


def _one(names: Names, requirement: Obj, index: int, target: Handle | None) -> RequirementFacts:
    """Return one region requirement, for one of the regions or partitions that it may be for."""
    value = {name: cell.value for name, cell in requirement.slots.items()}
    parents = [one for one in options(value.get("parent")) if isinstance(one, Handle)]
    variable = value.get("variable")
    spelt = variable if isinstance(variable, str) else ""
    region, partition = _region_and_partition(names, target, spelt)
    redop = value.get("redop_name") or value.get("redop")
    reduces = value.get("redop") is not None
    parent = parents[0] if parents else None
    seen = names.seen.of(target, parent) if target is not None else []
    return RequirementFacts(
        index=index,
        region=region,
        partition=partition,
        parent=names.label(parent) if parent is not None else "",
        variable=spelt,
        projection=number(value.get("projection")),
        privilege="REDUCE" if reduces else privilege_name(value.get("privilege")),
        coherence=coherence_name(value.get("prop")),
        redop="" if not reduces or isinstance(redop, Unknown | Choice) else str(redop),
        tag=number(value.get("tag")),
        fields=names.fields(target, value.get("privilege_fields")),
        repeated=bool(value.get("repeated")),
        line=number(value.get("line")) or 0,
        names=seen[0] if seen else (),
        known=len(seen) == 1
        and names.is_known(requirement)
        and target is not None
        and names.seen.is_settled(target, value.get("projection")),
    )


def _region_and_partition(names: Names, target: Handle | None, spelt: str) -> tuple[str, str]:
    """Return what a requirement is for; of a part of a region, the partition, too."""
    if target is None:
        return spelt, ""
    above = names.above(target)
    if target.kind == "partition":
        return names.label(above) if above is not None else "", names.label(target) or spelt
    # A task's own region may be a part at the place where the task is launched.
    while above is not None and above.kind != "partition" and above.kind == target.kind:
        above = names.above(above)
    name = names.label(target) or spelt
    return name, names.label(above) if above is not None else ""


def number(value: Value) -> int | None:
    """Return a number that is known."""
    return value if isinstance(value, int) else None


__all__ = ["number", "requirement_facts", "ways", "with_alternatives"]
