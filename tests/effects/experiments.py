"""What is measured: each experiment runs one problem under a base policy and its variations."""

import hashlib
import re
import tomllib
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mapc.legion.app_file import find_application
from mapc.legion.application import Application
from tests.effects.variations import varied

FILE = Path(__file__).resolve().parent / "experiments.toml"

FASTER, SLOWER, SAME = "faster", "slower", "same"
Name = Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Side(_Strict):
    """One policy of an experiment, made from one of the application's, and what it runs with.

    Without a file it is Legion's default mapper.
    """

    name: Name
    says: str
    file: str = "expert.mapl"
    drop: list[str] = []
    replace: dict[str, str] = {}
    add: str = ""
    arguments: list[str] = []  # flags in place of, or after, those of the experiment
    time_scale: Annotated[float, Field(gt=0)] | None = None

    def policy(self, app: Application) -> str:
        """Return the text of the policy, empty for the default mapper."""
        if not self.file:
            return ""
        text = (app.folder / self.file).read_text(encoding="utf-8")
        try:
            return varied(text, drop=self.drop, replace=self.replace, add=self.add)
        except ValueError as error:
            raise ValueError(f"{app.name}, {self.file}, `{self.name}`: {error}") from error


class Variation(Side):
    """A side that is compared with the base, and how the comparison should end.

    `expect` is a direction, or the class of the outcome: some variations cannot run.
    """

    expect: Annotated[str, Field(pattern=r"^[a-z]+$")]
    published: float | None = None
    source: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _published_by_somebody(self) -> "Variation":
        if (self.published is not None) and not self.source:
            raise ValueError("a published figure needs its `source`")
        return self


class Experiment(_Strict):
    """One problem on one machine; every variation differs from the base in one thing."""

    name: Name
    app: str
    preset: str = "emulated"
    machine: str = "p100x4"
    ranks: Annotated[int, Field(ge=1)] = 1
    arguments: list[str] = []  # flags in place of, or after, those of the preset
    timeout: Annotated[float, Field(gt=0)] | None = None
    base: Side
    variations: list[Variation]

    @model_validator(mode="after")
    def _names_are_different(self) -> "Experiment":
        if len({side.name for side in self.sides}) != len(self.sides):
            raise ValueError("two sides have the same name")
        return self

    @property
    def sides(self) -> tuple[Side, ...]:
        """The base and its variations."""
        return (self.base, *self.variations)

    @cached_property
    def application(self) -> Application:
        """The application that is run."""
        return find_application(self.app)

    def arguments_of(self, side: Side) -> tuple[str, ...]:
        """Return the arguments of a side; words of `[run]` are not among them."""
        preset = self.application.file.presets[self.preset]
        flags: dict[str, tuple[str, ...]] = {}
        for words in (preset.args, self.arguments, side.arguments):
            flags |= _by_flag(words)
        return tuple(word for group in flags.values() for word in group)

    def key(self) -> str:
        """Return what tells whether something measured is still about the same thing.

        Comments and spaces of policies do not count.
        """
        preset = self.application.file.presets[self.preset]
        parts = [self.machine, str(self.ranks), str(preset.data_scale), str(preset.time_scale)]
        for side in self.sides:
            policy = re.sub(r"#.*", "", side.policy(self.application))
            parts += [side.name, str(side.time_scale), *self.arguments_of(side), *policy.split()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _by_flag(words: list[str]) -> dict[str, tuple[str, ...]]:
    """Return each flag together with its values."""
    starts = [n for n, word in enumerate(words) if re.match(r"-+[A-Za-z]", word)]
    groups = [tuple(words[start:end]) for start, end in pairwise([*starts, len(words)])]
    return {group[0]: group for group in groups}


def _one_for_each(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Return an experiment for each of its `apps`, called after it; some variations are of one."""
    apps = table.get("apps")
    if apps is None:
        return [table]
    rest = {key: value for key, value in table.items() if key != "apps"}
    result = []
    for app in apps:
        chosen = [
            {key: value for key, value in one.items() if key != "only"}
            for one in table.get("variations", [])
            if one.get("only", app) == app
        ]
        named = {"app": app, "name": f"{app}-{table.get('name')}", "variations": chosen}
        result.append({**rest, **named})
    return result


class Experiments(_Strict):
    """The whole file."""

    experiments: list[Experiment]

    @model_validator(mode="after")
    def _names_are_different(self) -> "Experiments":
        if len({one.name for one in self.experiments}) != len(self.experiments):
            raise ValueError("two experiments have the same name")
        return self


def read_experiments(file: Path = FILE) -> tuple[Experiment, ...]:
    """Return all experiments, in the order of their file."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    every = [one for row in table.get("experiments", []) for one in _one_for_each(row)]
    return tuple(Experiments.model_validate({**table, "experiments": every}).experiments)
