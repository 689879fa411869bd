"""What an `app.toml` says: how to build an application, run it, score it and check it."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from mapc.graph.taskgraph import Privilege
from mapc.policy.kinds import ProcKind


def _pattern(text: str) -> str:
    """Return a regular expression that compiles."""
    try:
        re.compile(text, re.MULTILINE)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return text


def _scoring(text: str) -> str:
    """Return a pattern with exactly one group, the number."""
    if re.compile(text, re.MULTILINE).groups != 1:
        raise ValueError("needs exactly one group, around the number")
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class _Strict(BaseModel):
    """Unknown keys are mistakes: a misspelt option must not be ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AppTable(_Strict):
    """`[app]`: what it is called."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    description: str = ""


class BuildTable(_Strict):
    """`[build]`: either sources for mapc to compile, or a command that leaves a binary."""

    sources: list[str] = []
    include: list[str] = []
    flags: list[str] = []
    link: list[str] = []
    command: str = ""
    binary: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> "BuildTable":
        if self.command and not self.binary:
            raise ValueError("`command` needs `binary`, the file that it makes")
        if self.command and self.sources:
            raise ValueError("give either `sources` or `command`, not both")
        if not self.sources and not self.binary:
            raise ValueError("give `sources`, or `command` and `binary`")
        return self


class RunTable(_Strict):
    """`[run]`: what every run has in common."""

    args: list[str] = []
    timeout: Annotated[float, Field(gt=0)] = 60.0
    scale_option: str = ""  # under emulation: how the application is told the data scale


class Preset(_Strict):
    """`[presets.NAME]`: one size of the problem."""

    args: list[str] = []
    timeout: Annotated[float, Field(gt=0)] | None = None
    # Under emulation: what a real byte stands for; how long a modelled second lasts, if not as long
    # as the machine says; the problem that it all stands for, in words.
    data_scale: Annotated[float, Field(ge=1, allow_inf_nan=False)] = 1.0
    time_scale: Annotated[float, Field(ge=1, allow_inf_nan=False)] | None = None
    models: str = ""


class ScoreTable(_Strict):
    """`[score]`: the figure of merit in the output; the last match counts."""

    pattern: Annotated[Pattern, AfterValidator(_scoring)]
    unit: str = "s"
    better: Literal["lower", "higher"] = "lower"
    tasks: list[str] = []  # what the figure of merit times, where that is known; empty: every task


class CheckTable(_Strict):
    """`[check]`: what the output holds when the answer is right, and when it is wrong."""

    success: Pattern | None = None
    failure: Pattern | None = None


class NamesTable(_Strict):
    """`[names]`: task and region names, for applications that are not analysed."""

    tasks: list[str] = []
    regions: list[str] = []


class RequirementTable(_Strict):
    """A region requirement in `[tasks.NAME]`: the names it has, and its privilege."""

    region: str = ""
    partition: str = ""
    parent: str = ""
    privilege: Annotated[Privilege, Field(strict=False)] = Privilege.UNKNOWN
    fields: list[str] = []


class TaskTable(_Strict):
    """`[tasks.NAME]`: what is known of one task; what is left out is not known."""

    variants: list[Annotated[ProcKind, Field(strict=False)]] = []
    replicable: bool | None = None
    launch: Literal["index", "single", "both"] | None = None
    domain: list[Annotated[int, Field(gt=0)]] = []
    requirements: list[RequirementTable] | None = None  # all of them, in order

    @model_validator(mode="after")
    def _domain_of_an_index_launch(self) -> "TaskTable":
        if self.domain and self.launch == "single":
            raise ValueError('`domain` is of index launches, but `launch` is "single"')
        return self


class MachineTable(_Strict):
    """`[machine]`: the machine that the application's experiments refer to.

    `preset` is the one that is meant on emulated machines when none is named.
    """

    reference: str = ""
    preset: str = "default"


class AppFile(_Strict):
    """A whole `app.toml`."""

    app: AppTable
    build: BuildTable
    run: RunTable = RunTable()
    presets: dict[str, Preset] = {}
    score: ScoreTable | None = None
    check: CheckTable = CheckTable()
    names: NamesTable = NamesTable()
    tasks: dict[str, TaskTable] = {}
    machine: MachineTable = MachineTable()


class Application(_Strict):
    """An application: its description and the folder it lies in."""

    folder: Path
    file: AppFile

    @property
    def name(self) -> str:
        """The name under which users know it."""
        return self.file.app.name
