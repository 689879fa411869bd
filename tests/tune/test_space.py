"""The search space: every candidate is legal policy text, and says what it is meant to say."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapc.graph.machine import Machine
from mapc.graph.observe import from_records
from mapc.graph.taskgraph import TaskGraph
from mapc.passes.pipeline import map_policy
from mapc.policy.kinds import ProcKind
from mapc.policy.load import load_policy
from mapc.text import Reporter, Severity, Source
from mapc.tune.knobs import Base, make_space, time_shares
from mapc.tune.space import Group, Space, with_choice, word


def findings(text: str, graph: TaskGraph, machine: Machine) -> list[str]:
    report = Reporter()
    policy = load_policy(Source("candidate.mapl", text), report)
    if policy is not None:
        map_policy(policy, report, graph=graph, machine=machine)
    worst = {Severity.ERROR, Severity.WARNING}
    return [d.render() for d in report.diagnostics if d.severity in worst]


@pytest.mark.parametrize("machine", ["cpus", "gpus"])
def test_every_single_change_is_legal_and_silent(
    machine: str, graph: TaskGraph, request: pytest.FixtureRequest
) -> None:
    """What the tuner proposes never costs a run for a mistake that could be seen before."""
    described = request.getfixturevalue(machine)
    space = make_space(graph, described)
    for candidate in space.neighbours(space.default):
        text = space.render(candidate)
        assert text
        assert findings(text, graph, described) == []


def test_random_candidates_are_legal(graph: TaskGraph, gpus: Machine) -> None:
    space = make_space(graph, gpus)
    draw = random.Random(1)
    for _ in range(60):
        candidate = tuple(draw.randrange(len(k.choices)) for k in space.knobs)
        assert findings(space.render(candidate), graph, gpus) == []


def test_default_says_nothing(graph: TaskGraph, cpus: Machine) -> None:
    space = make_space(graph, cpus)
    assert space.render(space.default) == ""


def test_weights_follow_time_and_bytes(graph: TaskGraph, cpus: Machine) -> None:
    space = make_space(graph, cpus)
    weights = {knob.key: knob.weight for knob in space.knobs}
    assert weights["layout:*:wires"] > 5 * weights["layout:*:nodes"]
    assert weights["index:8"] == pytest.approx(1.0)
    assert weights["limit:currents"] == pytest.approx(0.9)


def test_knobs_fit_the_machine(graph: TaskGraph, cpus: Machine, gpus: Machine) -> None:
    """One processor kind and one memory leave nothing to choose about either."""
    few = {knob.group for knob in make_space(graph, cpus).knobs}
    many = {knob.group for knob in make_space(graph, gpus).knobs}
    assert few == {Group.LAYOUT, Group.LIMIT, Group.COLLECT, Group.INDEX}
    assert many == few | {Group.TASK, Group.REGION}


def knob_position(space: Space, key: str) -> int:
    return next(i for i, knob in enumerate(space.knobs) if knob.key == key)


def test_the_finer_index_map_wins(graph: TaskGraph, cpus: Machine) -> None:
    """A task has one index map statement, also when the knob for all of them is set too."""
    space = make_space(graph, cpus)
    every = with_choice(space.default, knob_position(space, "index:8"), 1)
    text = space.render(with_choice(every, knob_position(space, "index:charge"), 2))
    assert "IndexTaskMap charge cyclic_cpus;" in text
    assert "IndexTaskMap currents block_cpus;" in text


def test_a_base_keeps_its_names(graph: TaskGraph, cpus: Machine) -> None:
    """Functions added to a given policy do not collide with the names it uses."""
    base = Base(
        name="mine",
        text="cpus = Machine(CPU);\n"
        "def block_cpus(Task t) { return cpus[0, t.ipoint[0] % cpus.size[1]]; }\n"
        "IndexTaskMap currents block_cpus;\n",
    )
    space = make_space(graph, cpus, [base])
    candidate = with_choice(space.default, knob_position(space, "base"), 1)
    candidate = with_choice(candidate, knob_position(space, "index:charge"), 1)
    text = space.render(candidate)
    assert "def block_cpus2(Task t)" in text
    assert findings(text, graph, cpus) == []


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters='"\n\r', codec="utf-8"), min_size=1))
def test_word_spells_every_name(name: str) -> None:
    """Whatever a task is called, the tuner can name it."""
    if any(not c.isprintable() for c in name):
        return
    report = Reporter()
    policy = load_policy(Source("x.mapl", f"Task {word(name)} CPU;"), report)
    assert policy is not None, report.diagnostics
    assert policy.tasks[0].task == name
    assert policy.tasks[0].procs == (ProcKind.CPU,)


def test_shares_without_timing_are_equal() -> None:
    graph = from_records(
        "x", [{"event": "seen", "task": name, "requirements": []} for name in ("a", "b")]
    )
    assert time_shares(graph) == {"a": 0.5, "b": 0.5}


def test_only_what_is_scored_counts(graph: TaskGraph) -> None:
    """Set-up and checks outside the timed part attract no trial."""
    assert time_shares(graph, ["charge"]) == {"charge": 1.0, "currents": 0.0}


def test_a_launching_task_only_waits() -> None:
    launched = {"event": "seen", "task": "work", "parent": "top", "requirements": []}
    top = {"event": "seen", "task": "top", "parent": "", "requirements": []}
    times = [{"event": "timing", "task": name, "seconds": 2.0} for name in ("top", "work")]
    assert time_shares(from_records("x", [top, launched, *times])) == {"top": 0.0, "work": 1.0}
