"""Where mapc keeps what it fetches and builds, and how it writes there safely.

Two rules hold everywhere: a file or folder appears complete or not at all (written beside its
place, then renamed), and two processes that want to make the same thing take turns.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mapc.text import Diagnostic, MapcError, Severity
from mapc.text.codes import CANNOT_WRITE, DISK_FULL, Code

_MOVE_CACHE = "set `MAPC_CACHE` to a folder on a file system with more room"


def cache_dir() -> Path:
    """Return the cache folder, made on demand.

    `$MAPC_CACHE`, else `$XDG_CACHE_HOME/mapc`, else `~/.cache/mapc`. Always absolute, because
    compilers and linkers run in other folders.
    """
    folder = cache_location()
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache_location() -> Path:
    """Return where the cache folder is, or would be; makes nothing."""
    if chosen := os.environ.get("MAPC_CACHE"):
        return Path(chosen).expanduser().absolute()
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base).absolute() / "mapc"
    try:
        return Path.home().absolute() / ".cache" / "mapc"
    except RuntimeError as error:  # a user without a name, as in some containers
        raise _error(
            CANNOT_WRITE, "there is no home folder for the cache", "set `MAPC_CACHE` to a folder"
        ) from error


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the operating system's refusals to write `path` into diagnostics."""
    try:
        yield
    except OSError as error:
        known = _explain(error, path)
        if known is None:
            raise
        raise known from error


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file so that every reader sees the old content or the new one, never a part."""
    data = content.encode() if isinstance(content, str) else content
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder that becomes `path` when the block ends well, and else vanishes.

    A `path` that is already there is replaced; callers hold a lock where that matters.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        try:
            yield temporary
            temporary.chmod(0o755)
            if path.exists():
                shutil.rmtree(path)
            temporary.rename(path)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that belongs to `path` (a file beside it); waits for whoever has it.

    The kernel frees the lock when its holder dies, so the lock file that stays behind means
    nothing.
    """
    lock = path.with_name(f"{path.name}.lock")
    with writing(lock):
        lock.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        # Some network file systems have no locks. Going on is safe there, because everything
        # made under a lock also appears by renaming; work may only be done twice.
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sweep(path: Path) -> None:
    """Remove what killed processes left beside `path` more than a day ago."""
    for left in path.parent.glob(f".{path.name}.*"):
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < time.time() - 86_400:
                shutil.rmtree(left)


def _explain(error: OSError, path: Path) -> MapcError | None:
    """Return the diagnostic for an error that the user can mend, `None` for any other."""
    where = error.filename if isinstance(error.filename, str) else str(path)
    cache = cache_location()
    if Path(where).is_relative_to(cache) and cache.is_dir():
        where = f"the cache {cache}"  # the names in it say nothing to users
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return _error(DISK_FULL, f"no space left to write {where}", _MOVE_CACHE)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            advice = "make it writable, or set `MAPC_CACHE` to a folder that is"
        case errno.ENOTDIR | errno.EEXIST | errno.ENAMETOOLONG | errno.EISDIR:
            advice = "set `MAPC_CACHE` to a folder that can be written"
        case _:
            return None
    return _error(CANNOT_WRITE, f"{where} cannot be written: {error.strerror}", advice)


def _error(code: Code, message: str, advice: str) -> MapcError:
    return MapcError(Diagnostic(code=code, severity=Severity.ERROR, message=message, help=advice))
