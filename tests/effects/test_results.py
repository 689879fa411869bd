"""What counts as expected, what the tables say, and that the document says what was measured."""

import re
from pathlib import Path

import pytest

from tests.effects.experiments import Experiment, Side, Variation, read_experiments
from tests.effects.lines import all_lines, cxx_lines, lines_of, policy_lines
from tests.effects.results import Result, Runs, read_results, unfulfilled, write_results
from tests.effects.tables import DOCUMENT, blocks_of, effect_table, rewritten

EXPERIMENTS = read_experiments()
AGAIN = "say `make effects ARGS=--tables`"
MEASURE = "say `make effects ARGS=--missing`"
BASE = Runs(classes=["ok"] * 3, figures=[1.0, 1.1, 1.2], kernel_us=2e6, copied=1_500_000)
FAILED = Runs(classes=["oom"] * 3)
ONCE = Runs(classes=["ok", "timeout", "ok"], figures=[0.5, 0.5])


def result(runs: Runs, better: str = "lower") -> Result:
    return Result(key="", unit="s", better=better, sides={"expert": BASE, "other": runs})


def ended(*figures: float) -> Runs:
    return Runs(classes=["ok"] * len(figures), figures=list(figures))


def variation(expect: str) -> Variation:
    return Variation(
        name="other", says="else", file="naive.mapl", expect=expect, published=0.28, source="4 V100"
    )


@pytest.mark.parametrize(
    ("runs", "holds"),
    [
        (ended(0.7, 0.8, 0.9), {"faster"}),
        (ended(1.0, 0.8, 0.9), set()),  # they overlap
        (ended(1.3, 2.0, 3.0), {"slower"}),
        (ended(1.08, 1.1, 1.3), {"same"}),
        (FAILED, {"oom"}),
        (ONCE, set()),
    ],
)
def test_expectations(runs: Runs, holds: set[str]) -> None:
    words = ("faster", "slower", "same", "oom", "timeout")
    assert {word for word in words if result(runs).holds("expert", variation(word))} == holds
    inverse = {"faster": "slower", "slower": "faster"}
    rates = result(runs, better="higher")
    turned = {inverse.get(w, w) for w in words if rates.holds("expert", variation(w))}
    assert turned == holds


def test_failures_have_no_score() -> None:
    for runs, outcome in ((FAILED, "oom"), (ONCE, "timeout (1 times)")):
        assert (runs.outcome, runs.median, runs.spread) == (outcome, None, 0.0)
        assert result(runs).speed("expert", "other") is None
    assert result(ended(0.5, 0.55, 0.6)).speed("expert", "other") == pytest.approx(2.0)
    assert BASE.spread == pytest.approx(0.1 / 1.1)


def test_results_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "measured.json"
    assert read_results(file) == {}
    write_results({"a": result(ONCE)}, file)
    assert read_results(file) == {"a": result(ONCE)}


def test_a_table() -> None:
    experiment = Experiment(
        name="c",
        app="circuit",
        base=Side(name="expert", says="expert"),
        variations=[variation("slower").model_copy(update={"note": "not measured by us"})],
    )
    assert effect_table(experiment, result(ended(4.4, 4.4, 4.4))) == (
        "\n"
        "| policy | time | speed | expected | published | kernels | copied |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        "| expert | 1.1 s ± 9.1% | 1.00 |  |  | 2 s | 1.5 MB |\n"
        "| else | 4.4 s ± 0.0% | 0.25 | slower: yes | 0.28, 4 V100 | 0 | 0 B |\n"
        "\n"
        "Base: `mapc run circuit --machine p100x4 --mapping apps/circuit/expert.mapl"
        " --preset emulated`\n"
        "\n"
        "- else: not measured by us.\n"
        "\n"
    )
    assert "| else | oom |  | slower: **no** | 0.28, 4 V100 |  |  |" in effect_table(
        experiment, result(FAILED)
    )


def test_blocks_of_a_document() -> None:
    start, end = "<!-- {}: made by `make effects` -->\n", "<!-- end -->\n"
    text = f"a\n{start.format('x')}old\n{end}b\n{start.format('y')}{end}c\n"
    new = rewritten(text, {"x": "1\n", "y": "2\n"})
    assert new == f"a\n{start.format('x')}1\n{end}b\n{start.format('y')}2\n{end}c\n"
    with pytest.raises(ValueError, match="places for"):
        rewritten(text, {"x": "1\n"})


def test_lines_are_counted() -> None:
    text = '// one\n\nint a; // two\n/* three\n\n four */ int b;\nauto c = "// no /* comment";\n'
    assert cxx_lines(text) == 3
    assert policy_lines("# one\n\nTask * CPU;  # two\n  # three\n") == 1
    circuit = lines_of("circuit")
    assert (circuit.published, circuit.ratio) == (450, 450 / circuit.policy)
    assert 0 < circuit.gpu < circuit.own
    assert [folder for folder, _ in circuit.shared] == ["common"]


def test_everything_was_measured() -> None:
    """Under the policies and with the arguments of today."""
    results = read_results()
    keys = {one.name: one.key() for one in EXPERIMENTS}
    assert {name: found.key for name, found in results.items()} == keys, MEASURE
    for one in EXPERIMENTS:
        assert {len(runs.classes) for runs in results[one.name].sides.values()} == {3}, MEASURE
        assert not any(runs.late for runs in results[one.name].sides.values()), one.name


def test_disagreement_is_discussed() -> None:
    """Where a size is not within a tenth of the published one, a note says why."""
    results = read_results()
    for one in EXPERIMENTS:
        for variation in one.variations:
            speed = results[one.name].speed(one.base.name, variation.name)
            if speed is None or variation.published is None:
                continue
            if not 0.9 < speed / variation.published < 1 / 0.9:
                assert variation.note, f"{one.name}, {variation.name}: {speed:.2f}"


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.name)
def test_effects_are_as_expected(experiment: Experiment) -> None:
    assert unfulfilled(experiment, read_results()[experiment.name]) == []


def test_the_document_says_what_was_measured() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    blocks = blocks_of(EXPERIMENTS, read_results(), all_lines())
    assert rewritten(document, blocks) == document, AGAIN


def test_links_of_the_document_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", DOCUMENT.read_text(encoding="utf-8")):
        assert (DOCUMENT.parent / link).exists(), link
