"""Many placement queries at once: the file behind `mapc place --cases`."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, ValidationError

from mapc.cli.place_rows import as_json
from mapc.policy.model import Policy
from mapc.policy.query import Query, answer
from mapc.text import Diagnostic, ExitCode, MapcError, Severity, codes


class Case(BaseModel):
    """One query; `parent` and `self` are processors `[node, index]` for single launches."""

    model_config = ConfigDict(frozen=True)

    task: str
    nodes: PositiveInt
    procs: NonNegativeInt
    domain: tuple[PositiveInt, ...] = ()
    parent: tuple[int, int] | None = None
    own: tuple[int, int] = Field(default=(0, 0), alias="self")


def print_cases(policy: Policy, path: Path) -> None:
    """Print the JSON list of the answers to the cases in a file, in their order."""
    cases = read_cases(path)
    sys.stdout.write("[")
    separator = "\n"
    for case in cases:
        sys.stdout.write(separator)
        sys.stdout.writelines(answer_case(policy, case))
        separator = ",\n"
    sys.stdout.write("\n]\n")


def read_cases(path: Path) -> list[object]:
    """Return the cases in a file; raises MapcError when it does not hold a JSON list."""
    try:
        cases = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _bad(f"cannot read cases from {path}: {error}") from error
    if not isinstance(cases, list):
        raise _bad(f"{path} does not hold a JSON list")
    return cases


def answer_case(policy: Policy, case: object) -> Iterable[str]:
    """Return the answer to one case as JSON, or the case with what is wrong with it."""
    given: dict[str, Any] = case if isinstance(case, dict) else {"case": case}
    try:
        return as_json(answer(policy, _query(case)))
    except MapcError as error:
        return [json.dumps({**given, "error": error.diagnostics[0].to_json()}, indent=2)]


def _query(case: object) -> Query:
    try:
        parsed = Case.model_validate(case)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "case"
        raise _bad(f"{where}: {first['msg'].lower()}") from error
    return Query(
        task=parsed.task,
        nodes=parsed.nodes,
        procs=parsed.procs,
        domain=parsed.domain,
        parent=parsed.parent,
        own=parsed.own,
    )


def _bad(message: str) -> MapcError:
    return MapcError(
        Diagnostic(
            code=codes.BAD_CASES,
            severity=Severity.ERROR,
            message=message,
            help='write [{"task": "t", "nodes": 2, "procs": 4, "domain": [8, 8]}]',
        ),
        exit_code=ExitCode.USAGE,
    )
