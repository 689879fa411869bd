"""The recorded calls of Legion, made into tasks, launches, regions and partitions."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from mapc.analyze.accesses import steps_by_task
from mapc.analyze.flows import flows
from mapc.analyze.merging import merged
from mapc.analyze.naming import PROCESSORS, Names
from mapc.analyze.operations import requirements_of
from mapc.analyze.partitions import disjointness
from mapc.analyze.program import Program
from mapc.analyze.requirements import number, requirement_facts
from mapc.analyze.result import (
    Analysis,
    FlowFacts,
    LaunchFacts,
    Note,
    OperationFacts,
    PartitionFacts,
    RegionFacts,
    RequirementFacts,
    TaskFacts,
    VariantFacts,
)
from mapc.analyze.trace import Operation, Trace, Variant
from mapc.analyze.values import Handle, Obj, Unknown, Value, elements, options

LAUNCHES = ("index", "single", "must_epoch")

F = TypeVar("F")


class Builder:
    """Makes an analysis of a trace."""

    def __init__(self, trace: Trace, program: Program) -> None:
        self.trace = trace
        self.program = program
        self.names = Names(trace)
        self.notes: dict[Note, None] = {}
        self.numbers: dict[int, tuple[str, list[int]]] = {}  # of facts, by operation

    def analysis(self, complete: bool) -> Analysis:
        """Return everything that is known."""
        tasks = tuple(self._tasks())
        launches = self._counted("launch", self._launches())
        operations = self._counted("operation", self._operations())
        for what, value, place in self.trace.nameless:
            self._note(value, place, what)
        return Analysis(
            tasks=tasks,
            launches=launches,
            operations=operations,
            flows=tuple(self._flows()),
            regions=tuple(self._regions()),
            partitions=tuple(self._partitions()),
            notes=tuple(self.notes),
            complete=complete,
        )

    def _counted(self, kind: str, pairs: Iterable[tuple[Operation, F]]) -> tuple[F, ...]:
        """Return equal facts once, in the order of the program, and note their numbers."""
        numbers: dict[F, int] = {}
        for operation, facts in pairs:
            number = numbers.setdefault(facts, len(numbers))
            self.numbers.setdefault(id(operation), (kind, []))[1].append(number)
        return tuple(numbers)

    def _flows(self) -> Iterator[FlowFacts]:
        nothing: tuple[str, list[int]] = ("", [])
        found: dict[FlowFacts, None] = {}
        for steps in steps_by_task(
            self.trace, self.names, lambda one: self.numbers.get(id(one), nothing)
        ):
            found.update(dict.fromkeys(flows(steps)))
        yield from found

    # Tasks ------------------------------------------------------------------------------------

    def _tasks(self) -> Iterator[TaskFacts]:
        by_task: dict[object, list[Variant]] = {}
        for variant in self.trace.variants:
            key: object = variant.task
            if not isinstance(key, int):
                key = (variant.function, repr(variant.task))
                self._note(variant.task, variant.place, "the id of a task")
            by_task.setdefault(key, []).append(variant)
        first = {one for value in self.trace.top_level for one in options(value)}
        for key, variants in by_task.items():
            number = key if isinstance(key, int) else None
            yield TaskFacts(
                name=self.task_name(number, variants),
                id=number,
                function=self._function(variants[0]),
                variants=tuple(dict.fromkeys(v for one in variants for v in self._variant(one))),
                top_level=number is not None and number in first,
            )

    def task_name(self, number: int | None, variants: Iterable[Variant] = ()) -> str:
        """Return the name under which a task is known."""
        if number is not None and isinstance(name := self.trace.task_names.get(number), str):
            return name
        found = [v for v in self.trace.variants if v.task == number] if number is not None else []
        for variant in (*variants, *found):
            if function := self._function(variant):
                return function.rpartition("::")[2]
        return f"task {number}" if number is not None else "unknown"

    def _function(self, variant: Variant) -> str:
        found = self.program.functions.get(variant.function)
        return found.name if found is not None else ""

    def _variant(self, variant: Variant) -> Iterator[VariantFacts]:
        kinds = [PROCESSORS.get(k, "UNKNOWN") for v in variant.kinds for k in options(v)
                 if isinstance(k, int)]  # fmt: skip
        for kind in kinds or ["UNKNOWN"]:
            yield VariantFacts(
                kind=kind,
                name=variant.name if isinstance(variant.name, str) else "",
                function=self._function(variant),
                leaf=_flag(variant.leaf),
                inner=_flag(variant.inner),
                idempotent=_flag(variant.idempotent),
                replicable=_flag(variant.replicable),
                layouts=tuple(i for i, _ in variant.layouts if isinstance(i, int)),
                returns=variant.returns,
                file=variant.place.file if variant.place else "",
                line=variant.place.line if variant.place else 0,
            )

    # Launches ---------------------------------------------------------------------------------

    def _launches(self) -> Iterator[tuple[Operation, LaunchFacts]]:
        """Yield operations with the launches that they are; those at one place are one launch."""
        places: dict[object, list[tuple[Operation, LaunchFacts]]] = {}
        for operation in self.trace.operations:
            if operation.kind not in LAUNCHES:
                continue
            for task in options(operation.launcher.slot("task_id").value):
                if not isinstance(task, int):
                    self._note(task, operation.place, "the task that is launched")
                known = task if isinstance(task, int) else None
                made = self._launch(operation, known)
                where = operation.place, operation.calls, operation.part, operation.task
                places.setdefault((operation.kind, known, *where), []).append((operation, made))
        for pairs in places.values():
            one = merged([facts for _, facts in pairs])
            yield from ((operation, one) for operation, _ in pairs)

    def _launch(self, operation: Operation, task: int | None) -> LaunchFacts:
        launcher = operation.launcher
        dim, domain = self.domain_of(launcher)
        return LaunchFacts(
            kind=operation.kind,
            task=self.task_name(task),
            inside=self.inside(operation),
            dim=dim,
            domain=domain,
            in_loop=bool(operation.loops),
            conditional=bool(operation.branches),
            file=operation.place.file,
            line=operation.place.line,
            requirements=tuple(self._requirements(operation)),
            mapper=number(launcher.slot("map_id").value),
            tag=number(launcher.slot("tag").value),
            loops=tuple(loop.at.line for loop in operation.loops),
        )

    def inside(self, operation: Operation) -> str:
        """Return the task that issues an operation."""
        known = operation.task.lstrip("-").isdigit()
        return self.task_name(int(operation.task)) if known else operation.task

    def _requirements(self, operation: Operation) -> Iterator[RequirementFacts]:
        for index, value in requirements_of(operation):
            facts = requirement_facts(self.names, value, index)
            if facts is not None:
                yield facts

    def domain_of(self, launcher: Obj) -> tuple[int | None, tuple[int, ...]]:
        """Return dimension and extents of a launch domain; None and () where not known."""
        for name in ("launch_space", "launch_domain"):
            for value in options(launcher.slot(name).value):
                if value is not None:
                    return extents_of(value)
        return None, ()

    # Other operations, regions and partitions -------------------------------------------------

    def _operations(self) -> Iterator[tuple[Operation, OperationFacts]]:
        for operation in self.trace.operations:
            if operation.kind in LAUNCHES or operation.kind in {"begin_trace", "end_trace"}:
                continue
            needs = tuple(self._requirements(operation))
            names = [name for one in needs if (name := one.partition or one.region)]
            yield (
                operation,
                OperationFacts(
                    kind=operation.kind,
                    inside=self.inside(operation),
                    file=operation.place.file,
                    line=operation.place.line,
                    regions=tuple(dict.fromkeys(names)),
                    fields=tuple(dict.fromkeys(field for one in needs for field in one.fields)),
                    in_loop=bool(operation.loops),
                    requirements=needs,
                    loops=tuple(loop.at.line for loop in operation.loops),
                ),
            )

    def _regions(self) -> Iterator[RegionFacts]:
        for handle in self.trace.handles:
            if handle.kind != "region" or not (name := self.names.own(handle)):
                continue
            dim, extents = extents_of(handle.parts.get("space"))
            space = self.names.root(handle).parts.get("fields")
            above = self.names.above(handle)
            yield RegionFacts(
                name=name,
                dim=dim,
                extents=extents,
                fields=_all_fields(space),
                field_space=self.names.own(space) if isinstance(space, Handle) else "",
                partition=self.names.label(above) if above is not None else "",
                file=handle.place.file if handle.place else "",
                line=handle.place.line if handle.place else 0,
            )

    def _partitions(self) -> Iterator[PartitionFacts]:
        for handle in self.trace.handles:
            if handle.kind != "partition" or not (name := self.names.own(handle)):
                continue
            colouring = handle.parts.get("colouring")
            region = self.names.above(handle)
            made = colouring.made if isinstance(colouring, Handle) else handle.made
            kind, complete = disjointness(colouring)
            place = (colouring.place if isinstance(colouring, Handle) else None) or handle.place
            yield PartitionFacts(
                name=name,
                region=self.names.label(region) if region is not None else "",
                made=made,
                kind=kind,
                complete=complete,
                file=place.file if place else "",
                line=place.line if place else 0,
            )

    def _note(self, value: Value, place: object, what: str) -> None:
        from mapc.analyze.values import Place

        if isinstance(place, Place):
            known = value.what if isinstance(value, Unknown) else ""
            text = f"{what} is not known before a run" + (f": `{known}`" if known else "")
            self.notes[Note(what=text, file=place.file, line=place.line, column=place.column)] = (
                None
            )


def extents_of(value: Value) -> tuple[int | None, tuple[int, ...]]:
    """Return dimension and extents of an index space, a domain or a rectangle."""
    if isinstance(value, Handle):
        return extents_of(value.parts.get("bounds"))
    if not isinstance(value, Obj):
        return None, ()
    dim = value.slot("dimension").value
    if not isinstance(dim, int):
        return None, ()
    corners = [_coordinates(value.slot(name).value, dim) for name in ("lo", "hi")]
    low, high = corners
    if low is None or high is None:
        return dim, ()
    return dim, tuple(h - w + 1 for w, h in zip(low, high, strict=True))


def _coordinates(value: Value, dim: int) -> list[int] | None:
    if isinstance(value, int) and dim == 1:
        return [value]
    held = elements(value) if isinstance(value, Obj) else None
    if held is None:
        return None
    numbers = [one for one in held if isinstance(one, int)]
    return numbers if len(numbers) == dim else None


def _all_fields(space: Value) -> tuple[str, ...]:
    if not isinstance(space, Handle):
        return ()
    found = [(n.removeprefix("field "), v) for n, v in space.parts.items() if n[:6] == "field "]
    return tuple(str(name or number) for number, name in found)


def _flag(value: Value) -> bool | None:
    return bool(value) if isinstance(value, int) else None
