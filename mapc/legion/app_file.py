"""Find an application and read its `app.toml`; mistakes in it are diagnostics on its lines."""

from pathlib import Path

from mapc.graph.machine import Machine
from mapc.legion.application import AppFile, Application, Preset
from mapc.legion.failures import failure
from mapc.legion.toml_file import read_toml
from mapc.resources import applications
from mapc.text import ExitCode
from mapc.text.codes import BAD_APPLICATION, NO_SUCH_APPLICATION, NO_SUCH_PRESET
from mapc.text.nearest import did_you_mean

APP_FILE = "app.toml"


def known_applications() -> tuple[str, ...]:
    """Return the names of the applications that come with this checkout."""
    root = applications()
    if root is None:
        return ()
    return tuple(sorted(path.parent.name for path in root.glob(f"*/{APP_FILE}")))


def find_application(name_or_path: str) -> Application:
    """Return an application by name (one of ours) or by folder (anybody's)."""
    known = known_applications()
    if name_or_path in known and (root := applications()):
        return read_application(root / name_or_path / APP_FILE)
    path = Path(name_or_path).expanduser()
    file = path if path.name == APP_FILE else path / APP_FILE
    if file.is_file():
        return read_application(file)
    if path.is_dir():
        message = f"the folder {name_or_path} holds no `{APP_FILE}`"
        advice = f"write an `{APP_FILE}` that says how the application is built and run"
    else:
        message = f"there is no application `{name_or_path}`"
        hint = did_you_mean(name_or_path, known)
        advice = f"{hint}; or name a folder with an `{APP_FILE}`".removeprefix("; or ")
    raise failure(NO_SUCH_APPLICATION, message, help=advice, exit_code=ExitCode.USAGE)


def read_application(file: Path) -> Application:
    """Return the application that an `app.toml` describes; all its mistakes at once."""
    parsed, _ = read_toml(file, AppFile, BAD_APPLICATION)
    return Application(folder=file.parent.absolute(), file=parsed)


def preset_name(app: Application, machine: Machine, asked: str | None) -> str:
    """Return the preset that is meant: the one asked for, or the usual one on such a machine."""
    if asked is not None:
        return asked
    return app.file.machine.preset if machine.emulated else "default"


def find_preset(app: Application, name: str) -> Preset:
    """Return a preset; every application has `default`, empty where the file has none."""
    if name in app.file.presets:
        return app.file.presets[name]
    if name == "default":
        return Preset()
    raise failure(
        NO_SUCH_PRESET,
        f"{app.name} has no preset `{name}`",
        help=did_you_mean(name, [*app.file.presets, "default"]),
        exit_code=ExitCode.USAGE,
    )
