"""`mapc legion`: how other build systems use the Legion that mapc uses."""

import os
import shlex
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from mapc.cli.output import print_json, say

if TYPE_CHECKING:
    from mapc.legion.linking import Linking


class What(StrEnum):
    """What is asked about the Legion."""

    CXXFLAGS = "cxxflags"
    LDFLAGS = "ldflags"
    ENV = "env"
    JSON = "json"


def legion(
    what: Annotated[What, typer.Argument(help="What to print.")] = What.JSON,
) -> None:
    """Say how to build with the Legion that mapc uses; fetch it first where it is missing.

    cxxflags and ldflags are for Makefiles; env is for the shell, before programs that were linked
    in another way. find_package(mapc) reads json. `Legion_ROOT` names a Legion of your own.

    Example: g++ -std=c++17 app.cc $(mapc legion cxxflags) -o app $(mapc legion ldflags)
    """
    from mapc.legion.linking import linking
    from mapc.legion.runtime import find_runtime

    found = linking(find_runtime(say))
    if what is What.JSON:
        print_json(
            {
                "version": found.version,
                "include_dirs": [str(path) for path in found.include_dirs],
                "libraries": [str(path) for path in found.libraries],
                "link_options": list(found.link_options),
                "library_path": [str(path) for path in found.library_path],
            }
        )
        return
    sys.stdout.write(_TEXT[what](found))


def _cxxflags(found: "Linking") -> str:
    return f"{shlex.join(found.compile_flags)}\n"


def _ldflags(found: "Linking") -> str:
    return f"{shlex.join(found.link_flags)}\n"


def _env(found: "Linking") -> str:
    """Return an assignment for a shell; what the user has there stays behind it."""
    folders = shlex.quote(os.pathsep.join(map(str, found.library_path)))
    return f'export LD_LIBRARY_PATH={folders}"${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"\n'


_TEXT: dict[What, Callable[["Linking"], str]] = {
    What.CXXFLAGS: _cxxflags,
    What.LDFLAGS: _ldflags,
    What.ENV: _env,
}
