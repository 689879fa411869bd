"""Templates of rules: text with `{field}` places that are filled from a finding's facts.

Only a lower-case word directly between braces is a place, so policy text with function bodies
needs no escaping. A template may begin with conditions: `[fact]` means that it is used only where
the fact is known, `[!fact]` only where it is not.
"""

import re
from collections.abc import Mapping, Sequence

_PLACE = re.compile(r"\{([a-z][a-z_]*)\}")
_CONDITION = re.compile(r"\[(!?)([a-z][a-z_]*)\] ?")


def places(template: str) -> frozenset[str]:
    """Return the names of all facts that a template mentions."""
    conditions, text = _split(template)
    return frozenset(name for _, name in conditions) | frozenset(_PLACE.findall(text))


def fill(template: str, facts: Mapping[str, str]) -> str | None:
    """Return the filled template, or None when it does not apply or a fact is not known."""
    conditions, text = _split(template)
    if any((name in facts) is negated for negated, name in conditions):
        return None
    if not facts.keys() >= set(_PLACE.findall(text)):
        return None
    return _PLACE.sub(lambda found: facts[found[1]], text)


def first(templates: Sequence[str], facts: Mapping[str, str]) -> str | None:
    """Return the first template that applies, filled."""
    filled = (fill(template, facts) for template in templates)
    return next((text for text in filled if text is not None), None)


def every(templates: Sequence[str], facts: Mapping[str, str]) -> tuple[str, ...]:
    """Return all templates that apply, filled, without repetitions."""
    filled = (fill(template, facts) for template in templates)
    return tuple(dict.fromkeys(text for text in filled if text is not None))


def _split(template: str) -> tuple[list[tuple[bool, str]], str]:
    """Return the conditions, as pairs of negation and fact, and the text behind them."""
    conditions = []
    while condition := _CONDITION.match(template):
        conditions.append((condition[1] == "!", condition[2]))
        template = template[condition.end() :]
    return conditions, template
