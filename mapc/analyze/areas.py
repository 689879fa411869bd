"""Areas of data: regions and partitions in their tree, whether two overlap, or one covers another.

What the tree cannot tell is said to be possible, not certain.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

SOMEWHERE = object()
"""A launch domain that is not known, and need not be the same each time."""


class Answer(IntEnum):
    """How certain something is."""

    NO = 0
    PERHAPS = 1
    YES = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Area:
    """A region, or a partition: all of its parts together.

    `colour` is that of a part of a partition, None where it is not known which. `colours` stands
    for the colours of a partition, so that it can be compared with what a launch is over.
    """

    name: str = ""
    above: "Area | None" = None
    partition: bool = False
    colour: object = None
    disjoint: bool | None = None
    complete: bool | None = None
    colours: object = None

    def path(self) -> Iterator["Area"]:
        """Yield the area and all it is a part of, to the whole region."""
        area: Area | None = self
        while area is not None:
            yield area
            area = area.above

    @property
    def root(self) -> "Area":
        """The whole region."""
        *_, last = self.path()
        return last

    @property
    def varies(self) -> bool:
        """Whether this stands for one of several areas, and it is not known for which."""
        return any(
            area.above is not None and not area.partition and area.colour is None
            for area in self.path()
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Use:
    """An area as one requirement names it.

    `over` is the launch domain, None for a single operation. `direct`: point p has part p of a
    partition, or all of a region; otherwise a projection functor decides what each point has.
    """

    area: Area
    over: object = None
    direct: bool = True

    @property
    def whole(self) -> bool:
        """Whether every part is used."""
        if not self.direct:
            return False
        if not self.area.partition:
            return True
        return self.area.colours is not None and self.over == self.area.colours


def overlap(one: Use, other: Use, *, together: bool) -> Answer:
    """Return whether two uses share points; `together`: in the same iteration of all loops.

    No area is taken to be empty, and two index launches over one partition to have a colour in
    common.
    """
    common = _common(one.area, other.area)
    if common is None:
        return Answer.NO
    found = _below(common, one, other)
    unsure = common.varies and not together
    return Answer.PERHAPS if found is Answer.YES and unsure else found


def _common(one: Area, other: Area) -> Area | None:
    """Return the smallest area that both are parts of, or are."""
    mine = {id(area) for area in one.path()}
    return next((area for area in other.path() if id(area) in mine), None)


def _below(common: Area, one: Use, other: Use) -> Answer:
    if common is one.area or common is other.area:
        sure = any(use.direct for use in (one, other) if use.area is common)
        return Answer.YES if sure else Answer.PERHAPS
    sides = [_side(common, use.area) for use in (one, other)]
    if common.partition:
        apart = None not in (sides[0].colour, sides[1].colour)
        return Answer.NO if common.disjoint and apart else Answer.PERHAPS
    covers = any(
        use.area is side and side.complete and use.direct
        for use, side in zip((one, other), sides, strict=True)
    )
    return Answer.YES if covers else Answer.PERHAPS


def _side(common: Area, area: Area) -> Area:
    """Return the area right below a common one."""
    return next(one for one in area.path() if one.above is common)


def covers(one: Use, other: Use, *, together: bool) -> Answer:
    """Return whether one use has all points of another."""
    area, path = one.area, list(other.area.path())
    if (area.varies and not together) or not (one.direct or one.whole):
        return Answer.NO
    if not area.partition:
        return Answer.YES if area in path else Answer.NO
    same = one.over == other.over and one.over not in (None, SOMEWHERE)
    if area is other.area and other.direct and same:
        return Answer.YES
    if area in path or (area.complete and area.above in path):
        return Answer.YES if one.whole else Answer.PERHAPS
    return Answer.NO
