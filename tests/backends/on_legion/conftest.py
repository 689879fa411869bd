"""The test programs, ready to run on Legion."""

from pathlib import Path

import pytest

from mapc.legion.runtime import LegionRuntime
from tests.backends.on_legion.running import Program

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.needs_legion)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def grid(legion: LegionRuntime) -> Program:
    """Return the program with something for every statement."""
    return Program("grid", legion)


@pytest.fixture(scope="session")
def shapes(legion: LegionRuntime) -> Program:
    """Return the program with launches of every shape."""
    return Program("shapes", legion)


@pytest.fixture(scope="session")
def tiles(legion: LegionRuntime) -> Program:
    """Return the program that reads a line tile by tile, and a part with gaps."""
    return Program("tiles", legion)


@pytest.fixture(scope="session")
def crowd(legion: LegionRuntime) -> Program:
    """Return the program with many small tasks."""
    return Program("crowd", legion)


@pytest.fixture(scope="session")
def knots(legion: LegionRuntime) -> Program:
    """Return the program whose tasks wait for tasks that a limit may hold back."""
    return Program("knots", legion)
