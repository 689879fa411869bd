"""Regions, partitions, index and field spaces: what they are made from, and how they are called."""

from mapc.analyze.ir import Node
from mapc.analyze.legion_launches import trace_of
from mapc.analyze.models import MEMBERS, Call, model, pointed
from mapc.analyze.values import Handle, Obj, Place, Unknown, Value, is_known, options, over, same


def handle(call: Call, kind: str, **parts: Value) -> Handle:
    """Return a new handle."""
    made = Handle(kind, made=call.node.name, place=call.place, parts=parts)
    trace_of(call).handles.append(made)
    return made


def derived(call: Call, kind: str, **parts: Value) -> Handle:
    """Return the handle of something that is looked up: the same for the same parts."""
    trace = trace_of(call)
    key = (kind, *((n, _key(v)) for n, v in sorted(parts.items())))
    if key not in trace.known:
        trace.known[key] = handle(call, kind, **parts)
    return trace.known[key]


def _key(value: Value) -> object:
    if isinstance(value, Handle | Obj):
        return id(value)
    return value if is_known(value) else repr(value)


def _region_of(value: Value) -> Value:
    """Return the logical region of a region, or of a physical one."""
    value = pointed(value)
    if isinstance(value, Handle) and value.kind == "physical":
        return value.parts.get("region", value)
    return value


@model("Legion::Runtime::create_logical_region")
def create_region(call: Call) -> Value:
    """Make a region."""
    return handle(call, "region", space=call.get("index"), fields=call.get("fields"))


@model(
    "Legion::Runtime::create_index_space",
    *(f"Legion::Runtime::{name}_index_spaces" for name in ("union", "intersect", "subtract")),
    *(f"Legion::Runtime::create_index_space_{n}" for n in ("union", "intersection", "difference")),
)
def create_space(call: Call) -> Value:
    """Make an index space; its bounds are the argument after the context."""
    return handle(call, "space", bounds=call.args[1] if len(call.args) > 1 else None)


@model("Legion::Runtime::create_field_space")
def create_fields(call: Call) -> Value:
    """Make a field space."""
    return handle(call, "fields")


_PARTITIONINGS = (
    *("equal_partition", "partition_by_weights", "partition_by_union"),
    *("partition_by_intersection", "partition_by_difference", "cross_product_partitions"),
    *("association", "bishared_partition", "partition_by_domain", "partition_by_field"),
    *("partition_by_image", "partition_by_image_range", "partition_by_preimage"),
    *("partition_by_preimage_range", "partition_by_restriction", "partition_by_blockify"),
    *("pending_partition", "index_partition", "partition_by_rectangles"),
)


@model(*(f"Legion::Runtime::create_{name}" for name in _PARTITIONINGS))
def create_partition(call: Call) -> Value:
    """Make an index partition; the call says what kind."""
    return handle(
        call,
        "colouring",
        space=call.get("parent", "handle"),
        colours=call.get("color_space", "colors"),
        disjointness=call.get("part_kind", "disjoint"),
        color=call.get("color", "part_color"),
    )


@model("Legion::LogicalRegion::get_tree_id", "Legion::LogicalPartition::get_tree_id")
def tree_id(call: Call) -> Value:
    """Return the region itself: its number is only used to find it again."""
    return pointed(call.this)


@model("Legion::Runtime::get_logical_partition", "Legion::Runtime::get_logical_partition_by_tree")
def get_partition(call: Call) -> Value:
    """Return the partition of a region by an index partition."""
    region = call.get("parent", "tid")
    return over(
        _region_of(region),
        lambda one: derived(call, "partition", region=one, colouring=call.get("handle")),
    )


@model("Legion::Runtime::get_logical_partition_by_color")
def get_partition_by_color(call: Call) -> Value:
    """Return the partition of a region with a colour."""
    region = _region_of(call.get("parent"))
    return over(region, lambda one: derived(call, "partition", region=one, color=call.get("c")))


@model("Legion::Runtime::get_logical_subregion_by_color", "Legion::Runtime::get_logical_subregion")
def get_subregion(call: Call) -> Value:
    """Return one of the subregions of a partition."""
    partition = pointed(call.get("parent"))
    color = call.get("c", "handle")
    return over(partition, lambda one: derived(call, "region", partition=one, color=color))


@model("Legion::Runtime::get_parent_logical_region")
def get_parent_region(call: Call) -> Value:
    """Return the region that a partition divides."""

    def one(value: Value) -> Value:
        return value.parts.get("region") if isinstance(value, Handle) else Unknown("region")

    return over(pointed(call.get("handle")), one)


@model("Legion::Runtime::get_parent_logical_partition")
def get_parent_partition(call: Call) -> Value:
    """Return the partition that a subregion comes from."""

    def one(value: Value) -> Value:
        found = value.parts.get("partition") if isinstance(value, Handle) else None
        return found if found is not None else Unknown("partition")

    return over(pointed(call.get("handle")), one)


def _part(call: Call, kind: str, name: str) -> Value:
    """Return a part of a region or partition; the same each time it is asked for."""

    def one(value: Value) -> Value:
        if not isinstance(value, Handle):
            return Unknown(name, call.place)
        found = value.parts.get(name)
        return found if found is not None else derived(call, kind, of=value)

    return over(pointed(call.this), one)


@model("Legion::LogicalRegion::get_index_space")
def region_space(call: Call) -> Value:
    """Return the index space of a region."""
    return _part(call, "space", "space")


@model("Legion::LogicalRegion::get_field_space", "Legion::LogicalPartition::get_field_space")
def region_fields(call: Call) -> Value:
    """Return the field space of a region."""
    return _part(call, "fields", "fields")


@model("Legion::LogicalPartition::get_index_partition")
def partition_colouring(call: Call) -> Value:
    """Return the index partition of a partition."""
    return _part(call, "colouring", "colouring")


@model(
    "Legion::Runtime::get_index_partition_color_space",
    "Legion::Runtime::get_index_partition_color_space_name",
)
def colour_space(call: Call) -> Value:
    """Return the colours of a partition: as they were given, or of as many dimensions."""

    def one(value: Value) -> Value:
        if not isinstance(value, Handle) or value.kind != "colouring":
            return Unknown("colours", call.place)
        given = value.parts.get("colours")
        space = value.parts.get("space")
        if given is not None:
            return given
        bounds = Obj("Legion::Domain")
        bounds.slot("dimension").value = dimension_of(space)
        return derived(call, "space", of=value, bounds=bounds)

    return over(pointed(call.get("p")), one)


def dimension_of(space: Value) -> Value:
    """Return how many dimensions an index space has, if that is known."""
    while isinstance(space, Handle):
        space = space.parts.get("bounds") or _space_of_parts(space)
    return space.slot("dimension").value if isinstance(space, Obj) else None


def _space_of_parts(space: Handle) -> Value:
    """Return an index space of as many dimensions: what a region or a part was made from."""
    for name in ("of", "partition", "region", "space"):
        if (found := space.parts.get(name)) is not None:
            return found
    return None


@model("Legion::Runtime::get_index_space_domain")
def space_domain(call: Call) -> Value:
    """Return the bounds of an index space."""

    def one(value: Value) -> Value:
        bounds = value.parts.get("bounds") if isinstance(value, Handle) else None
        if isinstance(bounds, Obj) or not isinstance(value, Handle):
            return bounds if bounds is not None else Unknown("domain", call.place)
        made = Obj("Legion::Domain")
        made.slot("dimension").value = dimension_of(value)
        return made

    return over(pointed(call.get("handle")), one)


@model("Legion::Runtime::get_index_partition")
def get_index_partition(call: Call) -> Value:
    """Return the partition of an index space with a colour."""
    return derived(call, "colouring", space=pointed(call.get("parent")), color=call.get("color"))


@model("Legion::Runtime::get_index_subspace")
def get_subspace(call: Call) -> Value:
    """Return one of the parts of an index partition."""
    partition = pointed(call.get("p"))
    return derived(call, "space", partition=partition, color=call.get("color"))


@model("Legion::Runtime::get_parent_index_space")
def get_parent_space(call: Call) -> Value:
    """Return the index space that a partition divides."""

    def one(value: Value) -> Value:
        return value.parts.get("space") if isinstance(value, Handle) else Unknown("space")

    return over(pointed(call.get("handle")), one)


@model("Legion::Runtime::create_field_allocator")
def create_allocator(call: Call) -> Value:
    """Return what adds fields to a field space."""
    made = Obj("Legion::FieldAllocator", place=call.place)
    made.slot("space").value = call.get("handle")
    return made


@model("Legion::FieldAllocator::allocate_field")
def allocate_field(call: Call) -> Value:
    """Add a field to its field space."""
    field = call.get("desired_fieldid", "fid")
    if field is None:
        return Unknown("field", call.place)
    space = pointed(call.this.slot("space").value) if isinstance(call.this, Obj) else None
    for one in options(space):
        if isinstance(one, Handle) and isinstance(field, int):
            one.parts.setdefault(f"field {field}", "")
    return field


NAME, NAMED = "the name of a region or partition", "what a name is attached to"


@model("Legion::Runtime::attach_name")
def attach_name(call: Call) -> Value:
    """Give a task, a region, a partition, a space or a field its name."""
    target, name = pointed(call.args[0]), call.get("name")
    is_data = bool(call.nodes) and "Logical" in call.nodes[0].type
    if is_data and not any(isinstance(one, Handle) for one in options(target)):
        trace_of(call).nameless.append((NAMED, target, call.place))
    if not is_known(name):
        if any(
            isinstance(o, Handle) and o.kind in {"region", "partition"} for o in options(target)
        ):
            trace_of(call).nameless.append((NAME, name, call.place))
        return None
    if isinstance(target, int):
        trace_of(call).task_names[target] = name
        return None
    for one in options(target):
        if not isinstance(one, Handle):
            continue
        field = call.get("fid")
        if one.kind == "fields" and field is not None:
            if isinstance(field, int):
                one.parts[f"field {field}"] = name
        elif not isinstance(one.name.value, str) or same(one.name.value, name):
            call.interp.state.write(one.name, name)
    return None


def _requirement_of_task(_: object, value: Value, node: Node) -> Value:
    """Return the list of a task's region requirements, seen from inside the task."""
    if isinstance(value, Handle) and value.kind == "task":
        return value.parts.get("regions")
    return Unknown(node.name)


def _argument_of_task(_: object, value: Value, node: Node) -> Value:
    if isinstance(value, Handle) and value.kind == "task":
        return value.parts.get("args", Unknown("args"))
    return Unknown(node.name, Place("", node.line))


def _local_argument_of_task(_: object, value: Value, node: Node) -> Value:
    if isinstance(value, Handle) and value.kind == "task":
        return value.parts.get("local_args", Unknown("local_args"))
    return Unknown(node.name, Place("", node.line))


MEMBERS["Legion::Task::local_args"] = _local_argument_of_task
MEMBERS["Legion::Task::regions"] = _requirement_of_task
MEMBERS["Legion::Task::args"] = _argument_of_task


@model("Legion::PhysicalRegion::get_logical_region")
def logical_region(call: Call) -> Value:
    """Return the logical region of a physical one."""
    return over(pointed(call.this), _region_of)
