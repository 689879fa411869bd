"""`mapc apps`: what is listed, and what is said where nothing is."""

import json
from pathlib import Path
from typing import Any

import pytest

from mapc.cli import apps
from mapc.resources import applications

NINE = {
    *("circuit", "stencil", "pennant", "cannon", "summa", "pumma"),
    *("johnson", "solomonik", "cosma"),
}


def test_all_nine_are_listed(mapc: Any) -> None:
    done = mapc("apps")
    assert (done.returncode, done.stderr) == (0, "")
    assert {line.split()[0] for line in done.stdout.splitlines()} == NINE


def test_what_scripts_read(mapc: Any) -> None:
    (circuit,) = json.loads(mapc("apps", "circuit", "--format", "json").stdout)["applications"]
    assert circuit["presets"] == ["smoke", "default", "paper", "emulated"]
    assert "update_voltages" in circuit["tasks"]
    assert "rp_ghost" in circuit["regions"]
    assert Path(circuit["folder"], "app.toml").is_file()
    assert "binary" not in circuit


def test_every_application_has_what_it_should() -> None:
    root = applications()
    assert root is not None
    for name in NINE:
        files = {path.name for path in (root / name).iterdir()}
        assert files >= {"app.toml", "README.md", "expert.mapl", "naive.mapl"}, name


def test_a_name_that_is_none(mapc: Any) -> None:
    done = mapc("apps", "circut")
    assert done.returncode == 2
    assert "error[MAP801]" in done.stderr
    assert "did you mean `circuit`?" in done.stderr


def test_a_wheel_has_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("mapc.legion.app_file.applications", lambda: None)
    apps.apps(names=None)
    told = capsys.readouterr()
    assert told.out == ""
    assert "not with a wheel" in told.err
