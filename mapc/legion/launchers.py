"""Launchers: how the ranks of a run are started, on this machine or on a cluster."""

import re
import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from mapc.graph.machine import Machine
from mapc.policy.kinds import ProcKind
from mapc.resources import resource
from mapc.text.nearest import did_you_mean

LOCAL_NAME = "local"
_NUMBERS = ("ranks", "nodes", "ranks_per_node", "cpus", "gpus")
_LISTS = ("options", "program")
_KNOWN = (*_NUMBERS, *_LISTS)

Mpi = Literal["ompi", "mpich", "own"]


def _template(text: str) -> str:
    """Return a command whose placeholders can be filled in; a ValueError's second line is help."""
    try:
        words = shlex.split(text)
        found = {word: [name for _, name, *_ in Formatter().parse(word)] for word in words}
    except ValueError as error:
        raise ValueError(f"not a command: {error}\nbalance its quotes and braces") from error
    for word, names in found.items():
        for name in (name for name in names if name is not None):
            if name not in _KNOWN:
                raise ValueError(
                    f"there is no placeholder `{{{name}}}`\n{did_you_mean(name, _KNOWN)}"
                )
            if name in _LISTS and word != f"{{{name}}}":
                raise ValueError(f"`{{{name}}}` is part of a word\nput spaces around it")
    if "{program}" not in words or words[0] == "{program}":
        raise ValueError(
            "it does not start the program\n"
            'write it as in `command = "mpirun -np {ranks} {program}"`'
        )
    return text


def _tag(text: str) -> str:
    """Return a regular expression that finds a rank's number."""
    try:
        groups = re.compile(text, re.MULTILINE).groupindex
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}\nescape its brackets") from error
    if "rank" not in groups:
        raise ValueError("no group `rank`\nname the number's group: `(?P<rank>\\d+)`")
    return text


Template = Annotated[str, AfterValidator(_template)]
Tag = Annotated[str, AfterValidator(_tag)]


class Launcher(BaseModel):
    """How ranks are started; without a command mapc starts them itself, on this machine."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str
    command: Template | None = None
    options: list[str] = []
    ranks_per_node: Annotated[int, Field(gt=0)] = 1
    environment: dict[str, str] = {}
    mpi: Mpi = "own"
    tag: Tag | None = None
    failed: list[Tag] = []

    @property
    def is_local(self) -> bool:
        """Whether mapc starts the ranks itself."""
        return self.command is None

    def command_line(
        self, machine: Machine, program: Sequence[str], environment: Mapping[str, str]
    ) -> tuple[str, ...]:
        """Return the command that starts a rank for every node of the machine."""
        ranks = machine.nodes
        numbers = {
            "ranks": ranks,
            "nodes": -(-ranks // self.ranks_per_node),
            "ranks_per_node": min(ranks, self.ranks_per_node),
            "cpus": max(1, machine.count(ProcKind.CPU)),
            "gpus": machine.count(ProcKind.GPU),
        }
        lists = {
            "{options}": self.options,
            "{program}": ["env", *(f"{k}={v}" for k, v in environment.items()), *program],
        }
        words: list[str] = []
        for word in shlex.split(self.command or "{program}"):
            words += lists[word] if word in lists else [word.format(**numbers)]
        return tuple(words)


LOCAL = Launcher(name=LOCAL_NAME)


def known_launchers() -> tuple[str, ...]:
    """Return the names that a machine file may use."""
    return (LOCAL_NAME, *_shipped())


def shipped_launcher(name: str) -> Launcher:
    """Return one of mapc's own launchers."""
    return LOCAL if name == LOCAL_NAME else _shipped()[name]


@cache
def _shipped() -> dict[str, Launcher]:
    import tomllib

    text = resource("backends", "machines", "launchers.toml").read_text(encoding="utf-8")
    return {
        name: Launcher.model_validate({"name": name, **table})
        for name, table in tomllib.loads(text).items()
    }
