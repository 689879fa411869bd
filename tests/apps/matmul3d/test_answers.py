"""The three-dimensional multiplications are right for every size and grid; errors are seen."""

from pathlib import Path

import pytest

from mapc.legion.app_build import build_application
from tests.apps.matmul.running import Multiplication, output_of

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

NAMES = ("johnson", "cosma", "solomonik")


@pytest.mark.parametrize(
    ("name", "policy", "arguments"),
    [
        pytest.param("johnson", "expert", "-n 61 -r 2 -g 3", id="does not divide"),
        pytest.param("johnson", "colocated", "-n 50 -r 2 -warm 0 -procs 16", id="owners elsewhere"),
        pytest.param("johnson", "", "-n 5 -r 1 -g 4", id="empty tiles"),
        pytest.param("cosma", "expert", "-n 61 -r 2 -gx 3 -gy 1 -gz 5", id="no two sides alike"),
        pytest.param("cosma", "", "-n 1 -r 1", id="one entry"),
        pytest.param("solomonik", "expert", "-n 61 -r 2 -procs 1", id="one task"),
        pytest.param("solomonik", "expert", "-n 61 -r 2 -procs 8", id="two layers"),
        pytest.param("solomonik", "naive", "-n 50 -r 1 -rpoc 3 -c 2 -rpoc3 5", id="odd steps"),
    ],
)
def test_every_shape(name: str, policy: str, arguments: str) -> None:
    multiplication = Multiplication(name)
    text = multiplication.policy(policy) if policy else ""
    verdict = multiplication(text, arguments)
    assert verdict.outcome_class == "ok", output_of(verdict)


@pytest.mark.parametrize(
    ("name", "processors", "domain"),
    [
        ("johnson", 4, [2, 2, 2]),
        ("johnson", 16, [4, 4, 4]),
        ("cosma", 2, [2, 1, 1]),
        ("cosma", 16, [2, 2, 4]),
        ("cosma", 32, [2, 4, 4]),
        ("solomonik", 16, [4, 4, 1]),
        ("solomonik", 32, [4, 4, 2]),
    ],
)
def test_grid_by_processors(name: str, processors: int, domain: list[int]) -> None:
    """As published."""
    multiplication = Multiplication(name)
    verdict = multiplication("", f"-n 16 -r 1 -warm 0 -procs {processors}")
    assert verdict.outcome_class == "ok", output_of(verdict)
    launch = "task_5" if name == "solomonik" else "task_4"
    (seen,) = [r for r in verdict.records if r["event"] == "seen" and r["task"] == launch]
    assert seen["domain"] == domain
    privilege = "READ_WRITE" if domain == [4, 4, 1] and name == "solomonik" else "REDUCE"
    assert seen["requirements"][0]["privilege"] == privilege


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("johnson", "(cube.x, cube.y, cube.z),", "(cube.x, cube.y, cube.z - 1),"),
        ("johnson", "Point<2>(p[2], p[1])", "Point<2>(p[1], p[2])"),
        ("solomonik", "task->index_point[1] + s)", "task->index_point[1])"),
    ],
    ids=["a missing term of the sum", "a tile of the transpose", "the same piece in each step"],
)
def test_a_wrong_algorithm_is_seen(name: str, right: str, wrong: str, tmp_path: Path) -> None:
    multiplication = Multiplication(name)
    apps = multiplication.app.folder.parent
    (tmp_path / "common").mkdir()
    for source in [apps / name / "main.cc", *(apps / "common/matmul").glob("*.cc")]:
        text = source.read_text()
        if source.name == ("main.cc" if name == "solomonik" else "cube.cc"):
            assert right in text
            text = text.replace(right, wrong)
        (tmp_path / source.name).write_text(text)
    table = multiplication.app.file.build.model_copy(
        update={"sources": ["*.cc"], "include": [str(apps / "common")]}
    )
    file = multiplication.app.file.model_copy(update={"build": table})
    broken = build_application(
        multiplication.app.model_copy(update={"folder": tmp_path, "file": file}),
        multiplication.runtime,
    )
    verdict = multiplication("", "-n 40 -r 1", built=broken)
    assert "1600 entries of A are wrong" in output_of(verdict)
    assert verdict.outcome_class == "wrong-answer"
    assert verdict.score is None


@pytest.mark.parametrize(
    ("name", "flags", "sentence"),
    [
        ("johnson", "-gx 2", "unknown argument '-gx'; -help lists the flags"),
        ("johnson", "-g -1", "flag -g must be at least 0"),
        ("cosma", "-gx 2 -gy 2", "-gx, -gy and -gz go together"),
        ("solomonik", "-c 2", "-rpoc, -c and -rpoc3 go together"),
    ],
)
def test_wrong_flags(name: str, flags: str, sentence: str) -> None:
    verdict = Multiplication(name)("", flags)
    assert verdict.outcome is not None
    assert verdict.outcome.exit_code == 2
    assert f"{name}: {sentence}" in output_of(verdict)
    assert verdict.score is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("operand", ["A", "C"])
def test_wrong_layouts_are_told(name: str, operand: str) -> None:
    """Also of what is reduced into."""
    multiplication = Multiplication(name)
    policy = f"Layout task_4 {operand} * SOA F_order;\n" + multiplication.policy("expert")
    verdict = multiplication(policy, "-n 40 -r 1")
    assert verdict.outcome_class == "layout"
    assert verdict.score is None
    assert any(f"{name}.mapl:1:" in d.render() for d in verdict.diagnostics)
