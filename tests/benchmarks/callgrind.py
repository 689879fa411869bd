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


def mapper_calls(path: Path) -> dict[str, Cost]:
    """Return how often Legion called each mapper call, and the instructions inside.

    Instructions are inclusive: what a mapper has Legion do for it, it has to wait for.
    """
    names: dict[str, str] = {}
    caller = callee = ""
    calls = 0
    found: dict[str, Cost] = defaultdict(Cost)
    with path.open() as lines:
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
    if caller.startswith(_LEGION) and (match := _MAPPER_CALL.search(callee)):
        return match[1]
    return None


def command(output: Path) -> tuple[str, ...]:
    """Return what to put before the command line of a program that `mappers/warm.cc` is loaded into.

    Callgrind then writes a part each time that file says something.
    """
    parts = ("--dump-before=warm", "--dump-before=done")
    return (
        "valgrind", "--tool=callgrind", "--fair-sched=yes", f"--callgrind-out-file={output}", *parts,
    )  # fmt: skip


def first_and_routine(output: Path) -> tuple[Path, Path]:
    """Return the part of the beginning, and that of the loops between `warm` and `done`.

    Each shard of a replicated task says so; what is between two that say the same is left out.
    """
    parts = sorted(output.parent.glob(f"{output.name}.*"), key=lambda path: int(path.suffix[1:]))
    ends = [next(part for part in parts if _ended_by(part, name)) for name in ("warm", "done")]
    return ends[0], ends[1]


def _ended_by(part: Path, name: str) -> bool:
    with part.open() as lines:
        return any(line.strip() == f"desc: Trigger: --dump-before={name}" for line in lines)
