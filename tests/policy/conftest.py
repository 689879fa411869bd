"""Short ways to load policies and evaluate expressions."""

from collections.abc import Callable

import pytest

from mapc.policy.evaluate import Placement
from mapc.policy.kinds import ProcKind
from mapc.policy.load import load_policy
from mapc.policy.model import Policy
from mapc.policy.shape import Shape
from mapc.text import Reporter, Source


@pytest.fixture(scope="session")
def load() -> Callable[[str], Policy]:
    """Return the policy of a text without errors."""

    def load(text: str) -> Policy:
        report = Reporter()
        policy = load_policy(Source("test.mapl", text), report)
        assert policy is not None, "\n".join(d.render() for d in report.diagnostics)
        return policy

    return load


@pytest.fixture(scope="session")
def codes() -> Callable[[str], list[str]]:
    """Return the codes of all findings of a text, notes about unused names left out."""

    def codes(text: str) -> list[str]:
        report = Reporter()
        load_policy(Source("test.mapl", text), report)
        found = [d.code.id for d in report.diagnostics]
        return [code for code in found if code not in {"MAP420", "MAP421"}]

    return codes


@pytest.fixture(scope="session")
def value(load: Callable[[str], Policy]) -> Callable[..., str]:
    """Return what `print` shows of an expression."""

    def value(expression: str, nodes: int = 2, procs: int = 4, before: str = "") -> str:
        policy = load(f'{before}\nprint("{{}}", {expression});')
        machine = Shape(nodes, dict.fromkeys(ProcKind, procs))
        return Placement(policy, machine).printed[0]

    return value
