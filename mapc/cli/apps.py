"""`mapc apps`: the applications that come with mapc, and building them."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mapc.cli.output import Format, print_json, say

if TYPE_CHECKING:
    from mapc.legion.application import Application


def apps(
    names: Annotated[
        list[str] | None, typer.Argument(help="Applications: names or folders; all without.")
    ] = None,
    build: Annotated[bool, typer.Option("--build", help="Build them, too.")] = False,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """List the applications that come with mapc, or describe or build some.

    Example: mapc apps circuit stencil --build
    """
    from mapc.graph.machine_text import columns
    from mapc.legion.app_file import find_application, known_applications

    found = [find_application(name) for name in names or known_applications()]
    if not found:
        say("applications come with a checkout of mapc, not with a wheel; name a folder")
    rows = [_row(app) for app in found]
    if build:
        for row, built in zip(rows, _build(found), strict=True):
            row.update(built)
    if form is Format.JSON:
        print_json({"applications": rows})
        return
    lines = columns(
        [
            (row["name"], row.get("binary") or ", ".join(row["presets"]), row["description"])
            for row in rows
        ]
    )
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in lines))


def _row(app: "Application") -> dict[str, Any]:
    """Return what is known of an application without building it."""
    file = app.file
    return {
        "name": app.name,
        "description": file.app.description,
        "folder": str(app.folder),
        "presets": list(file.presets),
        "tasks": file.names.tasks,
        "regions": file.names.regions,
    }


def _build(found: "list[Application]") -> list[dict[str, Any]]:
    """Build one after the other, each on all cores; say how long each took."""
    import time

    from mapc.legion.app_build import build_application
    from mapc.legion.runtime import find_runtime

    runtime = find_runtime(say)
    results = []
    for app in found:
        started = time.monotonic()
        built = build_application(app, runtime)
        seconds = time.monotonic() - started
        say(f"{app.name}: built in {seconds:.1f} s")
        results.append({"binary": str(built.binary), "seconds": round(seconds, 2)})
    return results
