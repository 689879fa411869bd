"""Whether the parts of a partition can share points, as far as its making says."""

from mapc.analyze.values import Handle, Value

# Numbers of Legion's partition kinds, `legion_partition_kind_t`.
_GIVEN = {
    0: ("disjoint", None),
    1: ("aliased", None),
    3: ("disjoint", True),
    4: ("aliased", True),
    6: ("disjoint", False),
    7: ("aliased", False),
}
_ALWAYS_DISJOINT = {
    "create_equal_partition": True,
    "create_partition_by_weights": True,
    "create_partition_by_field": None,
    "create_partition_by_blockify": True,
}


def disjointness(colouring: Value) -> tuple[str, bool | None]:
    """Return `disjoint`, `aliased` or `unknown`, and whether the parts cover all, if known."""
    if not isinstance(colouring, Handle):
        return "unknown", None
    given = colouring.parts.get("disjointness")
    if isinstance(given, int) and given in _GIVEN:
        return _GIVEN[given]
    if colouring.made in _ALWAYS_DISJOINT:
        return "disjoint", _ALWAYS_DISJOINT[colouring.made]
    return "unknown", None
