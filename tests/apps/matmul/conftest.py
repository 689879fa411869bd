"""A fixture that runs Cannon's algorithm, for what is the same with all."""

import pytest

from tests.apps.matmul.running import Multiplication


@pytest.fixture(scope="session")
def cannon() -> Multiplication:
    """Return a way to run Cannon's algorithm."""
    return Multiplication("cannon")
