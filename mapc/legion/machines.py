"""Find a machine by the name that users give."""

from mapc.graph.machine import Machine
from mapc.legion.failures import failure
from mapc.legion.probe import host_machine
from mapc.text import ExitCode
from mapc.text.codes import NO_SUCH_MACHINE
from mapc.text.nearest import did_you_mean

_HOST_NAMES = ("host", "auto")


def known_machines() -> tuple[str, ...]:
    """Return the names that `find_machine` knows."""
    return ("host",)


def find_machine(name: str) -> Machine:
    """Return a machine by name; `host` and `auto` are the one mapc runs on."""
    if name in _HOST_NAMES:
        return host_machine()
    raise failure(
        NO_SUCH_MACHINE,
        f"there is no machine `{name}`",
        help=did_you_mean(name, known_machines()),
        exit_code=ExitCode.USAGE,
    )
