"""Pennant is right in pieces of every shape, for every problem, and refuses wrong flags."""

import pytest

from tests.apps.matmul.running import Multiplication, output_of

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

SHORT = "-checks -cstop 4 -prune 1"


@pytest.fixture(scope="module")
def pennant() -> Multiplication:
    """Return a way to run pennant; the runner of the products runs any application by name."""
    return Multiplication("pennant")


@pytest.mark.parametrize(
    "mesh",
    [
        pytest.param("-problem leblanc -nzx 4 -nzy 36 -npieces 1", id="one piece"),
        pytest.param("-problem leblanc -nzx 7 -nzy 23 -npieces 5", id="strips that do not divide"),
        pytest.param("-problem leblanc -nzx 9 -nzy 13 -numpcx 3 -numpcy 2", id="blocks"),
        pytest.param("-problem sedov -nzx 9 -nzy 9 -numpcx 2 -numpcy 2", id="sedov"),
        pytest.param("-problem noh -nzx 10 -nzy 10 -numpcx 2 -numpcy 3", id="noh"),
    ],
)
@pytest.mark.parametrize("policy", ["expert", ""])
def test_every_shape(pennant: Multiplication, policy: str, mesh: str) -> None:
    text = pennant.policy(policy) if policy else ""
    verdict = pennant(text, f"{mesh} {SHORT}")
    assert verdict.outcome_class == "ok", output_of(verdict)


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ("-npieces 4 -numpcx 3", "-npieces must be the product of -numpcx and -numpcy"),
        ("-nzx 2 -numpcx 3 -numpcy 1", "there are more pieces than zones in a row or a column"),
        ("-cstopp 3", "unknown argument '-cstopp'; -help lists the flags"),
    ],
)
def test_wrong_flags(pennant: Multiplication, flags: str, sentence: str) -> None:
    verdict = pennant("", flags)
    assert verdict.outcome is not None
    assert verdict.outcome.exit_code == 2
    assert verdict.score is None
    assert f"pennant: {sentence}" in output_of(verdict).splitlines()
