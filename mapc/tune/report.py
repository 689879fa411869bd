"""What a run gave: made from its journal alone, so that it can be made again at any time."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mapc.text.codes import NOT_TRUSTWORTHY
from mapc.tune.closing import DEFAULT, Contender, Standing, standings, winner
from mapc.tune.journal import Contents
from mapc.tune.trial import Trial, best_trial, speedup


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One run in figures; `table` is empty until the closing comparison was made."""

    header: dict[str, Any]
    trials: tuple[Trial, ...]
    table: tuple[Standing, ...]
    winner: Standing | None

    @property
    def better(self) -> str:
        """`lower` or `higher`."""
        return str(self.header.get("better", "lower"))

    @property
    def unit(self) -> str:
        """The unit of the figure of merit."""
        return str(self.header.get("unit", ""))

    @property
    def modelled(self) -> str:
        """What its times are called, where a machine was emulated."""
        return str(self.header.get("modelled", ""))

    @property
    def classes(self) -> dict[str, int]:
        """How many trials ended in each class, most frequent first."""
        return dict(Counter(t.outcome_class for t in self.trials).most_common())

    @property
    def base(self) -> float | None:
        """The default mapper's median in the closing comparison."""
        return next((s.median for s in self.table if s.contender.label == DEFAULT), None)

    @property
    def best_policy(self) -> str | None:
        """The winner's text; before the comparison, that of the best trial."""
        if self.winner is not None:
            return self.winner.contender.policy
        best = best_trial(self.trials, self.better)
        return best.policy if best is not None else None

    def ratio(self, standing: Standing) -> float | None:
        """Return how many times better than the default mapper a contender is."""
        if standing.median is None or not self.base:
            return None
        return speedup(standing.median, self.base, self.better)


def summarize(contents: Contents) -> Summary:
    """Return the summary of a run; the last closing comparison counts."""
    after = max((m.after for m in contents.measurements), default=0)
    last = [m for m in contents.measurements if m.after == after]
    policies = {m.label: m.policy for m in last}
    contenders = [Contender(label=label, policy=policy) for label, policy in policies.items()]
    table = standings(contenders, last)
    direction = str(contents.header.get("better", "lower"))
    return Summary(
        header=contents.header,
        trials=contents.trials,
        table=tuple(table),
        winner=winner(table, direction),
    )


def table_rows(summary: Summary) -> list[tuple[str, ...]]:
    """Return the closing comparison, a row a contender, best first."""
    rows: list[tuple[str, ...]] = []
    ordered = sorted(summary.table, key=lambda s: -(summary.ratio(s) or 0.0))
    for standing in ordered:
        ratio = summary.ratio(standing)
        rows.append(
            (
                standing.contender.label + (" (winner)" if standing is summary.winner else ""),
                "failed" if standing.median is None else f"{standing.median:.4g} {summary.unit}",
                f"± {standing.spread:.1%}" if standing.samples else "",
                f"{ratio:.3f}x" if ratio is not None else "",
                f"{len(standing.samples)} ok, {standing.failures} failed",
            )
        )
    return rows


HEADINGS = ("mapper", "median", "spread", "to default", "runs")


def statement_lines(policy: str) -> list[str]:
    """Return what a policy says against the default mapper: every line that is not blank."""
    return [line for line in policy.splitlines() if line.strip() and not line.startswith("#")]


def headline(summary: Summary) -> str:
    """Return the outcome in one sentence; it says so where times are modelled."""
    said = _headline(summary)
    return f"{said}; {summary.modelled}" if summary.modelled and summary.winner else said


def _headline(summary: Summary) -> str:
    if summary.winner is None:
        return "no comparison was made yet" if not summary.table else "every contender failed"
    label = summary.winner.contender.label
    ratio = summary.ratio(summary.winner)
    if label == DEFAULT:
        return "nothing tried is faster than Legion's default mapper"
    spread = max(s.spread for s in summary.table)
    if ratio is not None and abs(ratio - 1) <= spread:
        return f"{label} wins with {ratio:.3f}x, which is within the spread of the runs"
    return f"{label} wins with {ratio:.3f}x" if ratio is not None else f"{label} wins"


def as_markdown(summary: Summary, name: str) -> str:
    """Return the report of a run for people."""
    header = summary.header
    procs = ", ".join(f"{n} {kind}" for kind, n in header.get("processors", {}).items())
    lines = [
        f"# {name}",
        "",
        f"Application {header.get('application')} ({header.get('preset')}: "
        f"`{' '.join(map(str, header.get('arguments', [])))}`) on {header.get('machine')} "
        f"({procs}), Legion {header.get('legion')}.",
        "",
        *_modelled_lines(summary),
        f"**{headline(summary)}.** {len(summary.trials)} trials: "
        + ", ".join(f"{count} {kind}" for kind, count in summary.classes.items())
        + f". Optimizer {header.get('optimizer')}, seed {header.get('seed')}.",
        "",
        *_markdown_table(HEADINGS, table_rows(summary)),
        "",
        "## The winner against the default mapper",
        "",
        "```",
        *(statement_lines(summary.best_policy or "") or ["(no statement)"]),
        "```",
        "",
        "## Trials",
        "",
        *_markdown_table(
            ("trial", "class", f"score ({summary.unit})", "why"),
            [
                (
                    str(t.number),
                    t.outcome_class,
                    "" if t.score is None else f"{t.score:.4g}",
                    t.reason.replace("|", "/"),
                )
                for t in summary.trials
            ],
        ),
    ]
    return "\n".join(lines) + "\n"


def _modelled_lines(summary: Summary) -> list[str]:
    """Return what the times of an emulated machine are; nothing for a real one."""
    if not summary.modelled:
        return []
    emulation = summary.header.get("emulation", {})
    return [
        f"All times are {summary.modelled}: {emulation.get('time_scale'):g} real seconds are one "
        f"modelled second, one real byte stands for {emulation.get('data_scale'):g}."
        + (f" {untrusted(summary)}" if untrusted(summary) else ""),
        "",
    ]


def untrusted(summary: Summary) -> str:
    """Return of how many trials the modelled time is too long; nothing where there is none."""
    count = sum(NOT_TRUSTWORTHY.id in trial.advice for trial in summary.trials)
    return f"Of {count} trials the time is not to be trusted ({NOT_TRUSTWORTHY.id})." * bool(count)


def as_json(summary: Summary, name: str) -> str:
    """Return the report of a run for scripts."""
    document = {
        "run": name,
        "settings": summary.header,
        "modelled": bool(summary.modelled),
        "classes": summary.classes,
        "headline": headline(summary),
        "table": [
            {
                "mapper": s.contender.label,
                "median": s.median,
                "spread": s.spread,
                "ratio": summary.ratio(s),
                "samples": list(s.samples),
                "failures": s.failures,
            }
            for s in summary.table
        ],
        "winner": summary.winner.contender.label if summary.winner else None,
        "policy": summary.best_policy,
        "trials": [
            {
                "number": t.number,
                "class": t.outcome_class,
                "score": t.score,
                "samples": list(t.samples),
                "reason": t.reason,
                "policy": t.policy,
            }
            for t in summary.trials
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def _markdown_table(headings: Sequence[str], rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [
        f"| {' | '.join(headings)} |",
        f"|{' --- |' * len(headings)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
