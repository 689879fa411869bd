"""Placement functions that the tuner can propose, as policy text.

Every function works for launch domains of any dimension and stays on the machine by construction.
A later dimension of the domain varies fastest, as in the language's `linearize`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from mapc.policy.kinds import ProcKind
from mapc.tune.space import PlacementFunction


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A way to spread the points of a launch; in `body`, `@` is the machine's variable."""

    name: str
    label: str
    body: tuple[str, ...]


FAMILIES = (
    Family(
        name="block",
        label="in blocks",
        body=(
            "i = linearize(t.ipoint, t.ispace) * @.volume / prod(t.ispace);",
            "return @[*delinearize(i, @.size)];",
        ),
    ),
    Family(
        name="cyclic",
        label="cyclically",
        body=(
            "i = linearize(t.ipoint, t.ispace);",
            "return @[*delinearize(i % @.volume, @.size)];",
        ),
    ),
    Family(
        name="pairs",
        label="cyclically in pairs",
        body=(
            "i = linearize(t.ipoint, t.ispace) / 2;",
            "return @[*delinearize(i % @.volume, @.size)];",
        ),
    ),
    Family(
        name="first",
        label="on one processor",
        body=("return @[*delinearize(0, @.size)];",),
    ),
)


def placement_functions(kind: ProcKind, taken: Collection[str]) -> Iterator[PlacementFunction]:
    """Yield every family's function for one processor kind.

    Names in `taken` (the words of a policy that these functions are added to) are avoided.
    """
    machine = free_name(f"{kind.value.lower()}s", taken)
    for family in FAMILIES:
        name = free_name(f"{family.name}_{kind.value.lower()}s", taken)
        body = "".join(f"    {line}\n" for line in family.body).replace("@", machine)
        yield PlacementFunction(
            family=family.name,
            kind=kind,
            name=name,
            machine=f"{machine} = Machine({kind.value});\n",
            text=f"def {name}(Task t) {{\n{body}}}\n",
        )


def free_name(name: str, taken: Collection[str]) -> str:
    """Return `name`, or its first variation (`name2`, `name3`) that is not taken."""
    candidates = (name, *(f"{name}{n}" for n in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)
