"""Whatever the input, the compiler ends in a policy or in diagnostics, soon."""

import time
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mapc.codegen.generate import generate
from mapc.graph.machine import Machine
from mapc.graph.taskgraph import Launch, Task, TaskGraph
from mapc.passes.pipeline import map_policy
from mapc.policy.evaluate import Placement
from mapc.policy.kinds import ProcKind
from mapc.policy.load import load_policy
from mapc.policy.model import Policy
from mapc.policy.query import Query, answer
from mapc.policy.shape import Shape
from mapc.syntax.formatter import format_source
from mapc.syntax.reply import extract
from mapc.text import MapcError, Reporter
from mapc.text.printer import as_json, as_text
from mapc.text.read import decode_source
from tests.bad_input.inputs import Grammar, damaged, real_policies
from tests.syntax.programs import programs

WANTED = 100_000
MOST_SECONDS = 5.0
EACH = 200
"""Inputs from one seed: hypothesis chooses seeds, and that takes longer than an input."""

POLICIES = real_policies()
KINDS = ("grammatical", "damaged")
MACHINE = Machine(name="some", nodes=2, procs=((ProcKind.CPU, 2), (ProcKind.GPU, 4)))
GRAPH = TaskGraph(
    tasks=(Task(name="a", variants=(ProcKind.CPU, ProcKind.GPU)),),
    launches=(Launch(task="a", domain=(4,)), Launch(task="a", parent="top")),
)


def make(kind: str, random: Random) -> bytes:
    """Return the next input of a kind."""
    if kind == "grammatical":
        return Grammar(random).program().encode()
    return damaged(random, POLICIES)


def compile_all(data: bytes, *, thorough: bool) -> str:
    """Take an input through the compiler; return how far it came."""
    report = Reporter()
    source = decode_source("fuzz.mapl", data, report)
    policy = None if report.has_errors else load_policy(source, report)
    assert (policy is None) == report.has_errors
    if thorough:
        as_text(report.diagnostics)
        as_json(report.diagnostics)
        extract(source)
        format_source(source, Reporter())
    if policy is None:
        return "rejected"
    map_policy(policy, report, graph=GRAPH, machine=MACHINE)
    if thorough:
        map_policy(policy, Reporter())
        generate(policy, name="fuzz")
    return place_some(policy)


def place_some(policy: Policy) -> str:
    """Evaluate what the policy maps; return how that ended."""
    try:
        Placement(policy, Shape(2, dict.fromkeys(ProcKind, 4)))
        for rule in policy.index_maps[:2]:
            task = str(rule.task or "a")
            answer(policy, Query(task=task, nodes=2, procs=4, domain=(3, 2)))
        for rule in policy.single_maps[:2]:
            answer(policy, Query(task=str(rule.task or "a"), nodes=2, procs=4, parent=(1, 1)))
    except MapcError:
        return "fails"
    return "placed" if policy.index_maps or policy.single_maps else "accepted"


def run(data: bytes, ends: Counter[str], *, thorough: bool) -> None:
    """Try one input; whatever goes wrong is said with the input."""
    before = time.process_time()
    try:
        ends[compile_all(data, thorough=thorough)] += 1
    except Exception as error:
        raise AssertionError(f"{type(error).__name__}: {error}\ninput: {data!r}") from error
    seconds = time.process_time() - before
    assert seconds < MOST_SECONDS, f"{seconds:.1f} s for {data!r}"


def run_seed(kind: str, seed: int, ends: Counter[str]) -> None:
    """Try all inputs of one seed."""
    random = Random(seed)
    for number in range(EACH):
        run(make(kind, random), ends, thorough=number % 10 == 0)


@given(programs(statements=4))
@settings(max_examples=100, deadline=None)
def test_grammar(text: str) -> None:
    run(text.encode(), Counter(), thorough=True)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes) -> None:
    run(data, Counter(), thorough=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_few(kind: str) -> None:
    ends: Counter[str] = Counter()
    run_seed(kind, 0, ends)
    assert ends.total() == EACH


@pytest.mark.slow
def test_very_many(tell: Callable[[str], None]) -> None:
    """No crash in 100,000 inputs, half of them grammatical, half damaged policies."""
    ends: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}

    @given(st.integers(0, 2**64))
    @settings(
        max_examples=WANTED // (EACH * len(KINDS)),
        phases=[Phase.generate],  # a smaller seed is no smaller input
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def try_seed(seed: int) -> None:
        for kind in KINDS:
            run_seed(kind, seed, ends[kind])

    try_seed()
    total = sum(counter.total() for counter in ends.values())
    tell(f"fuzzing: {total} inputs, no crash")
    for kind, counter in ends.items():
        tell(f"  {kind}: " + ", ".join(f"{n} {end}" for end, n in counter.most_common()))
    assert total >= WANTED
    assert ends["grammatical"]["placed"] > 0
    assert ends["damaged"]["accepted"] > 0
