"""`Did you mean`: the known word nearest to an unknown one."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like `word`, None when none is close.

    Case is ignored, because wrong case is the commonest slip.
    """
    folded = {name.casefold(): name for name in sorted(known)}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a help text that proposes the nearest known word, or lists a few."""
    names = sorted(set(known))
    best = nearest(word, names)
    if best is not None:
        return f"did you mean `{best}`?"
    if not names:
        return ""
    shown = ", ".join(f"`{name}`" for name in names[:8])
    return f"known: {shown}{', ...' if len(names) > 8 else ''}"
