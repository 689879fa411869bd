"""What the programs of `programs/` do, as written by hand, and an analysis told in the same words.

A launch or another operation is found by a comment `// @name` on its line. One text stands for a
task, a launch or a requirement, so that a difference can be read:

- task: `name = id: function, KIND flags, ...`; the id is `new` if Legion makes it, `?` if unknown
- launch: `kind task in task, loop, domain 4x4, mapper 1, tag 2`; `dim 2` where only that is known
- requirement: `index region/partition PRIVILEGE COHERENCE fields, tag 1 | alternative`
- operation: `kind in task, loop: region fields, region fields`
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mapc.analyze.result import (
    Analysis,
    LaunchFacts,
    OperationFacts,
    RequirementFacts,
    TaskFacts,
    VariantFacts,
)

PROGRAMS = Path(__file__).parent / "programs"
_MARK = re.compile(r"// @(\w+)$", re.MULTILINE)
_GENERATED = 1 << 30


@dataclass(slots=True)
class Facts:
    """Tasks, launches with their requirements, operations and notes, each as a text."""

    tasks: list[str] = field(default_factory=list)
    launches: list[str] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return everything, in an order of its own, for comparing."""
        return sorted(
            (*self.tasks, *self.launches, *self.requirements, *self.operations, *self.notes)
        )


def programs() -> list[str]:
    """Return the names of all programs."""
    return sorted(path.stem for path in PROGRAMS.glob("*.toml"))


def sources(name: str) -> list[Path]:
    """Return the files that are compiled."""
    given = _read(name).get("sources", [f"{name}.cc"])
    return [PROGRAMS / source for source in given]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((PROGRAMS / f"{name}.toml").read_text(encoding="utf-8"))


def expected(name: str) -> Facts:
    """Return what was written down by hand."""
    given = _read(name)
    facts = Facts(tasks=list(given.pop("tasks")))
    given.pop("sources", None)
    for mark, at in given.items():
        launches, requires = at.pop("launch", []), at.pop("requires", [])
        launches = [launches] if isinstance(launches, str) else launches
        nested = requires if requires and isinstance(requires[0], list) else [requires]
        for number, launch in enumerate(launches):
            facts.launches.append(f"{mark}: {launch}")
            for text in nested[number % len(nested)]:
                facts.requirements.append(f"{mark}: {launch.split(',')[0]}: {_sorted(text)}")
        if "operation" in at:
            facts.operations.append(f"{mark}: {at.pop('operation')}")
        if "note" in at:
            facts.notes.append(f"{mark}: {at.pop('note')} is not known")
        assert not at, f"{name}.toml: {mark} holds {sorted(at)}"
    return facts


def marks(name: str) -> dict[tuple[str, int], str]:
    """Return the names of marked lines, by file and number."""
    found = {}
    for path in (*sources(name), *PROGRAMS.glob(f"{name}.h")):
        text = path.read_text(encoding="utf-8")
        for match in _MARK.finditer(text):
            found[(path.name, text.count("\n", 0, match.start()) + 1)] = match[1]
    return found


def told(name: str, analysis: Analysis) -> Facts:
    """Return an analysis in the words of the truth."""
    known = marks(name)

    def at(file: str, line: int) -> str:
        return known.get((Path(file).name, line), f"{Path(file).name}:{line}")

    facts = Facts(tasks=[_task(task) for task in analysis.tasks])
    for launch in analysis.launches:
        text = _launch(launch)
        mark = at(launch.file, launch.line)
        facts.launches.append(f"{mark}: {text}")
        for requirement in launch.requirements:
            facts.requirements.append(
                f"{mark}: {text.split(',')[0]}: "
                + _sorted(f"{requirement.index} {_requirement(requirement)}")
            )
    for operation in analysis.operations:
        mark = at(operation.file, operation.line)
        if (Path(operation.file).name, operation.line) in known:
            facts.operations.append(f"{mark}: {_operation(operation)}")
    for note in analysis.notes:
        facts.notes.append(
            f"{at(note.file, note.line)}: {note.what.split(' is not known')[0]} is not known"
        )
    return facts


def _sorted(requirement: str) -> str:
    """Return a requirement with its alternatives, and the fields of each, in one order."""
    index, _, rest = requirement.partition(" ")
    ways = []
    for way in rest.split(" | "):
        main, *more = way.split(", ")
        place, privilege, coherence, *fields = main.split(" ")
        ways.append(", ".join([" ".join([place, privilege, coherence, *sorted(fields)]), *more]))
    return f"{index} {' | '.join(sorted(ways))}"


def _task(task: TaskFacts) -> str:
    number = "?" if task.id is None else "new" if task.id >= _GENERATED else str(task.id)
    variants = ", ".join(_variant(variant, task.function) for variant in task.variants)
    return f"{task.name} = {number}: {task.function}, {variants}"


def _variant(variant: VariantFacts, function: str) -> str:
    words = [variant.kind]
    for flag in ("leaf", "inner", "idempotent", "replicable"):
        value = getattr(variant, flag)
        words += [flag] if value else [f"{flag}?"] if value is None else []
    words += [f"layout {number}" for number in variant.layouts]
    if variant.returns != "void":
        words.append(f"returns {variant.returns}")
    if variant.function != function:
        words.append(f"by {variant.function}")
    return " ".join(words)


def _launch(launch: LaunchFacts) -> str:
    task = "?" if launch.task == "unknown" else launch.task
    words = [f"{launch.kind} {task} in {launch.inside}"]
    words += ["loop"] if launch.in_loop else []
    if launch.domain:
        words.append("domain " + "x".join(map(str, launch.domain)))
    elif launch.dim is not None:
        words.append(f"dim {launch.dim}")
    words += [f"mapper {launch.mapper}"] if launch.mapper else []
    words += [f"tag {launch.tag}"] if launch.tag else []
    return ", ".join(words)


def _requirement(requirement: RequirementFacts) -> str:
    return " | ".join(map(_alternative, (requirement, *requirement.alternatives)))


def _alternative(requirement: RequirementFacts) -> str:
    privilege = requirement.privilege
    if requirement.redop:
        privilege = f"{privilege}({requirement.redop})"
    place = _place(requirement.region, requirement.partition)
    words = [" ".join([place, privilege, requirement.coherence, *requirement.fields])]
    words += [f"tag {requirement.tag}"] if requirement.tag else []
    words += [f"projection {requirement.projection}"] if requirement.projection else []
    words += ["optional"] if requirement.optional else []
    words += ["repeated"] if requirement.repeated else []
    return ", ".join(words)


def _place(region: str, partition: str) -> str:
    return f"{region}/{partition}" if partition else region


def _operation(operation: OperationFacts) -> str:
    words = [f"{operation.kind} in {operation.inside}"] + (["loop"] if operation.in_loop else [])
    places = ", ".join(
        " ".join([_place(one.region, one.partition), *one.fields]) for one in operation.requirements
    )
    return ", ".join(words) + (f": {places}" if places else "")


def difference(wanted: list[str], found: list[str]) -> Iterator[str]:
    """Yield what is missing (`-`) and what is too much (`+`)."""
    missing, surplus = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    yield from (f"- {text}" for text in sorted(missing.elements()))
    yield from (f"+ {text}" for text in sorted(surplus.elements()))
