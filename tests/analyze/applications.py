"""Analyses of our applications, made once in a run of the tests."""

from functools import cache
from pathlib import Path

from mapc.analyze.analysis import analyse, as_seen_from
from mapc.analyze.result import Analysis
from mapc.cli.sources import application_commands
from mapc.legion.app_file import find_application

ROOT = Path(__file__).resolve().parents[2]


@cache
def analysis_of(application: str) -> Analysis:
    """Return what an application does."""
    found = find_application(str(ROOT / "apps" / application))
    return as_seen_from(analyse(application_commands(found)), ROOT)
