"""Text to checked policy: the entry of the package."""

from mapc.policy.build import build_policy
from mapc.policy.model import Policy
from mapc.syntax.parse import parse
from mapc.text import Reporter, Source


def load_policy(source: Source, report: Reporter) -> Policy | None:
    """Return the policy of a text, None when it has errors."""
    program = parse(source, report)
    if program is None:
        return None
    found = Reporter()
    policy = build_policy(program, found)
    for diagnostic in found.diagnostics:
        report.add(diagnostic)
    return None if found.has_errors else policy
