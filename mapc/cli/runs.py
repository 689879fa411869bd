"""`mapc runs`: look at what the tuner has done."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mapc.cli.output import Format

app = typer.Typer(no_args_is_help=True, help="Look at what the tuner has done.")

RunName = Annotated[str | None, typer.Argument(help="A run; the latest without a name.")]


class ReportFormat(StrEnum):
    """How a report is written."""

    MD = "md"
    JSON = "json"


@app.command(name="list")
def list_runs(
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """List all runs, the latest first."""
    from mapc.cli.output import print_json
    from mapc.cli.tables import print_table
    from mapc.tune.report import headline, summarize
    from mapc.tune.runs import all_runs

    found = [(run, summarize(run.contents())) for run in all_runs()]
    if form is Format.JSON:
        print_json(
            [
                {"run": run.name, "trials": len(s.trials), "headline": headline(s)}
                for run, s in found
            ]
        )
        return
    if not found:
        sys.stderr.write("no runs yet; start one with `mapc tune APP`\n")
        return
    rows = [(run.name, str(len(s.trials)), headline(s)) for run, s in found]
    print_table(("run", "trials", "outcome"), rows)


@app.command()
def show(name: RunName = None) -> None:
    """Show the trials of a run, what was tried and why."""
    from mapc.cli.tables import print_table
    from mapc.tune.report import HEADINGS, headline, summarize, table_rows
    from mapc.tune.runs import find_run

    run = find_run(name)
    summary = summarize(run.contents())
    sys.stdout.write(f"{run.name}: {headline(summary)}\n")
    rows = [
        (
            str(t.number),
            t.outcome_class,
            "" if t.score is None else f"{t.score:.4g} {summary.unit}",
            t.reason,
        )
        for t in summary.trials
    ]
    print_table(("trial", "class", "score", "why"), rows)
    if summary.table:
        print_table(HEADINGS, table_rows(summary))


@app.command()
def best(
    name: RunName = None,
    out: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write.")] = None,
) -> None:
    """Print the best policy of a run, or write it to a file."""
    from mapc.paths import write_atomic
    from mapc.text import Diagnostic, ExitCode, MapcError, Severity, codes
    from mapc.tune.report import summarize
    from mapc.tune.runs import find_run

    run = find_run(name)
    policy = summarize(run.contents()).best_policy
    if policy is None:
        raise MapcError(
            Diagnostic(
                code=codes.NO_SUCH_RUN,
                severity=Severity.ERROR,
                message=f"no trial of {run.name} succeeded",
                help=f"see `mapc runs show {run.name}`",
            ),
            exit_code=ExitCode.POLICY,
        )
    if out is None:
        sys.stdout.write(policy)
    else:
        write_atomic(out, policy)


@app.command()
def compare(names: Annotated[list[str], typer.Argument(help="Two or more runs.")]) -> None:
    """Compare runs: best against default, trials, failures."""
    from mapc.cli.tables import print_table
    from mapc.tune.report import summarize
    from mapc.tune.runs import find_run

    rows = []
    for name in names:
        summary = summarize(find_run(name).contents())
        ratio = summary.ratio(summary.winner) if summary.winner is not None else None
        failed = sum(n for kind, n in summary.classes.items() if kind != "ok")
        rows.append(
            (
                name,
                str(len(summary.trials)),
                str(failed),
                summary.winner.contender.label if summary.winner else "",
                f"{ratio:.3f}x" if ratio is not None else "",
            )
        )
    print_table(("run", "trials", "failed", "winner", "to default"), rows)


@app.command()
def report(
    name: RunName = None,
    form: Annotated[ReportFormat, typer.Option("--format", help="How to write.")] = ReportFormat.MD,
    out: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write.")] = None,
) -> None:
    """Write the report of a run."""
    from mapc.paths import write_atomic
    from mapc.tune.report import as_json, as_markdown, summarize
    from mapc.tune.runs import find_run

    run = find_run(name)
    summary = summarize(run.contents())
    writer = as_markdown if form is ReportFormat.MD else as_json
    text = writer(summary, run.name)
    if out is None:
        sys.stdout.write(text)
    else:
        write_atomic(out, text)
