"""What the editor says about built-in functions and members."""

from dataclasses import dataclass

from mapc.lsp.entries import Entry
from mapc.policy.types import Type

BUILTIN_ENTRIES = {
    "min": Entry(
        "min(a, b, ...) -> int\nmin(t) -> int",
        "The smallest of some ints, or of a tuple's elements.",
        "x = min((4, 2));  # 2",
    ),
    "max": Entry(
        "max(a, b, ...) -> int\nmax(t) -> int",
        "The largest of some ints, or of a tuple's elements.",
        "x = max(3, 7, 5);  # 7",
    ),
    "abs": Entry(
        "abs(a) -> int\nabs(t) -> tuple",
        "The absolute value; of a tuple, that of each element.",
        "x = abs((-3, 2));  # (3, 2)",
    ),
    "sum": Entry("sum(t) -> int", "The sum of a tuple's elements.", "x = sum((1, 2, 3));  # 6"),
    "prod": Entry(
        "prod(t) -> int", "The product of a tuple's elements.", "x = prod((4, 2, 3));  # 24"
    ),
    "len": Entry(
        "len(t) -> int\nlen(m) -> int",
        "The number of a tuple's elements, or of a machine's dimensions.",
        "x = len((5, 6));  # 2",
    ),
    "range": Entry(
        "range(n) -> tuple\nrange(a, b) -> tuple",
        "The ints from 0, or from `a`, up to but not including the last argument.",
        "x = range(2, 5);  # (2, 3, 4)",
    ),
    "linearize": Entry(
        "linearize(p, s) -> int",
        "The number of point `p` in a space of extents `s`, the last dimension counted fastest.",
        "x = linearize((1, 2), (3, 4));  # 6",
    ),
    "delinearize": Entry(
        "delinearize(i, s) -> tuple",
        "The point with number `i` in a space of extents `s`: the opposite of `linearize`.",
        "x = delinearize(6, (3, 4));  # (1, 2)",
    ),
}


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A member, and the types that have it."""

    owners: tuple[Type, ...]
    entry: Entry


def _transformation(head: str, about: str, example: str) -> MemberEntry:
    return MemberEntry((Type.MACHINE,), Entry(f"{head} -> machine", about, example))


def _of_task(head: str, about: str, example: str = "") -> MemberEntry:
    return MemberEntry((Type.TASK,), Entry(head, about, example))


_SIZED = (Type.TUPLE, Type.MACHINE)

MEMBERS = {
    "size": MemberEntry(
        _SIZED,
        Entry(
            "m.size -> tuple",
            "The extents of a machine: for `Machine(K)` the nodes, and the processors per node. "
            "The size of a tuple is the tuple itself.",
            "nodes = gpus.size[0];",
        ),
    ),
    "len": MemberEntry(
        _SIZED,
        Entry(
            "t.len -> int",
            "The number of a tuple's elements, or of a machine's dimensions.",
            "dimensions = gpus.len;",
        ),
    ),
    "volume": MemberEntry(
        _SIZED,
        Entry(
            "m.volume -> int",
            "The number of processors of a machine, or the product of a tuple's elements.",
            "m = gpus.volume > 0 ? gpus : cpus;",
        ),
    ),
    "split": _transformation(
        "m.split(d, f)",
        "Makes two dimensions of dimension `d`: the first has extent `f` and is the faster one. "
        "`f` must divide the extent.",
        "m.split(1, 2)  # size (2, 4) becomes (2, 2, 2)",
    ),
    "merge": _transformation(
        "m.merge(a, b)",
        "Makes one dimension of `a` and `b`, in the place of `a`; `b` is the faster one.",
        "m.merge(0, 1)  # size (2, 4) becomes (8,)",
    ),
    "swap": _transformation(
        "m.swap(a, b)",
        "Exchanges two dimensions.",
        "m.swap(0, 1)  # size (2, 4) becomes (4, 2)",
    ),
    "slice": _transformation(
        "m.slice(d, lo, hi)",
        "Keeps the indices `lo` to `hi` of dimension `d`, both included.",
        "m.slice(1, 1, 2)  # size (2, 4) becomes (2, 2)",
    ),
    "reverse": _transformation(
        "m.reverse(d)",
        "Counts dimension `d` from its end.",
        "m.reverse(0)  # [0, 3] is what was [1, 3], for size (2, 4)",
    ),
    "balance_split": _transformation(
        "m.balance_split(d, k)",
        "Makes `k` dimensions of dimension `d`, as equal in extent as possible, larger ones first.",
        "m.balance_split(0, 2)  # size (6, 4) becomes (3, 2, 4)",
    ),
    "auto_split": _transformation(
        "m.auto_split(d, L)",
        "Splits dimension `d` over an iteration space of extents `L` so that the blocks have the "
        "least surface.",
        "m.auto_split(0, (8, 8))  # size (4, 4) becomes (2, 2, 4)",
    ),
    "decompose": _transformation(
        "m.decompose(d, L)",
        "The same as `auto_split`.",
        "m.decompose(0, (8, 8))  # size (4, 4) becomes (2, 2, 4)",
    ),
    "greedy_split": _transformation(
        "m.greedy_split(d, L)",
        "Splits dimension `d` over extents `L` by giving each prime factor, largest first, to the "
        "largest extent that is left.",
        "m.greedy_split(0, (6, 4))  # size (12, 4) becomes (6, 2, 4)",
    ),
    "has": MemberEntry(
        (Type.SET,),
        Entry(
            "s.has(MEM) -> bool",
            "True if every processor of the set sees a memory of this kind on its node.",
            "gpus[0, *].has(ZCMEM)",
        ),
    ),
    "name": _of_task("t.name -> name", "The task's name.", 't.name == "solve"'),
    "ipoint": _of_task(
        "t.ipoint -> tuple",
        "The point of an index launch, counted from the lower bound of its domain.",
        "t.ipoint[0]",
    ),
    "ispace": _of_task(
        "t.ispace -> tuple", "The extents of the index launch's domain.", "t.ispace.volume"
    ),
    "depth": _of_task(
        "t.depth -> int",
        "0 for the top-level task, otherwise one more than the parent's. Only in `SingleTaskMap`.",
    ),
    "parent": _of_task("t.parent -> task", "The task that launched `t`. Only in `SingleTaskMap`."),
    "processor": _of_task(
        "t.processor(m) -> tuple",
        "The index, in machine `m`, of the processor of `t`. Only in `SingleTaskMap`.",
        "return gpus[*t.parent.processor(gpus)];",
    ),
}


def members_of(owner: Type | None) -> tuple[str, ...]:
    """Return the members of a type; of a type not known, all."""
    return tuple(n for n, member in MEMBERS.items() if owner is None or owner in member.owners)
