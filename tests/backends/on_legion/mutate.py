"""Show that every statement matters: remove each one from the policies of these tests, run again.

    .venv/bin/python -m tests.backends.on_legion.mutate [--operands] [TEST ...]

A test that passes without a statement of its policy does not test that statement. With
`--operands`, what stands in a list (tasks, kinds, memories, layout words) is removed as well, one
at a time. Prints a table, and the survivors; takes some minutes, so that CI leaves it out.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mapc.policy.load import load_policy
from mapc.syntax import ast
from mapc.syntax.parse import parse
from mapc.text import Reporter, Source
from tests.backends.on_legion.running import MUTANT, POLICIES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent

# To leave these out changes nothing: defaults, and kinds that the machine of the tests has not.
WITHOUT_EFFECT = {"SOA", "F_order", "No_Align"} | {"OMP", "GPU", "FBMEM", "ZCMEM", "SOCKMEM"}
# To leave these out changes nothing either, and that is what the tests are about.
AS_MEANT = {
    "0 of CollectMemory sweep 0, 1;": "only what is read is collected",
    "Compact of Layout add 1 CPU AOS Compact;": "a reduction does not know it",
    "IO of Task dig, sweep CPU, IO;": "CPU comes first, and is there",
    "fill of Region fill, walk * * RDMEM;": "the line for CPU hides this one",
}
KINDS = {
    ast.TaskStatement: "Task",
    ast.RegionStatement: "Region",
    ast.LayoutStatement: "Layout",
    ast.LimitStatement: "InstanceLimit",
    ast.CollectStatement: "CollectMemory",
    ast.IndexMapStatement: "IndexTaskMap",
    ast.SingleMapStatement: "SingleTaskMap",
    ast.ReplicateStatement: "ControlReplicate",
}


@dataclass(frozen=True)
class Mutant:
    """A policy without something: `what` it lacks, of which `kind` of statement."""

    test: str
    kind: str
    what: str
    policy: str
    text: str

    def is_seen(self) -> bool:
        """Run the test, and say whether it fails."""
        change = json.dumps({"from": self.policy, "to": self.text})
        done = _pytest(self.test, "-x", **{MUTANT: change})
        assert done.returncode in {0, 1}, done.stdout + done.stderr
        return done.returncode == 1


def _pytest(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def policies(tests: Sequence[str]) -> list[tuple[str, str]]:
    """Return each test with each policy that it uses."""
    with tempfile.TemporaryDirectory() as folder:
        listing = Path(folder) / "policies"
        done = _pytest(*(tests or [str(HERE)]), **{POLICIES: str(listing)})
        assert done.returncode == 0, done.stdout
        rows = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]
    return list(dict.fromkeys((row["test"], row["policy"]) for row in rows))


def mutants(test: str, policy: str, *, operands: bool) -> Iterator[Mutant]:
    """Return the policy without each of its statements, or of their operands."""
    program = parse(Source("test.mapl", policy), Reporter())
    assert program is not None
    for statement in program.statements:
        kind = KINDS.get(type(statement))
        if kind is None:
            continue
        span = statement.span
        changes = [(span.text, _changed(policy, span.start, span.end, ""))]
        if operands:
            changes += _without_operands(policy, statement)
        for what, text in changes:
            if load_policy(Source("test.mapl", text), Reporter()) is not None:
                yield Mutant(test, kind, what, policy, text)


def _changed(policy: str, start: int, end: int, instead: str) -> str:
    """Return a policy with other text in one place; lines and columns behind it stay."""
    gap = end - start - len(instead)
    return policy[:start] + instead + " " * gap + policy[end:]


def _without_operands(policy: str, statement: ast.Statement) -> list[tuple[str, str]]:
    result = []
    for name, separator in (
        *(("tasks", ", "), ("regions", ", "), ("procs", ", "), ("mems", ", ")),
        ("constraints", " "),
    ):
        items: tuple[ast.Node, ...] = getattr(statement, name, ())
        if not items or (len(items) == 1 and name != "constraints"):
            continue
        start, end = items[0].span.start, items[-1].span.end
        for item in items:
            if item.span.text in WITHOUT_EFFECT:
                continue
            rest = separator.join(other.span.text for other in items if other is not item)
            what = f"{item.span.text} of {statement.span.text}"
            result.append((what, _changed(policy, start, end, rest)))
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tests", nargs="*", help="pytest's names of tests; all without any")
    parser.add_argument("--operands", action="store_true", help="remove operands, too")
    options = parser.parse_args()
    seen, survived = Counter[str](), []
    for test, policy in policies(options.tests):
        for mutant in mutants(test, policy, operands=options.operands):
            if mutant.what in AS_MEANT:
                print("as meant", test, "|", mutant.what, "|", AS_MEANT[mutant.what])
                continue
            is_seen = mutant.is_seen()
            print("seen    " if is_seen else "SURVIVED", test, "|", mutant.what, flush=True)
            seen[mutant.kind] += is_seen
            if not is_seen:
                survived.append(mutant)
    print(f"\n{'statement':18}{'removed':>8}{'seen':>8}")
    lost = Counter(mutant.kind for mutant in survived)
    for kind in KINDS.values():
        print(f"{kind:18}{seen[kind] + lost[kind]:8}{seen[kind]:8}")
    for mutant in survived:
        print(f"survived: {mutant.test}: {mutant.what}")
    return bool(survived)


if __name__ == "__main__":
    sys.exit(main())
