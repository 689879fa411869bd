"""Follow an application from `main` through the tasks that it launches."""

from collections.abc import Iterator

import mapc.analyze.legion_copies
import mapc.analyze.legion_launches
import mapc.analyze.legion_operations
import mapc.analyze.legion_regions
import mapc.analyze.legion_tasks
import mapc.analyze.legion_values
import mapc.analyze.std_models
import mapc.analyze.std_values  # noqa: F401  (the models register themselves)
from mapc.analyze.interp import ExhaustedError, Interpreter
from mapc.analyze.ir import Function
from mapc.analyze.legion_values import passed, passed_to_points
from mapc.analyze.program import Program
from mapc.analyze.scope import Scope
from mapc.analyze.settings import forget, written
from mapc.analyze.templates import Types
from mapc.analyze.trace import Trace
from mapc.analyze.values import (
    Cell,
    Handle,
    Obj,
    Pointer,
    Unknown,
    Value,
    choice,
    elements,
    options,
)

_REGISTERS = ("preregister_task_variant", "register_task_variant", "register_legion_task")
_MOST_ARGUMENTS = 32


def follow(program: Program) -> tuple[Trace, bool]:
    """Return what the application does, and whether it was followed to the end."""
    interp = Interpreter(program)
    trace = Trace()
    interp.context["trace"] = trace
    try:
        _register(interp, trace)
        forget(interp, written(program))
        for task, body, types in _tasks(trace, program):
            trace.current = str(task)
            interp.run(body, _arguments(trace, task, body), types)
        for variant in list(trace.variants):
            # A task whose id is not known is followed all the same, under its function's name.
            function = program.functions.get(variant.function)
            if not isinstance(variant.task, int) and function is not None:
                trace.current = function.name.rpartition("::")[2]
                interp.run(function, _arguments(trace, -1, function), variant.types)
    except ExhaustedError:
        return trace, False
    return trace, True


def _register(interp: Interpreter, trace: Trace) -> None:
    """Follow what runs before the first task; without a `main`, whatever registers tasks."""
    program = interp.program
    for ref in program.variables:
        interp.variable(ref, Scope())
    for main in program.named("main"):
        interp.run(main, [Unknown("argc"), Unknown("argv")])
    for function in _registering(program):
        # Called by a constructor, through a pointer, or by a program that is not here.
        if function.ref not in interp.visited:
            interp.run(function, [Unknown(param.name) for param in function.params])


def _registering(program: Program) -> Iterator[Function]:
    """Yield the functions that register tasks and are not called by others that do."""
    found = {
        function.ref: function
        for function in program.functions.values()
        if not function.template
        and any(node.name in _REGISTERS for node in function.body.walk() if node.kind == "call")
    }
    called = {
        node.ref
        for function in program.functions.values()
        for node in function.body.walk()
        if node.kind in {"call", "method"}
    }
    yield from (function for ref, function in found.items() if ref not in called)


def _tasks(trace: Trace, program: Program) -> Iterator[tuple[int, Function, Types]]:
    """Yield every task once: the first one, those that are launched, then all others."""
    done = set(trace.followed)
    while True:
        waiting = [t for t in _wanted(trace) if t not in done]
        if not waiting:
            return
        task = waiting[0]
        done.add(task)
        for variant in trace.variants:
            if variant.task == task and variant.function in program.functions:
                yield task, program.functions[variant.function], variant.types
                break


def _wanted(trace: Trace) -> Iterator[int]:
    for task in trace.top_level:
        yield from (one for one in options(task) if isinstance(one, int))
    for operation in trace.operations:
        for one in options(operation.launcher.slot("task_id").value):
            if isinstance(one, int):
                yield one
    for variant in trace.variants:
        if isinstance(variant.task, int):
            yield variant.task


def _known(launched: list[Obj], number: int) -> dict[str, Cell]:
    """Return what all launches of a task say of one of its requirements."""
    found: dict[str, list[Value]] = {"privilege_fields": [], "privilege": []}
    for launcher in launched:
        held = launcher.slot("region_requirements").value
        value = (
            held.slots[f"[{number}]"].value
            if isinstance(held, Obj) and f"[{number}]" in held.slots
            else None
        )
        for one in options(value):
            if isinstance(one, Obj):
                found["privilege"].append(one.slot("privilege").value)
                found["privilege_fields"].extend(elements(one.slot("privilege_fields").value) or ())
    fields = Obj("std::set")
    for field in dict.fromkeys(one for one in found["privilege_fields"] if isinstance(one, int)):
        fields.slot(f"[{len(fields.slots)}]").value = field
    slots = {"privilege_fields": Cell(fields), "instance_fields": Cell(fields)}
    if found["privilege"]:
        slots["privilege"] = Cell(choice(found["privilege"]))
    return slots if fields.slots else {}


def _arguments(trace: Trace, task: int, function: Function) -> list[Value]:
    """Return what a task gets: itself, its physical regions, the context and the runtime."""
    launched = [
        operation.launcher
        for operation in trace.operations
        if task in options(operation.launcher.slot("task_id").value)
    ]
    counts = [len(elements(o.slot("region_requirements").value) or ()) for o in launched]
    count = max(counts) if counts else _MOST_ARGUMENTS
    physical, logical = Obj("std::vector"), Obj("std::vector")
    for number in range(count):
        region = Handle("region", made="argument", parts={"task": task, "index": number})
        parts: dict[str, Value] = {"region": region}
        physical.slot(f"[{number}]").value = Handle("physical", made="argument", parts=parts)
        requirement = Obj("Legion::RegionRequirement")
        requirement.slots = {"region": Cell(region), "parent": Cell(region)}
        requirement.slots |= _known(launched, number)
        logical.slot(f"[{number}]").value = requirement
    for launcher in launched:
        for name in ("argument", "global_arg"):
            value = passed(launcher.slot(name).value)
            if value is not None:
                trace.pass_on(task, value)
        for value in passed_to_points(launcher.slot("argument_map").value):
            trace.pass_on(task, value, "local_args")
    itself = Handle("task", made="argument", parts={"regions": logical})
    for name in ("args", "local_args"):
        known = trace.arguments.get((task, name))
        itself.parts[name] = Unknown(name) if known is None else Pointer(known)
    given: list[Value] = []
    for param in function.params:
        if "PhysicalRegion" in param.type:
            given.append(physical)
        elif param.type.endswith("Legion::Task"):
            given.append(itself)
        else:
            given.append(Unknown(param.name))
    return given
