"""Feedback: what AutoGuide says about one build or run, as frozen data."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mapc.guide.edits import Edit
from mapc.text import Diagnostic


class OutcomeClass(StrEnum):
    """How a build or a run ended; the values are part of the command contract."""

    OK = "ok"
    SYNTAX = "syntax"
    CHECK = "check"
    BUILD = "build"
    LOAD = "load"
    OOM = "oom"
    VARIANT = "variant"
    MEMORY = "memory"
    LAYOUT = "layout"
    PLACEMENT = "placement"
    PRIVILEGE = "privilege"
    ASSERTION = "assertion"
    CRASH = "crash"
    TIMEOUT = "timeout"
    WRONG_ANSWER = "wrong-answer"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """How much a finding says: the three levels whose worth the ablation measures."""

    MESSAGE = "message"  # the program's own words
    EXPLAIN = "explain"  # what they mean
    SUGGEST = "suggest"  # and what to change


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """The result of AutoGuide.

    Only class `ok` can have a score: a run that failed, or gave a wrong answer fast, has none.
    `edits` are changes of the policy that were checked to leave it valid.
    """

    outcome_class: OutcomeClass
    score: float | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    bottlenecks: tuple[Diagnostic, ...] = ()
    edits: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        """Hold the invariant that searching for mappings relies on."""
        assert self.score is None or self.outcome_class is OutcomeClass.OK

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of the command contract."""
        return {
            "class": self.outcome_class.value,
            "score": self.score,
            "diagnostics": [d.to_json() for d in self.diagnostics],
            "bottlenecks": [d.to_json() for d in self.bottlenecks],
            "edits": [edit.to_json() for edit in self.edits],
        }
