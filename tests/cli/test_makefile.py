"""The Makefile as a newcomer meets it: what is missing is said in one sentence."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_make_alone_lists_the_targets() -> None:
    done = make()
    assert done.returncode == 0
    for target in ("tune", "test", "check", "bench"):
        assert f"  {target} " in done.stdout


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (None, "mapc: there is no"),
        ("#!/bin/sh\necho Python 3.9.2\nexit 1\n", "Python 3.9.2 is too old"),
        ('#!/bin/sh\n[ "$1" = -m ] && exit 1\nexit 0\n', "cannot make a virtual environment"),
    ],
)
def test_an_unusable_python_is_named(tmp_path: Path, script: str | None, sentence: str) -> None:
    python = tmp_path / "python"
    if script is not None:
        python.write_text(script)
        python.chmod(0o755)
    done = make("setup", f"VENV={tmp_path / 'venv'}", f"PYTHON={python}")
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
