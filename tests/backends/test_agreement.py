"""Generated C++ and the Python evaluator give the same processors, and fail alike.

Two sources of cases: the vectors of `tests/conformance/place`, and the policies beside this file,
where every function of the policy is evaluated by both over several machines and domains. One
generated program holds all these policies and answers all cases.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mapc.codegen import generate_table_program
from mapc.policy.evaluate import Placement
from mapc.policy.faults import EvaluationError
from mapc.policy.kinds import ProcKind
from mapc.policy.load import load_policy
from mapc.policy.lookup import index_map_rule, single_map_rule
from mapc.policy.model import Policy
from mapc.policy.shape import Shape
from mapc.text import Reporter, Source

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "conformance" / "place"
CODES = {
    "machine-index": {"MAP509"},
    "machine-slice": {"MAP506"},
    "division-by-zero": {"MAP350"},
    "length-mismatch": {"MAP318"},
    "bad-argument": {"MAP504", "MAP505", "MAP507"},
    "tuple-index": {"MAP352"},
}
AGREEMENT = sorted((HERE / "agreement").glob("*.mapl"))
SHAPES = [(1, 1), (2, 2), (2, 6), (3, 4)]
DOMAINS = [(1, 1), (3, 4), (5, 3), (2, 7)]


def load(path: Path) -> Policy:
    report = Reporter()
    policy = load_policy(Source(path.name, path.read_text()), report)
    assert policy is not None, "".join(d.render() for d in report.diagnostics)
    return policy


@pytest.fixture(scope="module")
def policies() -> dict[str, Policy]:
    """Return every policy, by the name that cases give it."""
    vectors = {f"v_{path.stem}": load(path) for path in sorted(VECTORS.glob("*.mapl"))}
    return vectors | {f"a_{path.stem}": load(path) for path in AGREEMENT}


@pytest.fixture(scope="module")
def program(policies: dict[str, Policy], cxx: Any) -> Path:
    """Return the program that evaluates all of them."""
    return cxx.quickly(generate_table_program(policies), "agreement")


def ask(program: Path, run: Callable[..., str], lines: list[str]) -> list[dict[str, Any]]:
    """Return the program's answers, one for each line."""
    answers = [json.loads(line) for line in run(program, "\n".join(lines) + "\n").splitlines()]
    assert len(answers) == len(lines)
    return answers


def question(policy: Policy, case: dict[str, Any]) -> str:
    """Spell one vector as the generated program takes it."""
    task, size = case["task"], f"{case['nodes']} {case['procs']}"
    kind = ProcKind(task) if task in list(ProcKind) else None
    name = "another task" if kind else task
    if case.get("single"):
        rule = single_map_rule(policy, name, kind)
        assert rule is not None
        places = " ".join(str(number) for place in ("self", "parent") for number in case[place])
        return f"single {rule.function} {size} {case.get('kind', 'GPU')} {places} {name}"
    rule = index_map_rule(policy, name, kind)
    assert rule is not None
    domain = " ".join(map(str, case["domain"]))
    return f"index {rule.function} {size} {len(case['domain'])} {domain} {name}"


def check(case: dict[str, Any], answer: dict[str, Any]) -> None:
    """Compare one answer with what the vector expects."""
    if "error" in case:
        assert answer["error"]["code"] in CODES[case["error"]]
        assert answer["error"]["point"] == case["at"]
    elif case.get("single"):
        assert answer["targets"] == case["expect"]
    else:
        for point, *targets in case["points"]:
            number = 0
            for coordinate, extent in zip(point, case["domain"], strict=True):
                number = number * extent + coordinate
            assert answer["points"][number] == targets, point


@pytest.mark.slow
def test_conformance_vectors(
    program: Path, policies: dict[str, Policy], run: Callable[..., str], tell: Callable[[str], None]
) -> None:
    cases: list[dict[str, Any]] = []
    lines = []
    for path in sorted(VECTORS.glob("*.mapl")):
        vectors = json.loads(path.with_suffix(".json").read_text())
        name = f"v_{path.stem}"
        found = [vector for vector in vectors if "decision" not in vector]
        cases += found
        lines += [f"{name} {question(policies[name], case)}" for case in found]
    for case, answer in zip(cases, ask(program, run, lines), strict=True):
        check(case, answer)
    assert len(cases) > 1600
    tell(f"generated C++: {len(cases)} placement vectors in one program, all as specified")


def expected(placement: Placement, function: str, task: str, domain: tuple[int, ...]) -> Any:
    """Return what the Python evaluator says: processor sets, or code and line."""
    try:
        placed = placement.index(function, task, domain)
    except EvaluationError as error:
        span = error.diagnostic.span
        return error.diagnostic.code.id, span.line if span else None
    return [[list(p) for p in chosen.processors] for chosen in placed.sets]


@pytest.mark.slow
def test_both_evaluators(
    program: Path, policies: dict[str, Policy], run: Callable[..., str], tell: Callable[[str], None]
) -> None:
    lines, wanted = [], []
    for path in AGREEMENT:
        name = f"a_{path.stem}"
        for nodes, procs in SHAPES:
            placement = Placement(policies[name], Shape(nodes, dict.fromkeys(ProcKind, procs)))
            for rule in policies[name].index_maps:
                for domain in DOMAINS:
                    extents = " ".join(map(str, domain))
                    what = f"{nodes} {procs} 2 {extents} {rule.task}"
                    lines.append(f"{name} index {rule.function} {what}")
                    wanted.append(expected(placement, rule.function, str(rule.task), domain))
    for line, answer, value in zip(lines, ask(program, run, lines), wanted, strict=True):
        error = answer.get("error")
        found = (error["code"], error["line"]) if error else answer["points"]
        assert found == value, line
    placed = sum(isinstance(value, list) for value in wanted)
    assert 0 < placed < len(wanted)
    tell(f"generated C++: {len(lines)} launches as Python evaluates them, {placed} placed")
