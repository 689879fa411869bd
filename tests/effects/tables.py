"""The tables of `docs/applications.md`, between markers; what is around them is written by hand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.effects.experiments import SAME, Experiment, Side, Variation
from tests.effects.lines import Lines
from tests.effects.measure import command
from tests.effects.results import Result

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "applications.md"
LINES = "lines"
_BLOCK = re.compile(r"<!-- ([a-z0-9-]+): made by `make effects` -->\n.*?<!-- end -->\n", re.DOTALL)


def rewritten(document: str, blocks: Mapping[str, str]) -> str:
    """Return a document with new text in its blocks; every block has a place in it."""
    places = _BLOCK.findall(document)
    if sorted(places) != sorted(blocks):
        raise ValueError(f"the document has places for {sorted(places)}, not {sorted(blocks)}")
    return _BLOCK.sub(lambda found: _block(found[1], blocks[found[1]]), document)


def _block(name: str, text: str) -> str:
    return f"<!-- {name}: made by `make effects` -->\n{text}<!-- end -->\n"


def blocks_of(
    experiments: Sequence[Experiment], results: Mapping[str, Result], lines: Sequence[Lines]
) -> dict[str, str]:
    """Return the text of all blocks."""
    blocks = {
        one.name: effect_table(one, results[one.name]) if one.name in results else "\n"
        for one in experiments
    }
    return {**blocks, LINES: line_table(lines)}


def effect_table(experiment: Experiment, result: Result) -> str:
    """Return what an experiment gave, with the published figures beside."""
    several = experiment.ranks > 1
    head = ["policy", "time", "speed", "expected", "published", "kernels", "copied"]
    rows = [head + ["between nodes"] * several]
    for side in experiment.sides:
        runs = result.sides[side.name]
        rows.append(
            [side.says, *_figures(experiment, result, side), *_expected(experiment, result, side)]
        )
        counted = [_time(runs.kernel_us / 1e6), _bytes(runs.copied - runs.sent)]
        rows[-1] += counted + [_bytes(runs.sent)] * several if runs.median else [""] * (2 + several)
    notes = [f"- {one.says}: {one.note}.\n" for one in experiment.variations if one.note]
    first = f"`{command(experiment, experiment.base)}`"
    return "".join(
        ["\n", *_table(rows), "\n", f"Base: {first}\n", *(["\n", *notes] if notes else []), "\n"]
    )


def _figures(experiment: Experiment, result: Result, side: Side) -> list[str]:
    runs = result.sides[side.name]
    if runs.median is None:
        return [runs.outcome, ""]
    late = ", late" if runs.late else ""
    speed = result.speed(experiment.base.name, side.name)
    return [
        f"{_time(runs.median)} ± {runs.spread:.1%}{late}",
        "" if speed is None else _ratio(speed),
    ]


def _expected(experiment: Experiment, result: Result, side: Side) -> list[str]:
    if not isinstance(side, Variation):
        return ["", ""]
    holds = result.holds(experiment.base.name, side)
    word = "as fast" if side.expect == SAME else side.expect
    published = "" if side.published is None else f"{side.published:g}, "
    return [f"{word}: {'yes' if holds else '**no**'}", published + side.source]


def _time(seconds: float) -> str:
    """Return a time with three digits."""
    if seconds == 0:
        return "0"
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"


def _bytes(count: float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"


def line_table(lines: Sequence[Lines]) -> str:
    """Return the table of line counts, and what of the C++ several applications share."""
    head = ["application", "its C++", "shared C++", "for GPUs", "`expert.mapl`"]
    rows = [[*head, "published mapper", "ratio", "generated mapper"]]
    for one in lines:
        shared = sum(count for _, count in one.shared)
        numbers = (one.own, shared, one.gpu, one.policy, one.published)
        rows.append([one.name, *map(str, numbers), f"{one.ratio:.0f}", str(one.generated)])
    folders = dict(pair for one in lines for pair in one.shared)
    shares = ", ".join(f"{count} in `apps/{name}`" for name, count in sorted(folders.items()))
    return "".join(["\n", *_table(rows), "\n", f"Shared: {shares}.\n\n"])


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(rows[0])} |\n"
    yield f"|{' --- |' * len(rows[0])}\n"
    for row in rows[1:]:
        yield f"| {' | '.join(row)} |\n"
