"""Finding applications and reading `app.toml`; every mistake has its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.legion import app_file
from mapc.legion.app_file import find_application, find_preset, read_application
from mapc.text import MapcError
from mapc.text.printer import as_text

HERE = Path(__file__).resolve().parent
CASES = sorted((HERE / "golden").glob("*.toml"))
TINY = HERE / "programs" / "tiny"


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_mistakes(
    case: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each broken file gives exactly the diagnostics stored beside it."""
    monkeypatch.chdir(case.parent)
    with pytest.raises(MapcError) as caught:
        read_application(Path(case.name))
    assert caught.value.exit_code == 2
    golden(case.with_suffix(".err"), as_text(caught.value.diagnostics))


def test_every_golden_has_its_input() -> None:
    assert {p.stem for p in (HERE / "golden").glob("*.err")} == {p.stem for p in CASES}


@pytest.mark.parametrize("name", [str(TINY), str(TINY / "app.toml")])
def test_an_application_by_folder(name: str) -> None:
    app = find_application(name)
    assert app.name == "tiny"
    assert app.folder == TINY
    assert app.file.score is not None
    assert (app.file.score.unit, app.file.score.better) == ("s", "lower")
    assert app.file.run.timeout == 60


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a checkout whose applications are copies of tiny."""
    for name in ("circuit", "stencil"):
        folder = tmp_path / "apps" / name
        folder.mkdir(parents=True)
        text = (TINY / "app.toml").read_text().replace('"tiny"', f'"{name}"')
        (folder / "app.toml").write_text(text)
    monkeypatch.setattr(app_file, "applications", lambda: tmp_path / "apps")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_application_by_name(checkout: Path) -> None:
    assert find_application("stencil").folder == checkout / "apps" / "stencil"


@pytest.mark.parametrize(
    ("name", "message", "help_text"),
    [
        (
            "circiut",
            "there is no application `circiut`",
            "did you mean `circuit`?; or name a folder with an `app.toml`",
        ),
        (
            "xyz",
            "there is no application `xyz`",
            "known: `circuit`, `stencil`; or name a folder with an `app.toml`",
        ),
        (
            "apps",
            "the folder apps holds no `app.toml`",
            "write an `app.toml` that says how the application is built and run",
        ),
    ],
)
def test_no_such_application(name: str, message: str, help_text: str, checkout: Path) -> None:
    with pytest.raises(MapcError) as caught:
        find_application(name)
    (told,) = caught.value.diagnostics
    assert (told.code.id, told.message, told.help) == ("MAP801", message, help_text)


def test_without_a_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_file, "applications", lambda: None)
    with pytest.raises(MapcError) as caught:
        find_application("circuit")
    assert caught.value.diagnostics[0].help == "name a folder with an `app.toml`"


def test_presets(tmp_path: Path) -> None:
    file = tmp_path / "app.toml"
    file.write_text(
        '[app]\nname = "a"\n[build]\nsources = ["a.cc"]\n[presets.smoke]\nargs = ["-l", "1"]\n'
    )
    app = read_application(file)
    assert find_preset(app, "smoke").args == ["-l", "1"]
    assert find_preset(app, "default").args == []
    with pytest.raises(MapcError, match="a has no preset `smok`") as caught:
        find_preset(app, "smok")
    assert caught.value.diagnostics[0].help == "did you mean `smoke`?"


def test_an_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "app.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(MapcError, match="cannot be read"):
        find_application(str(tmp_path))
