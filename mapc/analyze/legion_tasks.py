"""Registration of tasks: variants, their constraints, names, and where the program begins."""

from functools import partial

from mapc.analyze.legion_launches import push, trace_of
from mapc.analyze.lookup import template_arguments
from mapc.analyze.models import Call, constructor, model, pointed
from mapc.analyze.trace import Variant
from mapc.analyze.values import (
    Cell,
    Closure,
    Obj,
    TypeValue,
    Unknown,
    Value,
    elements,
    is_known,
    options,
)

_FLAGS = ("leaf", "inner", "idempotent", "replicable")


@constructor("Legion::TaskVariantRegistrar")
def new_registrar(call: Call) -> Value:
    """Fill a registrar."""
    made = call.into
    assert made is not None
    call.write(made, "task_id", call.get("task_id"))
    call.write(made, "name", call.get("variant_name"))
    for flag in _FLAGS:
        call.write(made, f"{flag}_variant", 0)
    constraints = Obj("Legion::ExecutionConstraintSet")
    constraints.slot("kinds").value = Obj("vector")
    call.write(made, "execution_constraints", constraints)
    call.write(made, "layouts", Obj("vector"))
    return made


@constructor("Legion::ProcessorConstraint")
def new_processor_constraint(call: Call) -> Value:
    """Fill a constraint with its processor kinds."""
    made = call.into
    assert made is not None
    kinds = Obj("vector")
    call.write(made, "kinds", kinds)
    for given in call.args:
        held = elements(pointed(given))
        for kind in (given,) if held is None else held:
            push(call, kinds, kind)
    return made


@model(
    "Legion::TaskVariantRegistrar::add_constraint",
    "Legion::ExecutionConstraintSet::add_constraint",
)
def add_constraint(call: Call) -> Value:
    """Add a constraint; those on processors decide which kinds the variant runs on."""
    given = pointed(call.args[0]) if call.args else None
    if not isinstance(call.this, Obj) or not isinstance(given, Obj):
        return call.this
    if given.cls == "Legion::ProcessorConstraint":
        held = call.this.slots.get("execution_constraints")
        target = held.value if held is not None and isinstance(held.value, Obj) else call.this
        call.write(target, "kinds", given.slot("kinds").value)
    return call.this


@model("Legion::TaskVariantRegistrar::add_layout_constraint_set")
def add_layout(call: Call) -> Value:
    """Note the layout that a variant demands of an argument."""
    if isinstance(call.this, Obj) and len(call.args) > 1:
        pair = Obj("pair")
        pair.slot("first").value, pair.slot("second").value = call.args[0], call.args[1]
        cell = call.this.slot("layouts")
        if isinstance(cell.value, Obj):
            push(call, cell.value, pair)
    return call.this


def _flag(call: Call, name: str) -> Value:
    if isinstance(call.this, Obj):
        call.write(call.this, f"{name}_variant", call.args[0] if call.args else 1)
    return call.this


for _name in _FLAGS:
    model(f"Legion::TaskVariantRegistrar::set_{_name}")(partial(_flag, name=_name))


@model("Legion::Runtime::preregister_task_variant", "Legion::Runtime::register_task_variant")
def register_variant(call: Call) -> Value:
    """Record a variant; the task's function is the template argument that is a function."""
    registrar = pointed(call.get("registrar") or (call.args[0] if call.args else None))
    function, returns = _implementation(call)
    if not isinstance(registrar, Obj):
        return Unknown("variant")
    layouts = [
        (pair.slot("first").value, pair.slot("second").value)
        for pair in elements(registrar.slot("layouts").value) or ()
        if isinstance(pair, Obj)
    ]
    for task in _ids(registrar.slot("task_id").value):
        trace_of(call).variants.append(
            Variant(
                task=task,
                kinds=_kinds(registrar),
                function=_reference(function),
                types=function.types,
                name=call.get("task_name") or registrar.slot("name").value,
                leaf=registrar.slot("leaf_variant", 0).value,
                inner=registrar.slot("inner_variant", 0).value,
                idempotent=registrar.slot("idempotent_variant", 0).value,
                replicable=registrar.slot("replicable_variant", 0).value,
                layouts=tuple(layouts),
                returns=returns,
                place=call.place,
            )
        )
        if is_known(call.get("task_name")) and isinstance(task, int):
            trace_of(call).task_names.setdefault(task, call.get("task_name"))
    return Unknown("variant")


def _kinds(registrar: Obj) -> tuple[Value, ...]:
    """Return the processor kinds of a variant."""
    constraints = registrar.slot("execution_constraints").value
    held = constraints.slot("kinds").value if isinstance(constraints, Obj) else None
    return elements(held) or ()


def _ids(task: Value) -> list[Value]:
    """Return the ids that a task may have; none of them if it may have others, too."""
    found = list(options(task))
    unknown = [one for one in found if not isinstance(one, int)]
    return unknown[:1] or found


def _implementation(call: Call) -> tuple[Closure, str]:
    """Return the function that a variant runs, and the type that it returns."""
    given = template_arguments(call.interp, call.node, call.scope)
    functions = [v for v in given if isinstance(v, Closure) and v.function is not None]
    types = [v.name for v in given if isinstance(v, TypeValue) and v.name != "Legion::Runtime"]
    if not functions:
        return Closure(name="unknown"), "void"
    function = functions[-1].function
    assert function is not None
    return functions[-1], types[0] if types else function.result


def _reference(closure: Closure) -> str:
    return closure.function.ref if closure.function is not None else ""


@constructor("Legion::TaskConfigOptions")
def new_options(call: Call) -> Value:
    """Fill the options of the older registration."""
    made = call.into
    assert made is not None
    for name in ("leaf", "inner", "idempotent"):
        call.write(made, name, call.get(name, f"_{name}") or 0)
    return made


@model("Legion::Runtime::register_legion_task")
def register_legion_task(call: Call) -> Value:
    """Record a variant registered in the older way, with all as arguments."""
    function, returns = _implementation(call)
    task = call.get("id") if call.get("id") is not None else (call.args or [None])[0]
    config = next((v for v in map(pointed, call.args) if isinstance(v, Obj)), Obj("none"))
    name = call.get("task_name")
    kind = call.get("proc_kind")
    for one in _ids(task):
        trace_of(call).variants.append(
            Variant(
                task=one,
                kinds=(kind,) if kind is not None else (),
                function=_reference(function),
                types=function.types,
                name=name,
                leaf=config.slot("leaf", 0).value,
                inner=config.slot("inner", 0).value,
                idempotent=config.slot("idempotent", 0).value,
                returns=returns,
                place=call.place,
            )
        )
        if is_known(name) and isinstance(one, int):
            trace_of(call).task_names[one] = name
    return task


@model("Legion::Runtime::set_top_level_task_id")
def set_top_level(call: Call) -> Value:
    """Note with which task the program begins."""
    trace_of(call).top_level.extend(call.args[:1])
    return None


@model("Legion::Runtime::begin_implicit_task")
def begin_implicit(call: Call) -> Value:
    """Let the thread that calls be a task: what it launches, that task launches."""
    trace = trace_of(call)
    task, name, kind = call.get("top_task_id"), call.get("task_name"), call.get("proc_kind")
    if not isinstance(task, int):
        return Unknown("context", call.place)
    trace.current = str(task)
    trace.top_level.append(task)
    trace.followed.add(task)
    if is_known(name):
        trace.task_names[task] = name
    own = next((f.function for f in call.interp.frames if f.function[:6] != "lambda"), "")
    kinds = (kind,) if kind is not None else ()
    flag = call.get("control_replicable") or 0
    trace.variants.append(
        Variant(task=task, kinds=kinds, function=own, name=name, replicable=flag, place=call.place)
    )
    return Unknown("context", call.place)


@model("Legion::Runtime::finish_implicit_task")
def finish_implicit(call: Call) -> Value:
    """Let the thread be no task any more."""
    trace_of(call).current = ""
    return None


@model(
    "Legion::Runtime::add_registration_callback",
    "Legion::Runtime::set_registration_callback",
    "Legion::Runtime::perform_registration_callback",
)
def add_callback(call: Call) -> Value:
    """Follow a function that Legion calls at its start: it may register tasks."""
    for given in call.args:
        if isinstance(given, Closure):
            count = len(given.function.params) if given.function is not None else 0
            call.interp.call_closure(given, [Cell(Unknown("argument")) for _ in range(count)])
    return None


@model("Legion::Runtime::generate_static_task_id", "Legion::Runtime::generate_dynamic_task_id")
def generate_id(call: Call) -> Value:
    """Return an identifier of its own for every call, larger than an application's numbers."""
    counter = call.interp.context.setdefault("ids", [])
    assert isinstance(counter, list)
    counter.append(call.place)
    return 1 << 30 | len(counter)


@model("Legion::Runtime::generate_library_task_ids")
def generate_library_ids(call: Call) -> Value:
    """Return the first of some identifiers that belong to a library."""
    counter = call.interp.context.setdefault("ids", [])
    assert isinstance(counter, list)
    counter.extend([call.place] * 1000)
    return 1 << 30 | len(counter)
