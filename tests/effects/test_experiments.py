"""The experiments themselves: what they say is there, and mapc has nothing against it."""

import pytest
from pydantic import ValidationError

from mapc.legion.app_file import known_applications
from mapc.legion.machines import find_site
from mapc.legion.names import names_of
from mapc.passes.pipeline import map_policy
from mapc.policy.load import load_policy
from mapc.text import Reporter, Source
from tests.effects.experiments import Experiment, Side, Variation, read_experiments
from tests.effects.variations import varied

EXPERIMENTS = read_experiments()
SIDES = [
    pytest.param(one, side, id=f"{one.name}-{side.name}")
    for one in EXPERIMENTS
    for side in one.sides
    if side.file
]
POLICY = """\
# A policy.
Task * GPU, CPU;

# Where what lies.
Region *  rp_ghost GPU ZCMEM;
Region * * GPU
    FBMEM;
m = Machine(GPU);
def all(Task t) {
    p = t.ipoint;
    return m[0, 0];  # all of them
}
IndexTaskMap * all;
"""


def test_every_application_is_measured() -> None:
    assert {one.app for one in EXPERIMENTS} == set(known_applications())


@pytest.mark.parametrize(("experiment", "side"), SIDES)
def test_nothing_is_said_of_the_policies(experiment: Experiment, side: Side) -> None:
    """As by `mapc check --app --machine`: neither errors nor warnings."""
    app = experiment.application
    reporter = Reporter()
    policy = load_policy(Source(f"{side.name}.mapl", side.policy(app)), reporter)
    assert policy is not None, [d.render() for d in reporter.diagnostics]
    machine = find_site(experiment.machine, experiment.ranks, app).machine
    map_policy(policy, reporter, graph=names_of(app), machine=machine)
    assert [d.render() for d in reporter.diagnostics] == []


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.name)
def test_sides_differ(experiment: Experiment) -> None:
    said = {
        (side.policy(experiment.application), experiment.arguments_of(side))
        for side in experiment.sides
    }
    assert len(said) == len(experiment.sides)


def test_a_statement_is_dropped() -> None:
    assert varied(POLICY, drop=["Region * rp_ghost GPU ZCMEM;"]) == POLICY.replace(
        "Region *  rp_ghost GPU ZCMEM;\n", ""
    )
    without = varied(POLICY, drop=["Region * * GPU FBMEM;", "def all", "IndexTaskMap * all;"])
    assert without == POLICY[: POLICY.index("Region * * GPU")] + "m = Machine(GPU);\n"


def test_a_statement_is_replaced_and_one_is_added() -> None:
    changed = varied(POLICY, replace={"Task * GPU, CPU;": "Task * CPU;"}, add="InstanceLimit * 1;")
    assert changed == POLICY.replace("Task * GPU, CPU;", "Task * CPU;") + "InstanceLimit * 1;\n"
    function = "def all(Task t) {\n    return m[0, 1];\n}"
    changed = varied(POLICY, replace={"def all": function})
    assert changed == POLICY.replace(POLICY[POLICY.index("def") : POLICY.index("}") + 1], function)


@pytest.mark.parametrize("name", ["Region * * GPU;", "def none", "all", ""])
def test_what_is_not_there_cannot_vary(name: str) -> None:
    """Else a policy would be compared with itself."""
    with pytest.raises(ValueError, match="has 0 statements"):
        varied(POLICY, drop=[name])


def test_what_is_there_twice_cannot_vary() -> None:
    twice = POLICY + "Region * * GPU FBMEM;\n"
    with pytest.raises(ValueError, match="has 2 statements"):
        varied(twice, drop=["Region * * GPU FBMEM;"])


BASE = Side(name="expert", says="as it is")
NAIVE = Variation(name="naive", says="poor", file="naive.mapl", expect="slower")


def circuit(**changes: object) -> Experiment:
    fields = {"name": "c", "app": "circuit", "base": BASE, "variations": [NAIVE], **changes}
    return Experiment.model_validate(fields)


def test_flags_take_the_place_of_others() -> None:
    side = Side(name="s", says="", arguments=["-l", "3", "-x"])
    arguments = circuit(arguments=["-l", "2", "-prune", "0"]).arguments_of(side)
    words = " ".join(arguments)
    assert words.startswith("-npp 500 ")
    assert "-l 3 -prune 0 -i 10" in words
    assert words.endswith("-model-i 10000 -x")


def test_the_key_tells_what_was_measured() -> None:
    one = circuit()
    commented = Side(name="expert", says="other words", add="# a comment")
    assert circuit(name="d", base=commented).key() == one.key()
    for change in (
        {"base": Side(name="expert", says="", add="InstanceLimit * 1;")},
        {"arguments": ["-l", "3"]},
        {"machine": "v100x4"},
        {"base": Side(name="expert", says="", time_scale=2.0)},
    ):
        assert circuit(**change).key() != one.key()


def test_mistakes_in_the_file() -> None:
    with pytest.raises(ValidationError, match="same name"):
        circuit(variations=[NAIVE, NAIVE])
    with pytest.raises(ValidationError, match="source"):
        Variation(name="v", says="", expect="faster", published=1.3)
    with pytest.raises(ValidationError, match="Extra inputs"):
        Side.model_validate({"name": "v", "says": "", "dropped": []})
