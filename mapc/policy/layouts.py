"""Layout words to one layout (reference, 10.3)."""

from dataclasses import replace

from mapc.policy import habits
from mapc.policy.model import Alignment, LayoutSpec
from mapc.syntax import ast
from mapc.syntax.words import LAYOUT_WORDS, proposal
from mapc.text import Related, Reporter
from mapc.text.codes import (
    BAD_ALIGNMENT,
    CONTRADICTORY_LAYOUT,
    LAYOUT_WORD_REPEATED,
    TWO_ALIGNMENTS,
    UNEXPECTED_TOKEN,
    UNKNOWN_LAYOUT_WORD,
)

_OPPOSITES = {
    "SOA": "AOS",
    "AOS": "SOA",
    "C_order": "F_order",
    "F_order": "C_order",
    "Align": "No_Align",
    "No_Align": "Align",
}


def layout_of(constraints: tuple[ast.Constraint, ...], report: Reporter) -> LayoutSpec:
    """Return the layout that the words of one statement ask for."""
    spec = LayoutSpec()
    seen: dict[str, ast.Constraint] = {}
    for constraint in constraints:
        if not _known(constraint, report) or not _fits(constraint, seen, report):
            continue
        seen[constraint.word] = constraint
        match constraint.word:
            case "AOS":
                spec = replace(spec, soa=False)
            case "C_order":
                spec = replace(spec, c_order=True)
            case "Exact":
                spec = replace(spec, exact=True)
            case "Compact":
                spec = replace(spec, compact=True)
            case "Align":
                spec = replace(spec, align=Alignment(op=constraint.op, bytes=constraint.value))
    return spec


def _known(constraint: ast.Constraint, report: Reporter) -> bool:
    """Return whether one word is well formed by itself."""
    word = constraint.word
    if word not in LAYOUT_WORDS:
        report.error(
            UNKNOWN_LAYOUT_WORD,
            f"unknown layout word `{word}`",
            constraint.span,
            help=habits.stands_for(word, habits.LAYOUT_WORDS)
            or proposal(word, LAYOUT_WORDS, f"choose among {', '.join(LAYOUT_WORDS)}"),
        )
        return False
    if word == "Align" and not constraint.op:
        report.error(
            UNEXPECTED_TOKEN,
            "`Align` needs a comparison and a number of bytes",
            constraint.span,
            help="write `Align == 64`, for example",
        )
        return False
    if word != "Align" and constraint.op:
        report.error(
            UNEXPECTED_TOKEN,
            f"`{word}` takes no number",
            constraint.span,
            help=f"write `{word}`",
        )
        return False
    if word == "Align" and (constraint.value < 1 or constraint.value & (constraint.value - 1)):
        report.error(
            BAD_ALIGNMENT,
            f"alignment {constraint.value} is not a positive power of two",
            constraint.span,
            help="write 16, 32, 64 or 128, for example",
        )
        return False
    return True


def _fits(constraint: ast.Constraint, seen: dict[str, ast.Constraint], report: Reporter) -> bool:
    """Return whether a word agrees with those before it."""
    word = constraint.word
    opposite = seen.get(_OPPOSITES.get(word, ""))
    if opposite is not None:
        report.error(
            CONTRADICTORY_LAYOUT,
            f"`{word}` contradicts `{opposite.word}`",
            constraint.span,
            help=f"keep one of `{opposite.word}` and `{word}`",
            related=(Related(message=f"`{opposite.word}` stands here", span=opposite.span),),
        )
        return False
    before = seen.get(word)
    if before is None:
        return True
    if (before.op, before.value) != (constraint.op, constraint.value):
        report.error(
            TWO_ALIGNMENTS,
            f"two different alignments: `{before.op} {before.value}` and "
            f"`{constraint.op} {constraint.value}`",
            constraint.span,
            help="keep one of them",
            related=(Related(message="the other alignment", span=before.span),),
        )
    else:
        report.warning(
            LAYOUT_WORD_REPEATED,
            f"layout word `{word}` is repeated",
            constraint.span,
            help="remove it",
        )
    return False
