"""Every vector of `place/`: placements, failures, single tasks, decision tables."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mapc.policy.evaluate import Placement
from mapc.policy.faults import EvaluationError
from mapc.policy.kinds import MemKind, ProcKind
from mapc.policy.load import load_policy
from mapc.policy.lookup import (
    collect_rule,
    index_map_rule,
    layout_rule,
    limit_rule,
    region_candidates,
    replicate_rule,
    single_map_rule,
    task_rule,
)
from mapc.policy.model import Policy
from mapc.policy.shape import Shape, TaskContext
from mapc.text import Reporter, Source

HERE = Path(__file__).parent / "place"
CASES = [
    (path.stem, number, case)
    for path in sorted(HERE.glob("*.json"))
    for number, case in enumerate(json.loads(path.read_text()))
]
FAILURES = {
    "machine-index": {"MAP509"},
    "machine-slice": {"MAP506"},
    "division-by-zero": {"MAP350"},
    "length-mismatch": {"MAP318"},
    "bad-argument": {"MAP504", "MAP505", "MAP507"},
    "tuple-index": {"MAP352"},
}
KINDS = [kind.value for kind in ProcKind]


def of_kind(*fields: str) -> Any:
    """Parametrize a test with the cases that have all of these fields."""
    chosen = [(stem, n, case) for stem, n, case in CASES if all(f in case for f in fields)]
    return pytest.mark.parametrize(
        ("stem", "case"),
        [pytest.param(stem, case, id=f"{stem}-{n}") for stem, n, case in chosen],
    )


@cache
def policy_of(stem: str) -> Policy:
    """Return the policy of a case file, which must be free of errors."""
    path = HERE / f"{stem}.mapl"
    report = Reporter()
    policy = load_policy(Source(path.name, path.read_text()), report)
    assert policy is not None, [d.render() for d in report.diagnostics]
    return policy


@cache
def placement_of(stem: str, nodes: int, procs: int) -> Placement:
    return Placement(policy_of(stem), Shape(nodes, dict.fromkeys(ProcKind, procs)))


def function_of(policy: Policy, task: str) -> str:
    """Return the function that places a task, or any task of a processor kind."""
    if task in KINDS:
        rule = index_map_rule(policy, "another task", ProcKind(task))
    else:
        rule = index_map_rule(policy, task, None)
    assert rule is not None
    return rule.function


@of_kind("points")
def test_placement(stem: str, case: dict[str, Any]) -> None:
    function = function_of(policy_of(stem), case["task"])
    placement = placement_of(stem, case["nodes"], case["procs"])
    placed = placement.index(function, case["task"], tuple(case["domain"]))
    sets = dict(zip(placed.points, placed.sets, strict=True))
    for point, *targets in case["points"]:
        assert sets[tuple(point)].processors == tuple(map(tuple, targets)), point
    if "sampled" not in case:
        assert len(sets) == len(case["points"])


@of_kind("error")
def test_failure(stem: str, case: dict[str, Any]) -> None:
    function = function_of(policy_of(stem), case["task"])
    placement = placement_of(stem, case["nodes"], case["procs"])
    with pytest.raises(EvaluationError) as caught:
        placement.index(function, case["task"], tuple(case["domain"]))
    diagnostic = caught.value.diagnostic
    assert diagnostic.code.id in FAILURES[case["error"]]
    shown = ", ".join(map(str, case["at"])) + ("," if len(case["at"]) == 1 else "")
    assert diagnostic.message.endswith(f"at point ({shown})")
    assert diagnostic.span is not None


@of_kind("single")
def test_single(stem: str, case: dict[str, Any]) -> None:
    policy = policy_of(stem)
    rule = single_map_rule(policy, case["task"], None)
    assert rule is not None
    placement = placement_of(stem, case["nodes"], case["procs"])
    parent = TaskContext(name="parent", processor=tuple(case["parent"]), kind=ProcKind.GPU)
    task = TaskContext(
        name=case["task"], processor=tuple(case["self"]), kind=ProcKind.GPU, parent=parent
    )
    found = placement.single(rule.function, task)
    assert [list(processor) for processor in found.processors] == case["expect"]


@of_kind("decision")
def test_decision(stem: str, case: dict[str, Any]) -> None:
    policy = policy_of(stem)
    assert decide(policy, case) == case["expect"]
    if "candidates" in case:
        assert [m.value for m in candidates(policy, case)] == case["candidates"]


def split_names(regions: list[str | int]) -> tuple[int | None, list[str]]:
    """Return the number and the names of a requirement."""
    numbers = [r for r in regions if isinstance(r, int)]
    return (numbers[0] if numbers else None), [r for r in regions if isinstance(r, str)]


def candidates(policy: Policy, case: dict[str, Any]) -> tuple[MemKind, ...]:
    number, names = split_names(case["regions"])
    return region_candidates(policy, case["task"], number, names, ProcKind(case["proc"]))[0]


def decide(policy: Policy, case: dict[str, Any]) -> object:
    """Return what a decision table expects, from the rules."""
    task = case["task"]
    match case["decision"]:
        case "task":
            rule = task_rule(policy, task)
            kinds = [p.value for p in rule.procs] if rule else []
            usable = [k for k in kinds if k in case["local"] and k in case["variants"]]
            return usable[0] if usable else "default"
        case "region":
            visible = [*case["visible"], "VIRTUAL"]
            usable = [m.value for m in candidates(policy, case) if m.value in visible]
            return usable[0] if usable else "default"
        case "layout":
            number, names = split_names(case["regions"])
            found = layout_rule(policy, task, number, names, MemKind(case["mem"]), None)
            assert found is not None
            spec = found.layout
            return {
                "order": "C_order" if spec.c_order else "F_order",
                "fields": "SOA" if spec.soa else "AOS",
                "align": [spec.align.op, spec.align.bytes] if spec.align else None,
                "compact": spec.compact,
                "exact": spec.exact,
            }
        case "index_map" | "single_map" as decision:
            find = index_map_rule if decision == "index_map" else single_map_rule
            place = find(policy, task, ProcKind(case["kind"]))
            return place.function if place else "default"
        case "limit":
            limit = limit_rule(policy, task)
            return limit.limit if limit else 0
        case "collect":
            number, names = split_names(case["regions"])
            read_only = case["privilege"] == "READ_ONLY"
            return collect_rule(policy, task, number, names, read_only) is not None
        case "replicate":
            return replicate_rule(policy, task) is not None
    raise AssertionError(case["decision"])


def test_all_of_them_are_here(tell: Callable[[str], None]) -> None:
    kinds = ("points", "error", "single", "decision")
    counts = {kind: sum(kind in case for _, _, case in CASES) for kind in kinds}
    tell(f"{len(CASES)} conformance vectors: {counts}")
    assert sum(counts.values()) == len(CASES) >= 1703
