"""The rules of a policy as rows of C++ tables."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from mapc.codegen.cxx import cxx_string
from mapc.codegen.views import Line, TableView
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.model import LayoutSpec, PlaceRule, Policy, RegionRef, Rule

_Row = TypeVar("_Row", bound=Rule)
_Cells = tuple[str, ...]
_WIDEST = 60


def tables_of(policy: Policy) -> tuple[TableView, ...]:
    """Return a table for every kind of statement that the policy has."""
    found = (
        _table(
            "tasks",
            "TaskRule",
            ("task", "kinds, best first"),
            policy.tasks,
            lambda r: (_task(r.task), _kinds(r.procs)),
        ),
        _table(
            "regions",
            "RegionRule",
            ("task", "requirement", "on", "memories, best first"),
            policy.regions,
            lambda r: (_task(r.task), _region(r.region), _kind(r.proc), _kinds(r.mems)),
        ),
        _table(
            "layouts",
            "LayoutRule",
            ("task", "requirement", "on", "layout"),
            policy.layouts,
            lambda r: (_task(r.task), _region(r.region), _kind(r.kind), _layout(r.layout)),
        ),
        _table(
            "limits",
            "LimitRule",
            ("task", "most at once"),
            policy.limits,
            lambda r: (_task(r.task), str(r.limit)),
        ),
        _table(
            "collects",
            "CollectRule",
            ("task", "requirement"),
            policy.collects,
            lambda r: (_task(r.task), _region(r.region)),
        ),
        _table("index_maps", "PlaceRule", ("task", "function"), policy.index_maps, _place),
        _table("single_maps", "PlaceRule", ("task", "function"), policy.single_maps, _place),
        _table(
            "replicates", "ReplicateRule", ("task",), policy.replicates, lambda r: (_task(r.task),)
        ),
    )
    return tuple(table for table in found if table.rows)


def _table(
    member: str,
    row_type: str,
    heading: Sequence[str],
    rules: Iterable[_Row],
    cells: Callable[[_Row], _Cells],
) -> TableView:
    """Return rows in aligned columns; the last column is the policy line."""
    rows = [((*cells(rule), str(rule.span.line)), rule.span.line) for rule in rules]
    if not rows:
        return TableView(member=member, row_type=row_type, heading="", rows=())
    titles = (*heading, "line")
    columns = range(len(titles) - 1)
    # A very long list must not push every other row to the right.
    widths = [
        max([len(titles[i]), *(len(row[i]) for row, _ in rows if len(row[i]) <= _WIDEST)]) + 3
        for i in columns
    ]
    padded = [
        Line(
            text="{" + "".join(f"{row[i]}, ".ljust(widths[i]) for i in columns) + f"{row[-1]}}},",
            source=line,
        )
        for row, line in rows
    ]
    first, *others = (titles[i].ljust(widths[i]) for i in columns)
    # `// ` is two characters wider than the brace that begins a row.
    heading_text = first[:-2] + "".join(others) + titles[-1]
    return TableView(member=member, row_type=row_type, heading=heading_text, rows=tuple(padded))


def _task(task: str | None) -> str:
    return "any" if task is None else cxx_string(task)


def _region(region: RegionRef) -> str:
    return str(region) if isinstance(region, int) else _task(region)


def _kind(kind: ProcKind | MemKind | None) -> str:
    # `VIRTUAL` as the operand of a `Layout` statement means every kind.
    return "any" if kind is None or kind is MemKind.VIRTUAL else kind.value


def _kinds(kinds: Sequence[ProcKind | MemKind]) -> str:
    return "{" + ", ".join(kind.value for kind in kinds) + "}"


def _place(rule: PlaceRule) -> _Cells:
    what = rule.task.value if isinstance(rule.task, ProcKind) else _task(rule.task)
    return (what, cxx_string(rule.function))


def _layout(layout: LayoutSpec) -> str:
    fields = "SOA" if layout.soa else "AOS"
    text = f"Layout({fields}, {'C_order' if layout.c_order else 'F_order'})"
    if layout.align is not None:
        text += f".align({cxx_string(layout.align.op)}, {layout.align.bytes})"
    if layout.compact:
        text += ".compact()"
    if layout.exact:
        text += ".exact()"
    return text
