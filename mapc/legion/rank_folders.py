"""The private folders of a run of several ranks: for its socket, and for its shared memory.

UCX removes a segment's name from `/dev/shm` a moment after it made it; a rank that is killed in
that moment would leave the segment there until the machine starts again. In a folder of the run's
own, it goes with the folder.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
_PREFIX = "mapc-ranks-"
_LONGEST = 100  # bytes that the kernel takes as the path of a socket
_DAY = 86_400


@contextlib.contextmanager
def rank_folders() -> Iterator[tuple[Path, Path | None]]:
    """Give the path for a socket, and a folder for shared memory where the machine has one.

    Only their owner can read the folders, and both vanish when the block ends.
    """
    with contextlib.ExitStack() as stack:
        socket = stack.enter_context(_folder(Path(tempfile.gettempdir()))) / "socket"
        if len(os.fsencode(socket)) > _LONGEST:
            socket = stack.enter_context(_folder(Path("/tmp"))) / "socket"
        shared = None
        if os.access(SHARED_MEMORY, os.W_OK | os.X_OK):
            shared = stack.enter_context(_folder(SHARED_MEMORY))
        yield socket, shared


@contextlib.contextmanager
def _folder(place: Path) -> Iterator[Path]:
    _sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=place))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(place: Path) -> None:
    """Remove what runs left that were killed more than a day ago, with mapc itself."""
    for left in place.glob(f"{_PREFIX}*-*"):
        process = left.name.removeprefix(_PREFIX).partition("-")[0]
        with contextlib.suppress(OSError):
            old = left.stat().st_mtime < time.time() - _DAY
            if old and process.isdigit() and not Path(f"/proc/{process}").exists():
                shutil.rmtree(left)
