"""The ask/tell interface of all optimizers, and the registry of those that come with mapc."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mapc.text import Diagnostic, ExitCode, MapcError, Severity, codes
from mapc.text.nearest import did_you_mean
from mapc.tune.space import Candidate, Space
from mapc.tune.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A policy to try and, in one line, why; `candidate` where it is a point of the space."""

    policy: str
    reason: str
    candidate: Candidate | None = None


class Optimizer(Protocol):
    """Speaks policies. Whatever it knows, it knows from what it was told.

    A resumed run tells all earlier trials in order; the next `ask` must then be as good as if the
    run had not been interrupted.
    """

    def ask(self) -> Proposal | None:
        """Return what to try next, None when there is nothing left to try."""
        ...

    def tell(self, trial: Trial) -> None:
        """Take in a finished trial, also one that somebody else proposed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What every optimizer is made from; `better` is `lower` or `higher`."""

    space: Space
    better: str
    seed: int


def make_optimizer(name: str, problem: Problem) -> Optimizer:
    """Return an optimizer by name; raises MapcError for an unknown one."""
    makers = _makers()
    if name not in makers:
        raise MapcError(
            Diagnostic(
                code=codes.NO_SUCH_OPTIMIZER,
                severity=Severity.ERROR,
                message=f"there is no optimizer `{name}`",
                help=did_you_mean(name, makers),
            ),
            exit_code=ExitCode.USAGE,
        )
    return makers[name](problem)


def _makers() -> dict[str, Callable[[Problem], Optimizer]]:
    from mapc.tune.optimizers.guided import Guided
    from mapc.tune.optimizers.random import Random

    return {"guided": Guided, "random": Random}
