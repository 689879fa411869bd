"""The multiplications are right for every size and grid; wrong flags and layouts are refused."""

from pathlib import Path

import pytest

from mapc.legion.app_build import build_application
from tests.apps.matmul.running import Multiplication, output_of

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]


@pytest.mark.parametrize(
    ("name", "policy", "arguments"),
    [
        pytest.param("cannon", "expert", "-n 50 -r 2 -gx 4 -gy 2", id="more rows of nodes"),
        pytest.param("summa", "", "-n 50 -r 2 -gx 2 -gy 3", id="more columns of nodes"),
        pytest.param("pumma", "expert", "-n 61 -r 2 -warm 0 -gx 3 -gy 3", id="does not divide"),
        pytest.param("pumma", "", "-n 5 -r 1 -gx 3 -gy 3", id="empty tiles"),
        pytest.param("cannon", "", "-n 1 -r 1", id="one entry"),
    ],
)
def test_every_shape(name: str, policy: str, arguments: str) -> None:
    multiplication = Multiplication(name)
    text = multiplication.policy(policy) if policy else ""
    verdict = multiplication(text, arguments)
    assert verdict.outcome_class == "ok", output_of(verdict)


def test_a_wrong_schedule_is_seen(cannon: Multiplication, tmp_path: Path) -> None:
    """Both steps with the same blocks: as many products, but not those."""
    main = (cannon.app.folder / "main.cc").read_text()
    assert "{shifted, shifted, /*tall=*/true}" in main
    main = main.replace("{shifted, shifted,", "{same, shifted,").replace(
        "int main(", "int64_t same(int64_t, int64_t, int64_t, int64_t) { return 1; }\n\nint main("
    )
    (tmp_path / "main.cc").write_text(main)
    common = cannon.app.folder.parent / "common"
    (tmp_path / "common").symlink_to(common)
    table = cannon.app.file.build.model_copy(
        update={"sources": ["main.cc", "common/matmul/*.cc"], "include": [str(common)]}
    )
    file = cannon.app.file.model_copy(update={"build": table})
    broken = build_application(
        cannon.app.model_copy(update={"folder": tmp_path, "file": file}), cannon.runtime
    )
    verdict = cannon("", "-n 40 -r 1 -gx 2 -gy 2", built=broken)
    assert "1600 entries of A are wrong" in output_of(verdict)
    assert "FAILURE" in output_of(verdict)
    assert verdict.outcome is not None
    assert verdict.outcome.exit_code == 1
    assert verdict.score is None


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ("-gx 2", "-gx and -gy have to be given together"),
        ("-n 0", "flag -n must be at least 1"),
        ("-m 3", "unknown argument '-m'; -help lists the flags"),
    ],
)
def test_wrong_flags(cannon: Multiplication, flags: str, sentence: str) -> None:
    verdict = cannon("", flags)
    assert verdict.outcome is not None
    assert verdict.outcome.exit_code == 2
    assert verdict.score is None
    told = [one for one in output_of(verdict).splitlines() if one.startswith("cannon: ")]
    assert told == [f"cannon: {sentence}"]


@pytest.mark.parametrize(
    ("layout", "requirement", "more"),
    [
        ("Layout * * * SOA F_order;", 0, ""),
        ("Layout task_4 C * AOS F_order;", 2, " -lg:safe_mapper"),
    ],
)
def test_other_layouts_are_refused(
    cannon: Multiplication, layout: str, requirement: int, more: str
) -> None:
    """BLAS wants rows."""
    verdict = cannon(layout, "-n 40 -r 1" + more)
    assert verdict.outcome_class == "layout", output_of(verdict)
    assert verdict.score is None
    (found,) = verdict.diagnostics
    assert found.code.id == "MAP613"
    assert f"for requirement {requirement}, for task `task_4`" in found.message


def test_values_apart_are_refused_by_the_leaf(cannon: Multiplication) -> None:
    """In the order that the variant asks for, but each value begins a line of its own."""
    verdict = cannon("Layout * * * AOS C_order Align == 64;", "-n 40 -r 1")
    assert verdict.outcome_class == "layout", output_of(verdict)
    assert verdict.score is None
    assert "** On entry to DGEMM parameter number 8 had an illegal value" in output_of(verdict)


def test_rows_apart_are_fine(cannon: Multiplication) -> None:
    verdict = cannon("Layout * * * SOA C_order Align == 4096;", "-n 41 -r 1 -gx 2 -gy 2")
    assert verdict.outcome_class == "ok", output_of(verdict)
