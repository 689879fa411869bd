"""The `mapc` command: its subcommands, and what leaves it when something fails."""

import sys
import traceback
from io import TextIOWrapper

import typer

from mapc.cli import (
    analyze,
    apps,
    build,
    check,
    cmake_dir,
    diff_command,
    doctor,
    explain,
    fmt,
    guide,
    inspect,
    legion,
    lsp,
    machines,
    place,
    run_command,
    runs,
    tune,
)
from mapc.cli.output import show
from mapc.text import ExitCode, MapcError

app = typer.Typer(
    name="mapc",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Write, build, run and tune mappers for the Legion task runtime.",
)

app.command(name="check")(check.check)
app.command(name="place")(place.place)
app.command(name="inspect")(inspect.inspect)
app.command(name="diff")(diff_command.diff)
app.command(name="build")(build.build)
app.command(name="run", context_settings={"ignore_unknown_options": True})(run_command.run)
app.command(name="guide")(guide.guide)
app.command(name="tune")(tune.tune)
app.add_typer(runs.app, name="runs")
app.command(name="apps")(apps.apps)
app.command(name="machines")(machines.machines)
app.command(name="analyze", cls=analyze.WithFlags)(analyze.analyze)
app.command(name="fmt")(fmt.fmt)
app.command(name="lsp")(lsp.lsp)
app.command(name="explain")(explain.explain)
app.command(name="doctor")(doctor.doctor)
app.command(name="legion")(legion.legion)
app.command(name="cmake-dir")(cmake_dir.cmake_dir)


@app.callback(invoke_without_command=True)
def main(
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    """Write, build, run and tune mappers for the Legion task runtime."""
    if version:
        from mapc import __version__

        sys.stdout.write(f"mapc {__version__}\n")
        raise typer.Exit


def run() -> None:
    """Run the command line; the only place where exceptions become exit codes."""
    # A terminal may not have every character of a policy, or of the name of a file.
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except MapcError as error:
        show(error.diagnostics)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(ExitCode.OK)
    except Exception:
        traceback.print_exc()
        sys.stderr.write(
            "\nmapc: this is a bug in mapc. Please report it with the lines above, the output of\n"
            "`mapc doctor` and the policy that caused it.\n"
        )
        sys.exit(ExitCode.BUG)
