"""Install a pinned Legion runtime into the cache: fetch, unpack what C++ programs need, mark.

The folder appears complete or not at all, processes that install at the same time take turns, and
an installation that lost files since is noticed and made again.
"""

import json
import platform
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from mapc.legion.failures import failure
from mapc.legion.fetch import fetch
from mapc.legion.pins import Pin, Wheel
from mapc.paths import cache_dir, cache_location, locked, new_folder, write_atomic, writing
from mapc.text import MapcError
from mapc.text.codes import DISK_FULL, RUNTIME_DAMAGED, RUNTIME_UNAVAILABLE

Progress = Callable[[str], None]

_MARKER = "installed.json"
_LINK_FROM = 1 << 16  # smaller copies are not worth a symbolic link


def installed(pin: Pin) -> Path | None:
    """Return where a whole installation of `pin` is, or `None`; fetches and makes nothing."""
    folder = _place(pin)
    return folder if damage(pin, folder) == "" else None


def install(pin: Pin, progress: Progress) -> Path:
    """Return the folder of an installed runtime, fetching it where it is missing or damaged."""
    folder = _place(pin)
    if damage(pin, folder) == "":
        return folder
    cache_dir()
    with locked(folder):
        wrong = damage(pin, folder)  # somebody else may have installed it while we waited
        if wrong == "":
            return folder
        broken = failure(
            RUNTIME_DAMAGED,
            f"the Legion runtime in {folder} is damaged: {wrong}",
            help="it is installed again as soon as the package index answers",
        )
        if wrong is not None:
            progress(f"the Legion runtime is damaged ({wrong}); installing it again")
        try:
            _install(pin, folder, progress)
        except MapcError as error:
            if wrong is None:
                raise
            raise MapcError(*broken.diagnostics, *error.diagnostics) from error
    return folder


def damage(pin: Pin, folder: Path) -> str | None:
    """Return what is wrong with an installation: `""` nothing, `None` there is none.

    Sizes, not hashes: 200 MB would cost half a second in every command, and what happens to caches
    is that files go missing or stay short.
    """
    if not folder.exists():
        return None
    try:
        marker = json.loads((folder / _MARKER).read_text())
        digest, sizes = marker["digest"], dict(marker["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return f"{_MARKER} is missing or unreadable"
    if digest != pin.digest:
        return "it was made from other wheels"
    for name, size in sizes.items():
        try:
            found = (folder / name).stat().st_size
        except OSError:
            return f"{name} is missing"
        if found != size:
            return f"{name} has {found} bytes instead of {size}"
    return ""


def _place(pin: Pin) -> Path:
    return cache_location() / "runtime" / pin.version


def _install(pin: Pin, folder: Path, progress: Progress) -> None:
    """Fetch and unpack; the caller holds the lock."""
    _require_platform()
    _require_room(pin)
    progress(f"fetching the Legion runtime {pin.version} (once, about {pin.megabytes} MB on disk)")
    with new_folder(folder) as fresh:
        wheels = fresh / "wheels"
        wheels.mkdir()
        sizes: dict[str, int] = {}
        for path, wheel in zip(fetch(pin, wheels), pin.wheels, strict=True):
            sizes |= _unpack(path, wheel, fresh)
            path.unlink()
        shutil.rmtree(wheels)
        write_atomic(fresh / _MARKER, json.dumps({"digest": pin.digest, "files": sizes}, indent=0))
    progress(f"the Legion runtime {pin.version} is installed in {folder}")


def _unpack(path: Path, wheel: Wheel, folder: Path) -> dict[str, int]:
    """Unpack the wanted files of one wheel; return their sizes by name."""
    sizes: dict[str, int] = {}
    same: dict[tuple[Path, int, int], Path] = {}
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or not wheel.wants(entry.filename):
                continue
            target = folder / entry.filename
            # Wheels cannot hold symbolic links, so libx.so, libx.so.1 and libx.so.1.2 are three
            # copies there.
            key = (target.parent, entry.CRC, entry.file_size)
            with writing(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                if entry.file_size >= _LINK_FROM and key in same:
                    target.symlink_to(same[key].name)
                else:
                    with archive.open(entry) as source, target.open("wb") as copy:
                        shutil.copyfileobj(source, copy, 1 << 20)
                    same[key] = target
            sizes[entry.filename] = entry.file_size
    return sizes


def _require_platform() -> None:
    """Refuse early what would fail late: the wheels are for one platform."""
    if sys.platform == "linux" and platform.machine() == "x86_64":
        return
    raise failure(
        RUNTIME_UNAVAILABLE,
        f"there is no ready-made Legion runtime for {sys.platform} on {platform.machine()}",
        help="build Legion yourself and set `Legion_ROOT` to its folder",
    )


def _require_room(pin: Pin) -> None:
    """Refuse before the download what the disk cannot hold; wheels and files lie side by side."""
    need = pin.megabytes * 3 // 2
    free = shutil.disk_usage(cache_dir()).free // 1_000_000
    if free < need:
        raise failure(
            DISK_FULL,
            f"the Legion runtime needs {need} MB in {cache_dir()}, which has {free} MB free",
            help="set `MAPC_CACHE` to a folder on a file system with more room",
        )
