"""`mapc explain`: the page of a diagnostic code."""

import sys
from typing import Annotated

import typer

from mapc.resources import resource
from mapc.text import ExitCode
from mapc.text.codes import CODES
from mapc.text.nearest import did_you_mean


def explain(code: Annotated[str, typer.Argument(help="A code such as MAP402.")]) -> None:
    """Explain a diagnostic code.

    Example: mapc explain MAP402
    """
    wanted = code.upper()
    if wanted not in CODES:
        sys.stderr.write(f"there is no code {code}; {did_you_mean(wanted, CODES)}\n")
        raise typer.Exit(ExitCode.USAGE)
    page = resource("errors", f"{wanted}.md")
    if page.is_file():
        sys.stdout.write(page.read_text(encoding="utf-8"))
    else:
        sys.stdout.write(f"{wanted}: {CODES[wanted].summary}\n")
