"""AutoGuide: turns what a build or a run printed into a class, a score and diagnostics."""

from mapc.guide.edits import Edit
from mapc.guide.feedback import Feedback, Level, OutcomeClass
from mapc.guide.guide import guide_build, guide_log, guide_policy, guide_run
from mapc.guide.score import CheckSpec, ScoreSpec, specs_of

__all__ = [
    "CheckSpec",
    "Edit",
    "Feedback",
    "Level",
    "OutcomeClass",
    "ScoreSpec",
    "guide_build",
    "guide_log",
    "guide_policy",
    "guide_run",
    "specs_of",
]
