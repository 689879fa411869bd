"""Parameters of Legion's constructors, for calls in which only arguments tell which one it is."""

from collections.abc import Sequence

from mapc.analyze.ir import Node
from mapc.analyze.values import Obj

_FIXED = {
    "Legion::TaskLauncher": ("tid", "arg", "pred", "id", "tag"),
    "Legion::IndexTaskLauncher": (
        *("tid", "domain", "global_arg", "map", "pred", "must", "id", "tag"),
    ),
    "Legion::TaskVariantRegistrar": ("task_id", "variant_name"),
    "Legion::InlineLauncher": ("req", "id", "tag"),
}


def signature(made: Obj | None, arguments: Sequence[Node]) -> tuple[str, ...]:
    """Return the names of the parameters of a constructor of Legion's, from its arguments."""
    if made is None:
        return ()
    if made.cls == "Legion::RegionRequirement":
        return _requirement(arguments)
    return _FIXED.get(made.cls, ())


def _requirement(arguments: Sequence[Node]) -> tuple[str, ...]:
    """Return the parameters of a region requirement, of which there are many sorts."""
    kinds = [argument.type for argument in arguments]
    privilege = next((i for i, kind in enumerate(kinds) if "privilege_mode" in kind), None)
    coherence = next((i for i, kind in enumerate(kinds) if "coherence" in kind), None)
    if coherence is None or coherence < 2:
        return ()
    names = ["pid" if "Partition" in kinds[0] else "_handle"]
    before = kinds[1 : coherence - 1]
    if before and "std::" not in before[0]:
        names.append("_proj")
        before = before[1:]
    names += ["privilege_fields", "instance_fields"][: len(before)]
    names.append("_priv" if privilege is not None else "op")
    return (*names, "_prop", "_parent", "_tag")
