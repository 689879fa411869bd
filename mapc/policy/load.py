"""Text to checked policy: the entry of the package."""

from mapc.policy.build import build_policy
from mapc.policy.deep import deep_calls
from mapc.policy.entries import EntryChecks
from mapc.policy.infer import infer_types, with_types
from mapc.policy.model import Policy
from mapc.policy.names import check_names
from mapc.syntax import ast
from mapc.syntax.parse import parse
from mapc.text import Reporter, Source


def load_policy(source: Source, report: Reporter) -> Policy | None:
    """Return the policy of a text, None when it has errors."""
    program = parse(source, report)
    return None if program is None else check_program(program, report)


def check_program(program: ast.Program, report: Reporter) -> Policy | None:
    """Return the policy of a syntax tree, None when it has errors."""
    # What was reported before, about other texts, does not concern this one.
    found = Reporter()
    policy = build_policy(program, found)
    names = check_names(program, found)
    inference = infer_types(policy, names, found)
    with deep_calls():
        EntryChecks(policy, inference, found).run(program)
    for diagnostic in found.diagnostics:
        report.add(diagnostic)
    return None if found.has_errors else with_types(policy, inference)
