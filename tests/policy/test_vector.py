"""Many points at once give what one point after the other gives, failures included."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapc.policy import arithmetic, vector, vector_ints
from mapc.policy.evaluate import Placement
from mapc.policy.faults import EvaluationError, Fault
from mapc.policy.kinds import ProcKind
from mapc.policy.launch_budget import LaunchBudget
from mapc.policy.load import load_policy
from mapc.policy.model import Policy
from mapc.policy.shape import ProcSet, Shape, TaskContext
from mapc.policy.table import PlacementTable
from mapc.policy.vector import LanePlacer
from mapc.policy.vector_ints import Lane, NotVectorised
from mapc.text import Diagnostic, Reporter, Source
from tests.conformance import test_place as conformance
from tests.policy.random_functions import programs

POINT_BY_POINT = 10**9
"""More points than any launch here has."""

EDGES = [0, 1, -1, 2, -2, 3, 7, 2**31, -(2**31), 3037000499, 3037000500, 2**32, 2**62, -(2**62)]
EDGES += [2**63 - 1, 2**63 - 2, -(2**63), -(2**63) + 1]
INTS = st.one_of(st.sampled_from(EDGES), st.integers(-(2**63), 2**63 - 1), st.integers(-9, 9))
SHAPES = [(1, 1), (2, 4), (4, 2), (6, 4)]


def placement_of(policy: Policy, nodes: int, procs: int) -> Placement:
    return Placement(policy, Shape(nodes, dict.fromkeys(ProcKind, procs)))


Outcome = tuple[tuple[ProcSet, ...], Diagnostic | None]


def outcome(placement: Placement, domain: tuple[int, ...], lanes_from: int) -> Outcome:
    """Return the sets of all points, or none of them and what is said of the first that fails."""
    try:
        return placement.table("f", "walk", domain, lanes_from).expand().sets, None
    except EvaluationError as error:
        return (), error.diagnostic


def at_once(
    placement: Placement, domain: tuple[int, ...], function: str = "f", task: str = "walk"
) -> tuple[PlacementTable, LaunchBudget] | None:
    """Return what the second path alone gives, None where it gives up."""
    table = PlacementTable(function=function, task=task, domain=domain, shape=placement.shape)
    budget = LaunchBudget()
    functions = {f.name: f for f in placement.policy.functions}
    placer = LanePlacer(machine=placement.machine, functions=functions, table=table, budget=budget)
    return (table, budget) if placer.place(0, prod(domain)) else None


def test_random_functions_agree(tell: Callable[[str], None]) -> None:
    seen: Counter[str] = Counter()

    @given(st.data(), st.integers(1, 3), st.sampled_from(SHAPES))
    @settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
    def agree(data: st.DataObject, rank: int, shape: tuple[int, int]) -> None:
        text = data.draw(programs(rank))
        domain = data.draw(st.tuples(*[st.integers(1, 6)] * rank))
        report = Reporter()
        policy = load_policy(Source("test.mapl", text), report)
        if policy is None or report.has_errors:
            seen["rejected by the checks"] += 1
            return
        placement = placement_of(policy, *shape)
        sets, failure = outcome(placement, domain, POINT_BY_POINT)
        assert outcome(placement, domain, 0) == (sets, failure)
        found = at_once(placement_of(policy, *shape), domain)
        if failure is not None:
            seen["failing"] += 1
            assert found is None
            return
        seen["successful"] += 1
        if found is not None:
            seen["vectorised"] += 1
            table, budget = found
            assert table.expand().sets == sets
            steps = steps_of(policy, shape, domain)
            assert budget.steps >= steps
            seen["the same steps"] += budget.steps == steps

    agree()
    tell(f"random placement functions at once and one by one: {dict(sorted(seen.items()))}")
    assert seen["successful"] >= 60
    assert seen["failing"] >= 20
    assert seen["vectorised"] >= 0.9 * seen["successful"]
    assert seen["the same steps"] >= 0.5 * seen["vectorised"]


def steps_of(policy: Policy, shape: tuple[int, int], domain: tuple[int, ...]) -> int:
    """Return the steps of all points, one after the other."""
    placement = placement_of(policy, *shape)
    total = 0
    for point in product(*map(range, domain)):
        placement.single("f", TaskContext(name="walk", ipoint=point, ispace=domain))
        total += placement.machine.steps
    return total


# --- the conformance vectors ---------------------------------------------------------------------


def test_conformance_vectors_agree(tell: Callable[[str], None]) -> None:
    seen: Counter[str] = Counter()
    for stem, _, case in conformance.CASES:
        if "domain" not in case:
            continue
        placement = conformance.placement_of(stem, case["nodes"], case["procs"])
        function = conformance.function_of(conformance.policy_of(stem), case["task"])
        found = at_once(placement, tuple(case["domain"]), function, case["task"])
        if "points" not in case:
            assert found is None
            seen["failing"] += 1
            continue
        assert found is not None, (stem, case["domain"])
        seen["vectorised"] += 1
        placed = found[0].expand()
        sets = dict(zip(placed.points, placed.sets, strict=True))
        for point, *targets in case["points"]:
            assert sets[tuple(point)].processors == tuple(map(tuple, targets)), (stem, point)
    tell(f"conformance vectors at once: {dict(sorted(seen.items()))}")
    assert seen["vectorised"] > 0
    assert seen["failing"] > 0


# --- arithmetic at the edges of 64 bits ----------------------------------------------------------

PAIRS = st.lists(st.tuples(INTS, INTS), min_size=1, max_size=6)


def expected(function: Callable[..., int], rows: list[tuple[int, ...]]) -> list[int] | None:
    """Return the results for all rows, None where one fails."""
    try:
        return [function(*row) for row in rows]
    except Fault:
        return None


def lanes(function: Callable[..., Lane], *arguments: Lane) -> list[int] | None:
    """Return the results at all points, None where the function gives up."""
    try:
        result = function(*arguments)
    except NotVectorised:
        return None
    assert isinstance(result, np.ndarray)
    assert result.dtype == np.int64
    return result.tolist()


@pytest.mark.parametrize("op", list("+-*/%"))
@given(rows=PAIRS)
@settings(max_examples=300, deadline=None)
def test_arithmetic_is_exact(op: str, rows: list[tuple[int, int]]) -> None:
    scalar, many = arithmetic.OPERATIONS[op], vector_ints.OPERATIONS[op]
    left, right = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    assert lanes(many, left, right) == expected(scalar, rows)
    same_left, same_right = rows[0]
    assert lanes(many, same_left, right) == expected(scalar, [(same_left, b) for _, b in rows])
    assert lanes(many, left, same_right) == expected(scalar, [(a, same_right) for a, _ in rows])
    try:
        one: int | None = scalar(same_left, same_right)
    except Fault:
        with pytest.raises(NotVectorised):
            many(same_left, same_right)
    else:
        assert many(same_left, same_right) == one
        assert isinstance(many(same_left, same_right), int)


@given(st.lists(INTS, min_size=1, max_size=6))
def test_signs_are_exact(values: list[int]) -> None:
    column, rows = np.array(values, dtype=np.int64), [(value,) for value in values]
    assert lanes(vector_ints.negate, column) == expected(arithmetic.negate, rows)
    absolute = expected(lambda a: a if a >= 0 else arithmetic.negate(a), rows)
    assert lanes(vector_ints.absolute, column) == absolute


# --- whole launches ------------------------------------------------------------------------------

LARGE = (250, 200)
assert prod(LARGE) > 2 * vector.CHUNK


def body(expression: str, before: str = "") -> str:
    return f"m = Machine(GPU);\n{before}\ndef f(Task t) {{ return {expression}; }}\n"


@pytest.mark.parametrize(
    "text",
    [
        body("m[*(t.ipoint * m.size / t.ispace)]"),
        body("m[t.ipoint[0] % m.size[0], *]"),
        body("t.ipoint[0] < 3 ? m[0, *] : m[*(t.ipoint % m.size)]"),
        body("(t.ipoint[1] % 2 == 0 ? m : m.reverse(0).swap(0, 1))[0, t.ipoint[0] % 2]"),
        body("m[0, sum(range(t.ipoint[1] % 9)) % m.size[1]]"),
        body("m.slice(0, t.ipoint[0] % 2, 1)[0, t.ipoint[1] % m.size[1]]"),
        body("m[*(t.ipoint[0] % 3 == 0 ? (0, 1) : (t.ipoint[1] % 2, 0))[-2:]]"),
        body(
            "m[gcd(t.ipoint[0], t.ipoint[1]) % 2, 0]",
            "def gcd(int a, int b) { return b == 0 ? a : gcd(b, a % b); }",
        ),
        body("t.ipoint[0] > 1 && 6 / (t.ipoint[0] - 1) > 2 ? m[0, 0] : m[1, 1]"),
    ],
)
def test_large_launch(load: Callable[[str], Policy], text: str) -> None:
    placement = placement_of(load(text), 2, 4)
    many = placement.table("f", "walk", LARGE, lanes_from=0)
    one = placement.table("f", "walk", LARGE, lanes_from=POINT_BY_POINT)
    assert [one.set_of(c) for c in one.codes] == [many.set_of(c) for c in many.codes]
    assert at_once(placement, (10, 10)) is not None


@pytest.mark.parametrize(
    ("expression", "code", "point"),
    [
        ("m[0, 9 / (240 - t.ipoint[0]) % 2]", "MAP350", (240, 0)),
        (
            "m[0, ((t.ipoint[0] == 99 ? 9223372036854775807 : 0) + t.ipoint[1]) % 4]",
            "MAP351",
            (99, 1),
        ),
        ("m[0, max(0, t.ipoint[0] - 230)]", "MAP509", (234, 0)),
        ("m[0, (0, 1)[max(0, t.ipoint[1] - 190) / 4]]", "MAP352", (0, 198)),
        ("m[0, deep(t.ipoint[0] < 100 ? 9 : 1000) % 4]", "MAP355", (100, 0)),
        ("m[0, forever(t.ipoint[0] / 249)]", "MAP355", (249, 0)),
    ],
)
def test_failure_far_inside(
    load: Callable[[str], Policy], expression: str, code: str, point: tuple[int, int]
) -> None:
    helpers = (
        "def deep(int n) { return n <= 0 ? 0 : deep(n - 1); }"
        "def forever(int n) { return n == 0 ? 0 : forever(n); }"
    )
    placement = placement_of(load(body(expression, helpers)), 2, 4)
    with pytest.raises(EvaluationError) as caught:
        placement.table("f", "walk", LARGE, lanes_from=0)
    assert caught.value.diagnostic.code.id == code
    assert caught.value.diagnostic.message.endswith(f"at point {point}")


def test_function_that_stops_being_vectorisable(load: Callable[[str], Policy]) -> None:
    """From the second chunk on there are too many lengths of `range`."""
    text = body("m[0, len(range(t.ipoint[0] < 100 ? 0 : t.ipoint[1])) % m.size[1]]")
    placement = placement_of(load(text), 2, 4)
    table = placement.table("f", "walk", LARGE, lanes_from=0)
    assert at_once(placement, (100, 200)) is not None
    assert at_once(placement, (120, 200)) is None
    assert len(table.codes) == prod(LARGE)
    assert table.expand().sets[-3].processors == ((0, 197 % 4),)


def test_steps_of_a_launch_are_limited(load: Callable[[str], Policy]) -> None:
    text = body("m[0, sum(range(500000 + t.ipoint[0] % 2)) % m.size[1]]")
    placement = placement_of(load(text), 2, 4)
    _, failure = outcome(placement, (100,), POINT_BY_POINT)
    assert failure is not None
    assert failure.code.id == "MAP356"
    assert failure.message.startswith("the launch takes more than 30000000 steps")
    assert outcome(placement, (100,), 0) == ((), failure)
    # Each point for itself, and a launch of a few of them, stay below the limits.
    assert outcome(placement, (10,), POINT_BY_POINT)[1] is None


def test_small_commands_do_not_load_numpy() -> None:
    code = (
        "import sys, runpy\n"
        "sys.argv = ['mapc', *sys.argv[1:]]\n"
        "try: runpy.run_module('mapc', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert 'numpy' not in sys.modules\n"
    )
    policy = "tests/benchmarks/forty.mapl"
    for command in (["check", policy], ["place", "--help"]):
        subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True)
