"""The operands of a statement in its text, for messages about one of them.

Rules keep only the span of their statement: operands are looked for when somebody is told
something.
"""

import re

from mapc.policy.model import PlaceRule, Rule
from mapc.text import Span

_WORDS = re.compile(r'(?:#|//)[^\n]*|("[^"\n]*"|[A-Za-z0-9_]+|[^\sA-Za-z0-9_])')


def operands(statement: Span) -> tuple[tuple[Span, ...], ...]:
    """Return the operands of a statement, behind its word; each is a list, mostly of one word."""
    groups: list[list[Span]] = []
    goes_on = False
    for match in _WORDS.finditer(statement.text):
        word = match[1]
        if word is None or word == ";":
            continue
        if word == ",":
            goes_on = True
            continue
        start = statement.start + match.start(1)
        span = Span(statement.source, start, start + len(word))
        if goes_on:
            groups[-1].append(span)
        else:
            groups.append([span])
        goes_on = False
    return tuple(tuple(group) for group in groups[1:])


def task_spot(rule: Rule) -> Span:
    """Return the place where a rule names its task."""
    return _named(rule.span, 0, rule.task)


def region_spot(statement: Span, region: str | int | None) -> Span:
    """Return the place where a statement names a region."""
    return _named(statement, 1, region)


def list_spot(statement: Span) -> Span:
    """Return the place of the kinds that a `Task` or `Region` statement lists."""
    listed = operands(statement)[-1:]
    return listed[0][0].to(listed[0][-1]) if listed else statement


def function_spot(rule: PlaceRule) -> Span:
    """Return the place where a mapping statement names its function."""
    return list_spot(rule.span)


def name_in_policy(name: str) -> str:
    """Return the name of a task, or the label of an argument, as a statement has to spell it."""
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|\*", name) else f'"{name}"'


def has_other_tasks(rule: Rule) -> bool:
    """Return whether the statement of a rule names more tasks than the rule's."""
    return len(operands(rule.span)[0]) > 1


def _named(statement: Span, position: int, name: str | int | None) -> Span:
    wanted = "*" if name is None else str(name)
    found = operands(statement)[position : position + 1]
    for span in found[0] if found else ():
        if span.text.strip('"') == wanted or (
            span.text.isdecimal() and str(int(span.text)) == wanted
        ):
            return span
    return statement
