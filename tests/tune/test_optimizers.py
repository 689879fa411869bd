"""The optimizers against a known landscape: what they ask, learn and remember."""

from statistics import mean

import pytest

from mapc.graph.machine import Machine
from mapc.graph.taskgraph import TaskGraph
from mapc.text import MapcError, codes
from mapc.tune.knobs import make_space
from mapc.tune.optimizers.base import Optimizer, Problem, make_optimizer
from mapc.tune.space import Candidate, Space
from mapc.tune.trial import Trial, best_trial


def landscape(space: Space, candidate: Candidate) -> float:
    """Seconds of a candidate: the wires' layout and the index map matter, the rest hardly."""
    seconds = 1.0
    for knob, index in zip(space.knobs, candidate, strict=True):
        label = knob.choices[index].label
        if knob.key == "layout:*:wires" and "AOS" in label:
            seconds *= 0.7
        if knob.key == "index:8":
            seconds *= {"cyclically": 0.8, "on one processor": 2.0}.get(label, 1.0)
        if index and knob.weight < 0.05:
            seconds *= 1.01
    return seconds


def result(space: Space, number: int, candidate: Candidate) -> Trial:
    return Trial(
        number=number,
        policy=space.render(candidate),
        signature=str(candidate),
        reason="",
        seed=0,
        outcome_class="ok",
        samples=(landscape(space, candidate),),
        candidate=candidate,
    )


def search(name: str, space: Space, seed: int, trials: int) -> tuple[Optimizer, list[Trial]]:
    optimizer = make_optimizer(name, Problem(space=space, better="lower", seed=seed))
    done = [result(space, 0, space.default)]
    optimizer.tell(done[0])
    while len(done) < trials:
        proposal = optimizer.ask()
        assert proposal is not None
        assert proposal.candidate is not None
        done.append(result(space, len(done), proposal.candidate))
        optimizer.tell(done[-1])
    return optimizer, done


def best_seconds(trials: list[Trial]) -> float:
    best = best_trial(trials, "lower")
    assert best is not None
    assert best.score is not None
    return best.score


def test_guided_beats_random_at_ten(graph: TaskGraph, cpus: Machine) -> None:
    space = make_space(graph, cpus)
    guided = [best_seconds(search("guided", space, s, 10)[1]) for s in range(5)]
    blind = [best_seconds(search("random", space, s, 10)[1]) for s in range(5)]
    assert max(guided) == pytest.approx(0.7 * 0.8, rel=0.02)
    assert mean(guided) < mean(blind)


@pytest.mark.parametrize("name", ["guided", "random"])
def test_nothing_is_asked_twice(name: str, graph: TaskGraph, cpus: Machine) -> None:
    _, trials = search(name, make_space(graph, cpus), 3, 60)
    assert len({t.candidate for t in trials}) == len(trials)


@pytest.mark.parametrize("name", ["guided", "random"])
def test_a_resumed_optimizer_goes_on_as_if_nothing_had_happened(
    name: str, graph: TaskGraph, cpus: Machine
) -> None:
    space = make_space(graph, cpus)
    first, trials = search(name, space, 1, 25)
    resumed = make_optimizer(name, Problem(space=space, better="lower", seed=1))
    for trial in trials:
        resumed.tell(trial)
    assert resumed.ask() == first.ask()


def test_guided_explains_each_move(graph: TaskGraph, cpus: Machine) -> None:
    space = make_space(graph, cpus)
    optimizer, _ = search("guided", space, 0, 1)
    proposal = optimizer.ask()
    assert proposal is not None
    assert "touches" in proposal.reason
    assert "\n" not in proposal.reason


def test_a_failed_choice_is_not_combined(graph: TaskGraph, cpus: Machine) -> None:
    """After a failure the same choice is not proposed again on its own or with others soon."""
    space = make_space(graph, cpus)
    optimizer = make_optimizer("guided", Problem(space=space, better="lower", seed=0))
    optimizer.tell(result(space, 0, space.default))
    first = optimizer.ask()
    assert first is not None
    assert first.candidate is not None
    optimizer.tell(
        Trial(
            number=1,
            policy=first.policy,
            signature="f",
            reason="",
            seed=0,
            outcome_class="oom",
            candidate=first.candidate,
            advice=(codes.OUT_OF_MEMORY.id,),
        )
    )
    (changed,) = [i for i, c in enumerate(first.candidate) if c]
    for _ in range(10):
        proposal = optimizer.ask()
        assert proposal is not None
        assert proposal.candidate is not None
        assert proposal.candidate[changed] != first.candidate[changed]
        optimizer.tell(result(space, 2, proposal.candidate))


def test_unknown_optimizer_is_named() -> None:
    with pytest.raises(MapcError, match="no optimizer `gided`"):
        make_optimizer(
            "gided", Problem(space=Space(knobs=(), functions=()), better="lower", seed=0)
        )
