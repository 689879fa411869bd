"""Take apart what a cluster's launcher prints: which rank said what, and which rank failed."""

import re
from collections import defaultdict
from dataclasses import replace

from mapc.legion.launchers import Launcher
from mapc.legion.outcome import Outcome, RankEnd


def attributed(outcome: Outcome, launcher: Launcher, ranks: int) -> Outcome:
    """Return the outcome of a launcher with the ends of its ranks, and output without its tags."""
    whole, said, own = _split(outcome.output, launcher.tag)
    failed = _failed(own, launcher, ranks)
    ends = []
    for rank in range(ranks):
        is_failed = failed is not None and rank == failed[0]
        code, signal = failed[1:] if failed is not None and is_failed else (None, None)
        ends.append(
            RankEnd(
                exit_code=0 if outcome.ok else code,
                signal=signal,
                stopped=not outcome.ok and failed is not None and not is_failed,
                output=said[rank],
            )
        )
    return replace(
        outcome,
        output=whole,
        ranks=tuple(ends),
        failed_rank=failed[0] if failed is not None and not outcome.ok else None,
    )


def _split(output: str, tag: str | None) -> tuple[str, dict[int, str], str]:
    """Return the output without tags, each rank's part of it, and the launcher's own words.

    A launcher may write a tag in the middle of a line, where a rank has not ended its own yet; the
    parts of a line are put together again.
    """
    said: dict[int, str] = defaultdict(str)
    tags = list(re.finditer(tag, output, re.MULTILINE)) if tag else []
    whole = own = output[: tags[0].start()] if tags else output
    begun: dict[tuple[int, str], str] = {}
    for number, found in enumerate(tags):
        end = tags[number + 1].start() if number + 1 < len(tags) else len(output)
        line, newline, rest = output[found.end() : end].partition("\n")
        rank = int(found["rank"])
        stream = (rank, found.groupdict().get("stream") or "")
        begun[stream] = begun.get(stream, "") + line
        if newline:
            text = begun.pop(stream) + "\n"
            said[rank] += text
            whole += text
        own += rest
        whole += rest
    for (rank, _), line in begun.items():
        said[rank] += f"{line}\n"
        whole += f"{line}\n"
    return whole, said, own


def _failed(text: str, launcher: Launcher, ranks: int) -> tuple[int, int | None, int | None] | None:
    """Return the number, exit code and signal of the rank that the launcher says has failed."""
    for pattern in launcher.failed:
        found = re.search(pattern, text, re.MULTILINE)
        if found is not None and int(found["rank"]) < ranks:
            groups = {key: int(value) for key, value in found.groupdict().items() if value}
            return groups["rank"], groups.get("code"), groups.get("signal")
    return None
