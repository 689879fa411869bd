"""Places some thousand points of a launch at once.

Non-goals: findings. Where a point fails, this path gives up and the evaluator goes point by point.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mapc.policy.deep import deep_calls
from mapc.policy.vector_eval import LaneWalk
from mapc.policy.vector_ints import Array, NotVectorised, varies
from mapc.policy.vector_values import Group, LaneSet, LaneTask, Partition, choose

if TYPE_CHECKING:
    from mapc.policy.launch_budget import LaunchBudget
    from mapc.policy.runtime import Machine
    from mapc.policy.table import PlacementTable
    from mapc.syntax import ast

CHUNK = 2**14
"""Points of one evaluation: arrays that stay in the cache, and a bounded memory."""
MOST_PARTS = 32
"""Parts into which one evaluation may fall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePlacer:
    """Evaluates one entry function at ranges of the points of one launch."""

    machine: "Machine"
    functions: "dict[str, ast.Function]"
    table: "PlacementTable"
    budget: "LaunchBudget"

    def place(self, start: int, stop: int) -> bool:
        """Add the sets of some points to the table; return False, adding none, to give up."""
        task = LaneTask(
            name=self.table.task,
            ipoint=_points(self.table.domain, start, stop),
            ispace=self.table.domain,
        )
        codes = np.empty(stop - start, dtype=np.int64)
        open_: list[Array] = [np.arange(stop - start)]
        steps = most = parts = 0
        while open_:
            positions = open_.pop()
            walk = LaneWalk(self.machine, self.functions)
            try:
                with deep_calls():
                    found: LaneSet = walk.run(
                        self.functions[self.table.function],
                        [choose(task, positions)],
                        Group(len(positions)),
                    )
                codes[positions] = _codes(self.table, found, len(positions))
            except NotVectorised:
                return False
            except Partition as partition:
                divided = _divide(positions, partition)
                parts += len(divided)
                if parts > MOST_PARTS:
                    return False
                open_ += divided
            else:
                steps += walk.work
                most = max(most, walk.most)
        if not self.budget.spend_many(steps, most, start):
            return False
        self.table.codes.frombytes(codes.tobytes())
        return True


def _points(domain: tuple[int, ...], start: int, stop: int) -> tuple[Array, ...]:
    """Return the coordinates of points, given their row-major numbers."""
    rest = np.arange(start, stop, dtype=np.int64)
    coordinates: list[Array] = []
    for extent in reversed(domain):
        rest, coordinate = np.divmod(rest, extent)
        coordinates.append(coordinate)
    return tuple(reversed(coordinates))


def _divide(positions: Array, partition: Partition) -> list[Array]:
    """Return the positions in parts of equal keys; those without a key are a part, too."""
    keys, part = np.unique(partition.keys, return_inverse=True)
    whole = np.full(len(positions), len(keys))
    whole[partition.group.positions()] = part
    return [positions[whole == number] for number in np.unique(whole).tolist()]


def _codes(table: "PlacementTable", found: LaneSet, count: int) -> Array:
    """Return the code of the set of every point."""
    keys = [table.processor_code(found.kind, n, p) for n, p in found.processors]  # type: ignore[arg-type]  # arrays add and multiply as ints do
    if len(keys) == 1:
        return np.broadcast_to(keys[0], count)
    # Sets are equal where all their processors are: number the different ones.
    numbers = np.zeros(count, dtype=np.int64)
    for key in filter(varies, keys):
        _, dense = np.unique(key, return_inverse=True)
        _, numbers = np.unique(numbers * count + dense, return_inverse=True)
    _, first = np.unique(numbers, return_index=True)
    rows = np.stack([np.broadcast_to(key, count)[first] for key in keys], axis=1)
    codes = [table.packed_code(row.tobytes()) for row in rows.astype(np.int64)]
    return np.array(codes, dtype=np.int64)[numbers]
