"""A fixture that runs the stencil."""

import pytest

from tests.apps.stencil.running import Stencil


@pytest.fixture(scope="session")
def stencil() -> Stencil:
    """Return a way to run the stencil."""
    return Stencil()
