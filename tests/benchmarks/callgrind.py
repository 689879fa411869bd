"""Instructions of mapper calls, from callgrind's output."""

import re
from collections import defaultdict
from pathlib import Path

from tests.benchmarks.costs import CALLS, Cost

_NAMED = re.compile(r"(c?fn)=\((\d+)\)(?: (.*))?")
# Legion calls mappers; what they call of each other is part of such a call.
_LEGION = "Legion::Internal::"
_MAPPER_CALL = re.compile(rf"::({'|'.join(CALLS)})\(Legion::Internal::MappingCallInfo\*")
_SHARD = re.compile(r"::shard\(Legion::DomainPoint const&")
_CREATE = re.compile(r"Legion::Mapping::MapperRuntime::(create_physical_instance)\(")
_LAP = "--dump-before=lap"


def command(output: Path) -> tuple[str, ...]:
    """Return what to put before the command line of a program.

    With `mappers/laps.cc` loaded, callgrind then writes a part at each lap.
    """
    return (
        "valgrind", "--tool=callgrind", "--fair-sched=yes", f"--callgrind-out-file={output}", _LAP,
    )  # fmt: skip


def parts(output: Path) -> list[Path]:
    """Return the part before the first lap, then the laps.

    Each shard of a replicated task begins its laps itself, so that some parts hold little.
    """
    found = sorted(output.parent.glob(f"{output.name}.*"), key=lambda path: int(path.suffix[1:]))
    return [part for part in found if _ended_by_lap(part)]


def _ended_by_lap(part: Path) -> bool:
    with part.open() as lines:
        return any(line.strip() == f"desc: Trigger: {_LAP}" for line in lines)


def mapper_calls(part: Path) -> dict[str, Cost]:
    """Return how often Legion called each mapper call, and the instructions inside.

    Instructions are inclusive: what a mapper has Legion do for it, it has to wait for. What of
    these makes instances is told, too.
    """
    names: dict[str, str] = {}
    caller = callee = ""
    calls = 0
    found: dict[str, Cost] = defaultdict(Cost)
    with part.open() as lines:
        for line in lines:
            if named := _NAMED.match(line):
                kind, number, name = named.groups()
                if name:
                    names[number] = name
                if kind == "fn":
                    caller = names[number]
                else:
                    callee = names[number]
            elif line.startswith("calls="):
                calls = int(line[6:].split()[0])
            elif calls:
                if call := _call(caller, callee):
                    found[call] += Cost(calls, int(line.split()[-1]))
                calls = 0
    return dict(found)


def _call(caller: str, callee: str) -> str | None:
    if _SHARD.search(callee):
        return "shard"
    if match := _CREATE.search(callee):
        return match[1]
    if caller.startswith(_LEGION) and (match := _MAPPER_CALL.search(callee)):
        return match[1]
    return None
