"""The figure of merit of a run, and the application's own check of its answer."""

import math
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mapc.text import Diagnostic, Severity
from mapc.text.codes import NO_SCORE, WRONG_ANSWER

if TYPE_CHECKING:
    from mapc.graph.machine import Machine
    from mapc.legion.application import AppFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSpec:
    """Where a figure of merit stands in the output.

    The value is the group named `score`, else the first group, else the whole match. Of several
    matches the last counts: programs print intermediate values first. An empty pattern means
    that the run has no figure of merit.
    """

    pattern: str = ""
    unit: str = "s"
    better: Literal["lower", "higher"] = "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """What a right and a wrong answer look like in the output; None means no such line."""

    success: str | None = None
    failure: str | None = None


def specs_of(file: "AppFile") -> tuple[ScoreSpec, CheckSpec]:
    """Return what an application's `app.toml` says about its score and its check."""
    check = CheckSpec(success=file.check.success, failure=file.check.failure)
    if file.score is None:
        return ScoreSpec(), check
    score = ScoreSpec(pattern=file.score.pattern, unit=file.score.unit, better=file.score.better)
    return score, check


def read_score(text: str, spec: ScoreSpec) -> float | None:
    """Return the figure of merit, None if there is none or it is not a positive number.

    A time or a rate of nothing, or of infinity, comes from a run that did not work.
    """
    if not spec.pattern:
        return None
    last = deque(re.finditer(spec.pattern, text, re.MULTILINE), maxlen=1)
    if not last:
        return None
    found = last[0]
    index: str | int = "score" if "score" in found.re.groupindex else min(1, found.re.groups)
    try:
        value = float(found[index].replace(",", ""))
    except (AttributeError, ValueError):
        return None
    return value if math.isfinite(value) and value > 0 else None


def modelled_score(value: float, spec: ScoreSpec, machine: "Machine | None") -> float:
    """Return a figure of merit as the machine's own: of an emulated one it is stretched.

    What is better when lower is a time, what is better when higher a rate.
    """
    scale = 1.0 if machine is None else machine.time_scale
    own = value / scale if spec.better == "lower" else value * scale
    return float(f"{own:.12g}")  # digits beyond are of the division


def missing_score(spec: ScoreSpec) -> Diagnostic:
    """Return what to say about a run that ended well without its figure of merit."""
    return Diagnostic(
        code=NO_SCORE,
        severity=Severity.ERROR,
        message="the run ended without a figure of merit: "
        f"no line of its output gives a positive number for `{spec.pattern}`",
        help="run the application by hand and compare its output with `pattern` in its `app.toml`",
    )


def failed_check(text: str, spec: CheckSpec, *, said_so: bool = False) -> Diagnostic | None:
    """Return what is wrong with the answer, None if it is right or there is no check.

    With `said_so`, only the program's own word that it is wrong counts: a run that ended early
    has no line of success either.
    """
    if spec.failure and (found := re.search(spec.failure, text, re.MULTILINE)):
        return _wrong(f"the application's check failed: `{_line_of(text, found.start())}`")
    if spec.success and not said_so and not re.search(spec.success, text, re.MULTILINE):
        return _wrong(f"the line that confirms the answer is missing: `{spec.success}`")
    return None


def _line_of(text: str, offset: int) -> str:
    start = text.rfind("\n", 0, offset) + 1
    return text[start:].partition("\n")[0].strip()[:200]


def _wrong(message: str) -> Diagnostic:
    return Diagnostic(
        code=WRONG_ANSWER,
        severity=Severity.ERROR,
        message=message,
        help="run again with `-lg:safe_mapper`: Legion then rejects instances whose layout or "
        "fields a task does not accept\n"
        "take `Layout` statements with AOS, C_order or Align out one by one",
    )
