"""Small programs, each with what it does written down by hand, against what the analysis says."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mapc.analyze.build import Builder
from mapc.analyze.follow import follow
from mapc.analyze.ir import Unit
from mapc.analyze.program import Program
from mapc.analyze.result import Analysis
from mapc.analyze.units import read_unit
from mapc.legion.runtime import find_runtime
from tests.analyze.truth import Facts, difference, expected, programs, sources, told

pytestmark = [pytest.mark.slow, pytest.mark.needs_legion]

ENOUGH = 0.98


@pytest.fixture(scope="module")
def analyses() -> dict[str, Analysis]:
    """Return the analysis of every program; libclang works on two sources at a time."""
    flags = ("-std=c++17", *find_runtime().compile_flags)
    files = [(name, source) for name in programs() for source in sources(name)]

    def read(one: tuple[str, Path]) -> Unit:
        return read_unit(one[1], flags)

    with ThreadPoolExecutor(2) as pool:
        units = list(pool.map(read, files))
    found = {}
    for name in programs():
        own = [unit for (of, _), unit in zip(files, units, strict=True) if of == name]
        assert not [message for unit in own for message in unit.messages], name
        program = Program(own)
        trace, complete = follow(program)
        found[name] = Builder(trace, program).analysis(complete)
        assert complete, name
    return found


@pytest.mark.parametrize("name", programs())
def test_program(name: str, analyses: dict[str, Analysis]) -> None:
    """Nothing is missing and nothing is made up; `-` is missing, `+` too much."""
    wrong = list(difference(expected(name).lines(), told(name, analyses[name]).lines()))
    assert not wrong, "\n".join((f"{name}:", *wrong))


def test_precision_and_recall(analyses: dict[str, Analysis], tell: Callable[[str], None]) -> None:
    """Over all programs, at least 0.98 of what is found is right, and of what is right is found."""
    for kind in ("tasks", "launches", "requirements"):
        wanted = Counter(
            f"{name}: {text}" for name in programs() for text in getattr(expected(name), kind)
        )
        found = Counter(
            f"{name}: {text}"
            for name, analysis in analyses.items()
            for text in getattr(told(name, analysis), kind)
        )
        right = (wanted & found).total()
        precision, recall = right / found.total(), right / wanted.total()
        tell(
            f"analysis of {len(analyses)} programs: {wanted.total()} {kind},"
            f" precision {precision:.3f}, recall {recall:.3f}"
        )
        assert precision >= ENOUGH
        assert recall >= ENOUGH


def test_every_mark_is_used() -> None:
    """The truth speaks of every marked line, so that a launch cannot be forgotten."""
    from tests.analyze.truth import marks

    for name in programs():
        facts: Facts = expected(name)
        spoken = {text.split(":")[0] for text in facts.lines()}
        unused = set(marks(name).values()) - spoken
        assert not unused, f"{name}: {sorted(unused)}"
