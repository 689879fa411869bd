"""The wheel alone: in a clean environment, away from the checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.needs_legion, pytest.mark.slow]

ROOT = Path(__file__).resolve().parent.parent.parent
POLICY = "Task * CPU;\nLayout * * * AOS C_order;\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    # The sdist is built from the checkout and the wheel from the sdist, as a release does it.
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `mapc` of a fresh environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    lock = ROOT / "requirements.lock"
    for arguments in (["--require-hashes", "-r", lock], ["--no-deps", wheel]):
        done = subprocess.run(
            [folder / "bin/python", "-m", "pip", "install", "--quiet", *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "bin/mapc"


def run(command: Path, *arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command, *map(str, arguments)],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_top_level_and_data(wheel: Path) -> None:
    """Nothing but the package, and every declarative file inside it."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"mapc", "mapc-0.1.0.dist-info"}
    for needed in (
        "mapc/py.typed",
        "mapc/_data/grammar/mapl.lark",
        "mapc/_data/backends/legion/include/mapc/mapper.h",
        "mapc/_data/backends/legion/cmake/mapcConfig.cmake",
        "mapc/_data/backends/legion/runtime.toml",
        "mapc/_data/feedback/rules",
        "mapc/_data/errors/MAP610.md",
    ):
        assert any(name.startswith(needed) for name in names), needed


def test_build_and_tune_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "p.mapl").write_text(POLICY)
    built = run(installed, "build", "p.mapl", "-o", "p_mapper.cc", "--vendor", folder=tmp_path)
    assert built.returncode == 0, built.stderr
    assert "Layout(AOS, C_order)" in (tmp_path / "p_mapper.cc").read_text()
    assert (tmp_path / "mapc_support.h").is_file()
    folder = Path(run(installed, "cmake-dir", folder=tmp_path).stdout.strip())
    assert installed.parent.parent in folder.parents

    for name in ("circuit", "common"):
        shutil.copytree(ROOT / "apps" / name, tmp_path / "mine" / name)
    tuned = run(
        installed,
        *("tune", "mine/circuit", "--preset", "smoke", "--trials", "3"),
        folder=tmp_path,
    )
    assert tuned.returncode == 0, tuned.stdout + tuned.stderr
    assert "default mapper" in tuned.stdout
    # Without a GPU this was the emulated machine, whose driver comes with the wheel.
    (best,) = tmp_path.glob(".mapc/runs/circuit-*-smoke-guided-s0/best.mapl")
    assert best.is_file()
