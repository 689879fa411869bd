"""Download pinned wheels with pip, so that the user's indexes, proxies and certificates hold.

mapc names no host. pip checks the pinned hashes while it downloads; we check them again, because
what is unpacked afterwards is linked into the user's programs.
"""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

from mapc.legion.failures import failure
from mapc.legion.pins import Pin, Wheel
from mapc.text import MapcError
from mapc.text.codes import DISK_FULL, RUNTIME_UNAVAILABLE

_OWN = "or set `Legion_ROOT` to a Legion of your own"
_UNREACHABLE = re.compile(
    r"connection broken|Max retries|NewConnectionError|ConnectTimeout|Read timed out"
    r"|Name or service not known|Temporary failure in name resolution|ProxyError",
    re.IGNORECASE,
)


def fetch(pin: Pin, folder: Path) -> tuple[Path, ...]:
    """Download the wheels of `pin` into `folder`; return their paths, hashes checked."""
    pip = _pip()
    for wheel in pin.wheels:
        _download(pip, wheel, folder)
    return tuple(_checked(folder / wheel.file, wheel) for wheel in pin.wheels)


def _pip() -> list[str]:
    """Return the command line of a pip; mapc may have been installed by something else."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    for name in ("pip3", "pip"):
        if found := shutil.which(name):
            return [found]
    raise failure(
        RUNTIME_UNAVAILABLE,
        "the Legion runtime cannot be fetched, because there is no pip",
        help=f"install pip (`{Path(sys.executable).name} -m ensurepip`), {_OWN}",
    )


def _download(pip: list[str], wheel: Wheel, folder: Path) -> None:
    """Let pip fetch one wheel for the platform it is pinned for, whatever Python runs mapc."""
    # One requirement file a wheel: the ABI tag differs between them.
    requirements = folder / f"{wheel.project}.txt"
    requirements.write_text(
        f"{wheel.project}=={wheel.version} --hash=sha256:{wheel.sha256}\n", encoding="utf-8"
    )
    command = [*pip, "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    command += ["--require-hashes", "--implementation=cp", f"--python-version={wheel.python}"]
    command += [f"--abi={wheel.abi}", f"--platform={wheel.platform}"]
    command += [f"--dest={folder}", f"--requirement={requirements}"]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0 or not (folder / wheel.file).is_file():
        raise _explain(wheel, done.stdout)


def _explain(wheel: Wheel, text: str) -> MapcError:
    """Return the one sentence for a failed download."""
    what = f"{wheel.project} {wheel.version}"
    if "No space left" in text:
        return failure(
            DISK_FULL,
            f"no space left to download {what}",
            help="set `MAPC_CACHE` to a folder on a file system with more room",
        )
    if "DO NOT MATCH" in text.upper():
        return failure(
            RUNTIME_UNAVAILABLE,
            f"the package index serves a file for {what} that is not the pinned one",
            help=f"use an index that mirrors the original files, {_OWN}",
        )
    if _UNREACHABLE.search(text):
        return failure(
            RUNTIME_UNAVAILABLE,
            "the Legion runtime cannot be fetched: the package index does not answer",
            help=f"check the network and pip's settings (`pip config list`), {_OWN}",
        )
    if "No matching distribution" in text or "Could not find a version" in text:
        return failure(
            RUNTIME_UNAVAILABLE,
            f"the package index does not have {what} for {wheel.platform}",
            help=f"let pip use an index that has it (`pip config list`), {_OWN}",
        )
    errors = [line for line in text.splitlines() if line.startswith("ERROR:")]
    said = errors[0].removeprefix("ERROR:").strip() if errors else "pip failed without a message"
    return failure(
        RUNTIME_UNAVAILABLE,
        f"the Legion runtime cannot be fetched: {said}",
        help=f"check pip's settings (`pip config list`), {_OWN}",
    )


def _checked(path: Path, wheel: Wheel) -> Path:
    """Return the path of a wheel whose content is the pinned one."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() == wheel.sha256:
            return path
    raise _explain(wheel, "hashes do not match")
