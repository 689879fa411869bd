"""One launch for one place: what its executions in a loop have in common, and where they differ."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from mapc.analyze.requirements import with_alternatives
from mapc.analyze.result import LaunchFacts, RequirementFacts

T = TypeVar("T")


def merged(launches: Sequence[LaunchFacts]) -> LaunchFacts:
    """Return a launch that stands for several at one place, of one task.

    Requirements that differ are alternatives; those that not all of them have are optional.
    """
    first = launches[0]
    if all(one == first for one in launches):
        return first
    count = max(len(one.requirements) for one in launches)
    return replace(
        first,
        dim=_common([one.dim for one in launches], None),
        domain=_common([one.domain for one in launches], ()),
        in_loop=any(one.in_loop for one in launches),
        conditional=all(one.conditional for one in launches),
        mapper=_common([one.mapper for one in launches], None),
        tag=_common([one.tag for one in launches], None),
        requirements=tuple(
            found for index in range(count) if (found := _requirement(launches, index)) is not None
        ),
    )


def _requirement(launches: Sequence[LaunchFacts], index: int) -> RequirementFacts | None:
    found = [one for each in launches for one in each.requirements if one.index == index]
    return with_alternatives(found, optional=len(found) < len(launches))


def _common(values: Sequence[T], otherwise: T) -> T:
    return values[0] if all(one == values[0] for one in values) else otherwise
