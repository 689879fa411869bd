"""`mapc guide`: explain the raw output of a build or a run."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mapc.cli.output import Format, print_json, require_policy, show
from mapc.text import Reporter


def guide(
    log: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Raw output.")],
    mapping: Annotated[Path | None, typer.Option(help="The policy that was running.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """Say what happened in a build or a run, why, and what to change.

    Example: mapc guide run.log --mapping circuit.mapl
    """
    from mapc.guide.guide import guide_log

    policy = require_policy(mapping, Reporter()) if mapping is not None else None
    feedback = guide_log(log.read_text(encoding="utf-8", errors="replace"), policy)
    if form is Format.JSON:
        print_json(feedback.to_json())
        return
    sys.stdout.write(f"class: {feedback.outcome_class}\n")
    show((*feedback.diagnostics, *feedback.bottlenecks))
