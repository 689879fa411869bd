"""Whether a modelled time can be trusted: what takes longer than modelled makes it too long."""

from typing import TYPE_CHECKING

from mapc.graph.machine import Machine
from mapc.guide.score import ScoreSpec
from mapc.legion.counters import overrun_seconds
from mapc.policy.kinds import ProcKind
from mapc.text import Diagnostic, Severity
from mapc.text.codes import NOT_TRUSTWORTHY

if TYPE_CHECKING:
    from mapc.legion.outcome import Outcome

TRUSTED = 0.05
_SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}


def overrun(
    outcome: "Outcome", machine: Machine | None, figure: float | None, score: ScoreSpec
) -> tuple[Diagnostic, ...]:
    """Return the warning on a run of an emulated machine that could not keep up, if any.

    What was late on any GPU is compared with the time of all GPUs, as far as it is known: the
    figure of merit where that is a time, because starting and checking take long as well.
    """
    if machine is None or not machine.emulated:
        return ()
    timed = outcome.seconds
    if figure is not None and score.unit in _SECONDS:
        timed = min(timed, figure * _SECONDS[score.unit])
    late = overrun_seconds(outcome.counters, outcome.output)
    gpus = machine.nodes * machine.count(ProcKind.GPU)
    share = late / gpus / timed if timed > 0 and gpus else 0.0
    if share <= TRUSTED:
        return ()
    return (
        Diagnostic(
            code=NOT_TRUSTWORTHY,
            severity=Severity.WARNING,
            message=f"the modelled time is not trustworthy: copies and tasks took {late:.2g} s"
            f" longer than on {machine.name}, {share:.0%} of the {timed:.2g} s of its GPUs"
            f" (trusted up to {TRUSTED:.0%})",
            help=f"stretch time more: `--time-scale {2 * machine.time_scale:g}`\n"
            "compute a smaller problem for the same modelled one, with a larger `--data-scale`\n"
            "end other programs that use this machine's cores",
        ),
    )
