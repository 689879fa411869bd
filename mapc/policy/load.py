"""Text to checked policy: the entry of the package."""

from mapc.policy.build import build_policy
from mapc.policy.collector import collector_paused
from mapc.policy.deep import deep_calls
from mapc.policy.entries import EntryChecks
from mapc.policy.infer import infer_types, with_types
from mapc.policy.model import Policy
from mapc.policy.names import check_names
from mapc.syntax import ast
from mapc.syntax.parse import Parsed, parse_what_is_right
from mapc.text import Reporter, Source


def load_policy(source: Source, report: Reporter) -> Policy | None:
    """Return the policy of a text, None when it has errors."""
    # What was reported before, about other texts, does not concern this one.
    found = Reporter()
    policy = None
    with collector_paused():
        parsed = parse_what_is_right(source, found)
        if parsed.program is not None:
            policy = _check(parsed, parsed.program, found)
    report.take(found)
    return None if found.has_errors else policy


def _check(parsed: Parsed, program: ast.Program, report: Reporter) -> Policy:
    """Return the policy of a syntax tree; it is of use only if nothing was reported."""
    policy = build_policy(program, report)
    names = check_names(program, report, lost=parsed.lost, complete=parsed.complete)
    inference = infer_types(policy, names, report)
    with deep_calls():
        EntryChecks(policy, inference, report).run(program)
    return with_types(policy, inference)
