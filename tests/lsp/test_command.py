"""The command itself: what it says without its packages."""

import subprocess
import sys

BLOCKED = "import sys; sys.modules['pygls'] = None; from mapc.cli.main import run; run()"


def test_without_pygls() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, "lsp"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stdout == ""
    first, second, *rest = done.stderr.splitlines()
    assert first == "error[MAP710]: the language server needs the Python package pygls"
    assert second.strip() == "= help: install it with: pip install 'mapc[lsp]'"
    assert rest == []


def test_end_of_input_ends_the_server() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mapc", "lsp", "--stdio"],
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
