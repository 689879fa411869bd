"""Fixtures of the tests that touch the cache, the toolchain and Legion."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.legion.runtime import LegionRuntime, find_runtime
from mapc.legion.toolchain import _find
from mapc.text import MapcError

PROGRAMS = Path(__file__).resolve().parent / "programs"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a cache of its own, empty, not made yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("MAPC_CACHE", str(folder))
    return folder


@pytest.fixture
def fresh_toolchain() -> None:
    """Forget compilers found before the test changed the environment."""
    _find.cache_clear()


@pytest.fixture
def python() -> str:
    """Return the interpreter for small programs."""
    return sys.executable


@pytest.fixture(scope="session")
def legion() -> LegionRuntime:
    """Return the Legion that set-up installs."""
    return find_runtime()


@pytest.fixture
def told() -> Callable[[MapcError], list[str]]:
    """Give all diagnostics of an error, rendered."""
    return lambda error: [diagnostic.render() for diagnostic in error.diagnostics]
