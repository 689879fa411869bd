"""The names of a requirement as a mapper sees them, when the points of a launch are mapped.

A point has a part of a partition, so the mapper sees the name of the part, if parts have one, then
that of the partition, and that of the parent region. Inside a task, its own regions have the names
of what it was launched with; partitions that are looked up by colour, those of what was made.
"""

from collections.abc import Iterator

from mapc.analyze.naming import Names
from mapc.analyze.values import Handle, Value, is_known, options

_DEEPEST = 16


class SeenNames:
    """Finds names through the launches of tasks and the partitions that were made."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._partitions = [h for h in names.trace.handles if h.kind == "partition"]
        self._regions = [h for h in names.trace.handles if h.kind == "region"]
        self._known: dict[int, list[Handle]] = {}
        self._part_names: dict[int, str] = {}

    def of(self, target: Handle, parent: Handle | None) -> list[tuple[str, ...]]:
        """Return the names, most specific first; several if launches of the task around differ."""
        upper = self._name(parent) if parent is not None and parent is not target else ""
        found = [
            tuple(dict.fromkeys(name for name in (*names, upper) if name))
            for names in self._own(target, 0)
        ]
        return list(dict.fromkeys(found)) or [(upper,) if upper else ()]

    def is_settled(self, target: Handle, projection: Value) -> bool:
        """Whether it is known which parts a projection functor chooses from.

        It may choose any below its upper bound; without further partitions there, those are of the
        bound itself.
        """
        if projection is None or projection == 0:
            return True
        partitions = {id(one) for one in self._same(target, 0)}
        return not any(self._is_below(one, target, partitions) for one in self._partitions)

    def _is_below(self, one: Handle, target: Handle, partitions: set[int]) -> bool:
        for region in _handles(one.parts.get("region")):
            if target.kind == "region" and self._may_be(region, target, 0):
                return True
            if any(id(p) in partitions for p in self._partitions_of(region, 0)):
                return target.kind == "partition"
        return False

    def _own(self, target: Handle, depth: int) -> Iterator[tuple[str, ...]]:
        for one in self._same(target, depth):
            if one.kind == "partition":
                yield self._part_name(one), self.names.own(one)
            else:
                above = self._partitions_of(one, depth)
                for partition in above:
                    name = self.names.own(one) or self._part_name(partition)
                    yield name, self.names.own(partition)
                if not above:
                    yield (self.names.own(one),)

    def _name(self, region: Handle) -> str:
        return next((names[0] for names in self._own(region, 0) if names[0]), "")

    def _part_name(self, partition: Handle) -> str:
        """Return the name that the parts of a partition have, if all have the same."""
        if id(partition) not in self._part_names:
            self._part_names[id(partition)] = self._common_name(partition)
        return self._part_names[id(partition)]

    def _common_name(self, partition: Handle) -> str:
        found = {
            name
            for region in self._regions
            if (name := self.names.own(region))
            for one in _handles(region.parts.get("partition"))
            if any(same is partition for same in self._same(one, 0))
        }
        return found.pop() if len(found) == 1 else ""

    def _same(self, handle: Handle, depth: int) -> list[Handle]:
        """Return what a handle is: made by the program, not given to a task or looked up.

        A task's own region that is a part of a partition is that partition.
        """
        if depth > _DEEPEST:
            return []
        if id(handle) not in self._known:
            found = self._found(handle, depth)
            if depth:
                return found  # it may have been cut off
            self._known[id(handle)] = found
        return self._known[id(handle)]

    def _found(self, handle: Handle, depth: int) -> list[Handle]:
        if handle.made == "argument":
            sources = self.names.sources(handle)
            found = {id(h): h for one in sources for h in self._same(one, depth + 1)}
            return list(found.values())
        color = handle.parts.get("color")
        if handle.kind != "partition" or not is_known(color):
            return [handle]
        regions = _handles(handle.parts.get("region"))
        made = [
            one
            for one in self._partitions
            if any(h.parts.get("color") == color for h in _handles(one.parts.get("colouring")))
            and any(
                self._may_be(mine, theirs, depth + 1)
                for mine in regions
                for theirs in _handles(one.parts.get("region"))
            )
        ]
        return made or [handle]

    def _may_be(self, one: Handle, other: Handle, depth: int) -> bool:
        """Whether two regions are the same, or parts of one partition."""
        mine, theirs = (
            self._whole_or_partitions(one, depth),
            self._whole_or_partitions(other, depth),
        )
        return bool(mine & theirs)

    def _whole_or_partitions(self, region: Handle, depth: int) -> set[int]:
        above = self._partitions_of(region, depth)
        return {id(one) for one in above or self._same(region, depth)}

    def _partitions_of(self, region: Handle, depth: int) -> list[Handle]:
        """Return the partitions that a region may be a part of."""
        if region.made == "argument":
            found = self._same(region, depth)
            wholes = [h for h in found if h.kind == "region"]
            inner = [p for h in wholes for p in self._partitions_of(h, depth + 1)]
            return [*(h for h in found if h.kind == "partition"), *inner]
        above = _handles(region.parts.get("partition"))
        return [same for one in above for same in self._same(one, depth + 1)]


def _handles(value: Value) -> list[Handle]:
    return [one for one in options(value) if isinstance(one, Handle)]
