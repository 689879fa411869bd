"""The fixed words of the language, and which of them a user may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches

PROC_WORDS = ("CPU", "GPU", "OMP", "IO", "PY", "PROC")
MEM_WORDS = ("SYSMEM", "FBMEM", "ZCMEM", "RDMEM", "SOCKMEM", "REGSOCKMEM", "VIRTUAL")
KIND_WORDS = PROC_WORDS + MEM_WORDS
TYPE_WORDS = ("Task", "int", "bool", "IPoint", "ISpace", "MSpace")
LAYOUT_WORDS = ("SOA", "AOS", "C_order", "F_order", "Align", "No_Align", "Exact", "Compact")
STATEMENT_WORDS = (
    "Task",
    "Region",
    "Layout",
    "InstanceLimit",
    "CollectMemory",
    "IndexTaskMap",
    "SingleTaskMap",
    "ControlReplicate",
)

RESERVED = frozenset(
    (
        *STATEMENT_WORDS,
        *TYPE_WORDS,
        *KIND_WORDS,
        *("def", "return", "print", "tuple", "for", "in", "True", "False"),
        *("and", "or", "not", "Machine"),
    )
)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` most probably stands for, if any is close."""
    choices = sorted(set(known) - {word})
    folded = {choice.lower(): choice for choice in reversed(choices)}
    if word.lower() in folded:
        return folded[word.lower()]
    # One letter off is close in a word of two; beyond that, difflib's ratio decides.
    matches = get_close_matches(word, choices, n=1, cutoff=0.5 if len(word) <= 2 else 0.6)
    return matches[0] if matches else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a help text that proposes the nearest known word, else `otherwise`."""
    choice = nearest(word, known)
    return f"did you mean `{choice}`?" if choice else otherwise


def listed(words: Iterable[str], last: str = "or") -> str:
    """Return words in backquotes as a list: ``a`, `b` or `c``."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) <= 1:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
