"""The fixed words of the language, and which of them a user may have meant."""

from collections.abc import Iterable

from mapc.text.nearest import nearest

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

USAGE = {
    "Task": "Task solve GPU, CPU;",
    "Region": "Region solve r GPU FBMEM, ZCMEM;",
    "Layout": "Layout solve r GPU SOA C_order;",
    "InstanceLimit": "InstanceLimit solve 4;",
    "CollectMemory": "CollectMemory solve r;",
    "IndexTaskMap": "IndexTaskMap solve place;",
    "SingleTaskMap": "SingleTaskMap solve place;",
    "ControlReplicate": "ControlReplicate solve;",
    "def": "def place(Task t) { return m[0, 0]; }",
    "print": 'print("{}", m.size);',
    "return": "return m[0, 0];",
}
"""An example of every statement."""

RESERVED = frozenset(
    (
        *STATEMENT_WORDS,
        *TYPE_WORDS,
        *KIND_WORDS,
        *("def", "return", "print", "tuple", "for", "in", "True", "False"),
        *("and", "or", "not", "Machine"),
    )
)


def proposal(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a help text that proposes the nearest known word, else `otherwise`."""
    names = sorted(set(known))
    choice = nearest(word, names) or _one_letter_off(word, names)
    return f"did you mean `{choice}`?" if choice else otherwise


def _one_letter_off(word: str, known: Iterable[str]) -> str | None:
    """Return a word of two or three letters that differs in one; ratios fail such short words."""
    for name in known:
        if (
            len(name) == len(word) <= 3
            and sum(a != b for a, b in zip(name, word, strict=True)) == 1
        ):
            return name if len(word) > 1 else None
    return None


def listed(words: Iterable[str], last: str = "or") -> str:
    """Return words in backquotes as a list: ``a`, `b` or `c``."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) <= 1:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
