"""The search space: a list of knobs, each with the statements that its choices stand for.

Choice 0 of every knob says nothing, which leaves the decision to Legion's DefaultMapper. A
candidate is one choice index per knob; its only form outside this module is policy text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from mapc.policy.kinds import ProcKind

Candidate: TypeAlias = tuple[int, ...]


class Group(StrEnum):
    """The decision groups of the language, in the order in which policies are written."""

    TASK = "task"
    REGION = "region"
    LAYOUT = "layout"
    LIMIT = "limit"
    COLLECT = "collect"
    INDEX = "index map"
    BASE = "base"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One setting of a knob: how people call it, and what it writes into the policy.

    `family` is shared by choices that do the same thing in different places (array of structures
    for this region or that), so that what one trial teaches counts for the others; for an index
    map it names the placement function. `kind` is where a choice of processors sends the task.
    `prior` is the gain to expect where the choice touches everything, before anything was tried:
    the natural logarithm of a speed-up.
    """

    label: str
    statements: tuple[str, ...] = ()
    family: str = ""
    kind: ProcKind | None = None
    prior: float = 0.0


LEAVE = Choice(label="left to the default mapper")


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One decision; `weight` is the share of the run's time that it can touch, 0 to 1.

    `tasks` are the operands of choices of processors and index maps; of two index maps for one
    task the later knob's decides.
    """

    key: str
    group: Group
    about: str
    choices: tuple[Choice, ...]
    weight: float
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementFunction:
    """One function that index maps may name, with the machine variable that it reads."""

    family: str
    kind: ProcKind
    name: str
    machine: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Space:
    """All knobs of one application on one machine, and the functions their choices use.

    `kinds` says where the default mapper runs each task: a placement function has to stay on
    processors of the kind that the task gets.
    """

    knobs: tuple[Knob, ...]
    functions: tuple[PlacementFunction, ...] = ()
    kinds: tuple[tuple[str, ProcKind], ...] = ()

    @cached_property
    def default(self) -> Candidate:
        """The candidate that leaves everything to the default mapper."""
        return (0,) * len(self.knobs)

    @property
    def size(self) -> int:
        """How many candidates there are."""
        product = 1
        for knob in self.knobs:
            product *= len(knob.choices)
        return product

    def render(self, candidate: Candidate) -> str:
        """Return the policy text of a candidate; the same candidate gives the same bytes."""
        lines: dict[Group, list[str]] = {group: [] for group in Group}
        kinds = dict(self.kinds)
        families: dict[str, str] = {}
        for knob, index in zip(self.knobs, candidate, strict=True):
            choice = knob.choices[index]
            lines[knob.group] += choice.statements
            if knob.group is Group.INDEX and index:
                families.update(dict.fromkeys(knob.tasks, choice.family))
            if choice.kind is not None:
                kinds.update(dict.fromkeys(knob.tasks, choice.kind))
        by_use = {(f.family, f.kind): f for f in self.functions}
        placed = {task: by_use[family, kinds[task]] for task, family in families.items()}
        lines[Group.INDEX] = _index_statements(placed)
        used = [f for f in self.functions if f in placed.values()]
        definitions = [*dict.fromkeys(f.machine for f in used), *(f.text for f in used)]
        blocks: list[str] = []
        for group, statements in lines.items():
            if group is Group.INDEX:
                blocks += definitions
            if statements:
                blocks.append("\n".join(statements) + "\n")
        return "\n".join(blocks)

    def changes(self, old: Candidate, new: Candidate) -> str:
        """Return in words what `new` does that `old` does not."""
        words = [
            f"{knob.about}: {knob.choices[after].label}"
            for knob, before, after in zip(self.knobs, old, new, strict=True)
            if before != after
        ]
        return "; ".join(words) or "no change"

    def neighbours(self, candidate: Candidate) -> list[Candidate]:
        """Return every candidate that differs in exactly one knob."""
        return [
            with_choice(candidate, position, index)
            for position, knob in enumerate(self.knobs)
            for index in range(len(knob.choices))
            if index != candidate[position]
        ]


def with_choice(candidate: Sequence[int], position: int, index: int) -> Candidate:
    """Return a candidate with one knob set."""
    changed = list(candidate)
    changed[position] = index
    return tuple(changed)


def _index_statements(placed: dict[str, PlacementFunction]) -> list[str]:
    """Return one statement per function, naming its tasks."""
    tasks: dict[str, list[str]] = {}
    for task, function in placed.items():
        tasks.setdefault(function.name, []).append(word(task))
    return [f"IndexTaskMap {', '.join(names)} {function};" for function, names in tasks.items()]


def word(name: str) -> str:
    """Return a task or region name as policy text, quoted where it is not a plain word.

    The processor kinds are quoted too: in mapping statements the bare word means the kind.
    """
    plain = name.isascii() and name.isidentifier() and name not in set(ProcKind)
    return name if plain else f'"{name}"'
