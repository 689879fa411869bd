"""The application and the machine that a policy is checked against in an editor.

The editor's settings come first, then the options of the command line. Where neither names an
application, it is the one whose `app.toml` lies beside the policy or in a folder above.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mapc.graph.machine import Machine
from mapc.graph.taskgraph import TaskGraph
from mapc.legion.app_file import APP_FILE, find_application, known_applications, read_application
from mapc.legion.machines import find_machine
from mapc.legion.names import names_of
from mapc.resources import applications


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user set; empty where nothing was set."""

    app: str = ""
    machine: str = ""

    def over(self, other: "Settings") -> "Settings":
        """Return these settings, completed with others."""
        return Settings(self.app or other.app, self.machine or other.machine)


def settings_of(value: Any) -> Settings:
    """Return the settings in what an editor sends: `{"app": ...}`, or that under `mapc`."""
    if not isinstance(value, dict):
        return Settings()
    if isinstance(value.get("mapc"), dict):
        value = value["mapc"]
    app, machine = value.get("app"), value.get("machine")
    return Settings(
        app if isinstance(app, str) else "", machine if isinstance(machine, str) else ""
    )


@dataclass(slots=True)
class Subjects:
    """Finds applications and machines; a file is read again only when it has changed."""

    _applications: dict[tuple[Path, int, int], TaskGraph] = field(default_factory=dict)
    _machines: dict[str, Machine] = field(default_factory=dict)

    def graph(self, policy: Path | None, settings: Settings, root: Path | None) -> TaskGraph | None:
        """Return the names of a policy's application, None where there is none.

        Raises MapcError for an unknown application, or one whose description is invalid.
        """
        if settings.app:
            named = _file(settings.app, root)
            if named is None:
                # Only to say what is wrong with it.
                return names_of(find_application(settings.app))
            return self._read(named)
        for folder in policy.parents if policy is not None else ():
            if (folder / APP_FILE).is_file():
                return self._read(folder / APP_FILE)
        return None

    def machine(self, settings: Settings) -> Machine | None:
        """Return the machine that settings name; raises MapcError for an unknown one."""
        name = settings.machine
        if not name:
            return None
        if name not in self._machines:
            self._machines[name] = find_machine(name)
        return self._machines[name]

    def _read(self, file: Path) -> TaskGraph:
        state = file.stat()
        key = file, state.st_mtime_ns, state.st_size
        if key not in self._applications:
            self._applications[key] = names_of(read_application(file))
        return self._applications[key]


def _file(app: str, root: Path | None) -> Path | None:
    """Return the description of an application that is given by name, or by folder or file.

    A relative path is seen from the workspace's root.
    """
    ours = applications()
    if ours is not None and app in known_applications():
        return ours / app / APP_FILE
    path = (root or Path()) / Path(app).expanduser()
    file = path if path.name == APP_FILE else path / APP_FILE
    return file if file.is_file() else None
