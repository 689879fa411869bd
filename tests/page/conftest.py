"""The page that most tests look at."""

from pathlib import Path

import pytest

from mapc.graph.mapping import Mapping
from tests.page.pages import GRAPH, MACHINE, mapping_of


@pytest.fixture(scope="session")
def mapping() -> Mapping:
    path = Path(__file__).parent / "golden" / "inspect.mapl"
    text = path.read_text(encoding="utf-8")
    return mapping_of(text, name=path.name, graph=GRAPH, machine=MACHINE)
