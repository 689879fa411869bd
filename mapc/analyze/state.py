"""Branches: both sides are tried from the same state, then what they left is merged."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from mapc.analyze.values import Cell, Value, choice, merged, tick

Changes = dict[Cell, Value]


@dataclass(slots=True)
class Region:
    """A part of the program: what the ways out of it left; whether its end is reached, too."""

    depth: int
    exits: list[Changes] = field(default_factory=list)
    ends: bool = True


class State:
    """Writes cells, and remembers what they held before the innermost open branch."""

    def __init__(self) -> None:
        self._frames: list[Changes] = []
        self._eras: list[int] = []

    def write(self, cell: Cell, value: Value) -> None:
        """Let a cell hold a value."""
        for frame, began in zip(reversed(self._frames), reversed(self._eras), strict=True):
            # A cell that was made inside of a branch is of no interest outside.
            if cell in frame or cell.born >= began:
                break
            frame[cell] = cell.value
        cell.value = value

    @contextmanager
    def attempt(self) -> Iterator[Changes]:
        """Take back what is written inside, and put it into the changes that are yielded."""
        frame: Changes = {}
        self._frames.append(frame)
        self._eras.append(tick())
        changes: Changes = {}
        try:
            yield changes
        finally:
            self._frames.pop()
            self._eras.pop()
            for cell, before in frame.items():
                changes[cell] = cell.value
                cell.value = before

    @contextmanager
    def region(self) -> Iterator["Region"]:
        """Follow a part of the program out of which several ways lead, such as a call or a loop.

        Behind it every cell holds what one of the ways may have left.
        """
        before: Changes = {}
        self._frames.append(before)
        self._eras.append(tick())
        region = Region(depth=len(self._frames) - 1)
        try:
            yield region
        finally:
            self._frames.pop()
            self._eras.pop()
        if not region.exits:
            return
        ways = [{**before, **way} for way in region.exits]
        self.join([{}, *ways] if region.ends else ways)

    def before(self) -> Changes:
        """Return what the cells held that were written since the innermost branch was opened."""
        return dict(self._frames[-1])

    def since(self, depth: int) -> Changes:
        """Return what is different from when there were `depth` open branches."""
        return {cell: cell.value for frame in self._frames[depth:] for cell in frame}

    @property
    def depth(self) -> int:
        """How many branches are open."""
        return len(self._frames)

    def join(self, sides: Sequence[Changes], origin: object = None) -> None:
        """Let every cell hold what one of the sides may have left.

        Sides that leave nothing count, too. `origin` names the condition that decides.
        """
        if not sides:
            return
        for cell in {cell: None for side in sides for cell in side}:
            values = [side.get(cell, cell.value) for side in sides]
            if all(isinstance(value, tuple) for value in values):
                result = values[0]
                for value in values[1:]:
                    result = merged(result, value)
            else:
                result = choice(values, origin)
            self.write(cell, result)


def either(values: Sequence[Value]) -> Value:
    """Return one of the results of several ways through a function."""
    return choice(list(values)) if values else None
