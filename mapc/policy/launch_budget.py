"""The limit of steps of a whole launch, beside the limit of one point.

With the limit of one point alone, a function of some million steps could run for days over a
large domain. This one ends it within seconds; a function of ordinary size never meets it.
"""

from dataclasses import dataclass

from mapc.policy.faults import EvaluationError, Fault
from mapc.text import Span
from mapc.text.codes import STEP_LIMIT

LAUNCH_STEPS = 3 * 10**7
"""Steps that any launch may take."""
STEPS_PER_POINT = 1000
"""Steps that it may take beyond those for every point before the present one."""


@dataclass(slots=True)
class LaunchBudget:
    """The steps that the points of a launch have taken so far."""

    steps: int = 0

    def spend(self, steps: int, before: int, span: Span) -> None:
        """Count the steps of one point, which `before` precede; the limit is an error at `span`."""
        self.steps += steps
        if self.steps > LAUNCH_STEPS + STEPS_PER_POINT * before:
            fault = Fault(
                STEP_LIMIT,
                f"the launch takes more than {LAUNCH_STEPS} steps and {STEPS_PER_POINT} a point",
                help="calculate what is the same for every point once, in a global variable",
            )
            raise EvaluationError.at(fault, span)

    def spend_many(self, steps: int, most: int, before: int) -> bool:
        """Count the steps of the next points and return True, or return False if in doubt.

        `most` is an upper bound on the steps of one point: where it is small, no point can exceed
        the limit; neither can any where all of them together do not.
        """
        if most > STEPS_PER_POINT and self.steps + steps > LAUNCH_STEPS + STEPS_PER_POINT * before:
            return False
        self.steps += steps
        return True
