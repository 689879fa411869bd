"""`mapc guide`: explain the raw output of a build or a run."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from mapc.cli.output import Format, print_json, require_policy, show
from mapc.cli.source_maps import source_map_of
from mapc.text import Reporter


def guide(
    log: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Raw output.")],
    mapping: Annotated[Path | None, typer.Option(help="The policy that was running.")] = None,
    source_map: Annotated[
        Path | None,
        typer.Option("--source-map", help="What `mapc build --source-map` wrote for this mapper."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """Say what happened in a build or a run, why, and what to change.

    Also reads backtraces, of gdb or of REALM_BACKTRACE=1: frames in the generated mapper become
    lines of the policy.

    Example: mapc guide run.log --mapping circuit.mapl
    """
    from mapc.guide.guide import guide_log
    from mapc.guide.sourcemap import read_source_map

    policy = require_policy(mapping, Reporter()) if mapping is not None else None
    known = read_source_map(source_map) if source_map is not None else None
    if known is None and policy is not None:
        known = source_map_of(policy)
    text = log.read_text(encoding="utf-8", errors="replace")
    feedback = guide_log(text, policy, source_map=known)
    if form is Format.JSON:
        print_json(feedback.to_json())
        return
    sys.stdout.write(f"class: {feedback.outcome_class}\n")
    show((*feedback.diagnostics, *feedback.bottlenecks))
