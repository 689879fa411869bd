"""`mapc doctor`: what was found on this machine, and what to do about what is missing."""

import sys

import typer

from mapc.text import ExitCode


def doctor() -> None:
    """Say which compiler, Legion, GPUs and caches mapc uses; nothing is downloaded or changed.

    Example: mapc doctor
    """
    from mapc.legion.doctor import State, examine

    findings = examine()
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        sys.stdout.write(f"{finding.state.value:8} {finding.name:{width}}  {finding.text}\n")
        if finding.help:
            sys.stdout.write(f"{'':8} {'':{width}}  -> {finding.help}\n")
    if any(finding.state is State.MISSING for finding in findings):
        raise typer.Exit(ExitCode.TOOL)
