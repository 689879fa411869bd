"""Whether the generated mapper took part in a run at all.

A library that is not loaded, or an application that asks another mapper, gives a good run of
something else; its score must never be taken for that of the policy.
"""

from collections.abc import Sequence

from mapc.guide import records as recorded
from mapc.guide.records import Record
from mapc.text import Diagnostic, Severity
from mapc.text.codes import MAPPER_NOT_ASKED, MAPPER_NOT_LOADED, WRONG_RANKS, Code


def not_asked(records: Sequence[Record], ranks: int | None = None) -> Diagnostic | None:
    """Return why the run says nothing about the policy, None if it does."""
    loaded = recorded.events(records, "loaded")
    if not loaded:
        return _error(
            MAPPER_NOT_LOADED,
            "the mapper was not loaded: the run was decided by another mapper",
            "load the mapper's library at start (`mapc run` does), and check that the application "
            "calls `Runtime::start`",
        )
    if ranks is not None and (wrong := wrong_ranks(records, ranks)):
        return wrong
    if not recorded.events(records, "seen") and not recorded.events(records, "task"):
        return _error(
            MAPPER_NOT_ASKED,
            "the mapper was loaded but never asked to map a task",
            "the application registers a mapper of its own after start: let it use mapper id 0 "
            "for its tasks, or link the generated mapper into it",
        )
    return None


def wrong_ranks(records: Sequence[Record], ranks: int) -> Diagnostic | None:
    """Return what is wrong with the number of ranks in a run, None if it is the one started.

    The mapper counts them, and so does a library of ours in every rank. Where both are silent,
    ranks may have run alone, each with exit code 0: that is no confirmation.
    """
    told = [*recorded.events(records, "loaded"), *recorded.events(records, "ranks")]
    counts = {n for n in (recorded.number(r.get("ranks")) for r in told) if n is not None}
    if counts == {ranks} or (ranks == 1 and not counts):
        return None
    found = f"but each found {_list(counts)} in its run" if counts else "but none tells of others"
    return _error(
        WRONG_RANKS,
        f"{ranks} ranks were started, {found}",
        "the ranks did not find each other: check the launcher and the bootstrap plugin, and what "
        "`ucp` says in the output (`docs/ranks.md`)",
    )


def _list(counts: set[int]) -> str:
    return " or ".join(map(str, sorted(counts)))


def _error(code: Code, message: str, help_text: str) -> Diagnostic:
    return Diagnostic(code=code, severity=Severity.ERROR, message=message, help=help_text)
