"""The stencil is right on grids of every shape, and refuses wrong flags and layouts."""

import pytest

from tests.apps.stencil.running import Grid, Stencil, output_of

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]


@pytest.mark.parametrize(
    "grid",
    [
        pytest.param(Grid(nx=103, ny=57, ntx=3, nty=5), id="sizes that do not divide"),
        pytest.param(Grid(nx=70, ny=41, ntx=1, nty=1), id="one tile"),
        pytest.param(Grid(nx=200, ny=200, ntx=10, nty=9, steps=2), id="many tiles"),
        pytest.param(Grid(nx=12, ny=12, ntx=4, nty=4), id="tiles as narrow as halos"),
        pytest.param(Grid(nx=301, ny=6, ntx=7, nty=1, prune=0), id="one row"),
    ],
)
@pytest.mark.parametrize("policy", ["expert", ""])
def test_every_shape(stencil: Stencil, policy: str, grid: Grid) -> None:
    """From x + y, so that a strip in the wrong place is seen."""
    text = stencil.policy(policy) if policy else ""
    verdict = stencil(text, grid.arguments("-ramp"), stencil.host)
    assert verdict.outcome_class == "ok", output_of(verdict)


def test_constant_start(stencil: Stencil) -> None:
    grid = Grid(nx=40, ny=40, ntx=2, nty=2)
    verdict = stencil("", grid.arguments("-init", "0"), stencil.host)
    assert verdict.outcome_class == "ok", output_of(verdict)


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("-nx", "11"), "-nx must be at least 4 and 2 more for each of -ntx tiles"),
        (("-nty", "5"), "-ny must be at least 4 and 2 more for each of -nty tiles"),
        (("-ntx", "0"), "flag -ntx must be at least 1"),
        (("-init", "1000000000000000"), "flag -init must be at most 562949953421312"),
        (("-tstep", "3"), "unknown argument '-tstep'; -help lists the flags"),
    ],
)
def test_wrong_flags(stencil: Stencil, flags: tuple[str, ...], sentence: str) -> None:
    verdict = stencil("", flags, stencil.host)
    assert verdict.outcome is not None
    assert verdict.outcome.exit_code == 2
    assert verdict.score is None
    assert [line for line in output_of(verdict).splitlines() if line.startswith("stencil: ")] == [
        f"stencil: {sentence}"
    ]


@pytest.mark.parametrize(
    ("layout", "requirement", "more"),
    [
        ("Layout * * * SOA C_order;", 0, ()),
        ("Layout * * * SOA C_order;", 0, ("-lg:safe_mapper",)),
        ("Layout stencil private * AOS F_order;", 0, ()),
        ("Layout increment pym_out * SOA C_order;", 4, ()),
    ],
)
def test_other_layouts_are_refused(
    stencil: Stencil, layout: str, requirement: int, more: tuple[str, ...]
) -> None:
    grid = Grid(nx=40, ny=40, ntx=2, nty=2)
    verdict = stencil(layout, grid.arguments(*more), stencil.host)
    assert verdict.outcome_class == "layout", output_of(verdict)
    assert verdict.score is None
    (found,) = verdict.diagnostics
    assert found.code.id == "MAP613"
    assert f"for requirement {requirement}" in found.message
