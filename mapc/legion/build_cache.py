"""Content-addressed cache of compiler runs: the same inputs are never compiled twice.

An entry is a folder named by the hash of everything that went in; it holds the output, the
compiler's text and `result.json`. Compiler errors are results too and are kept; failures that the
inputs do not explain (no memory, no disk, a killed compiler) are not.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mapc.legion.failures import failure
from mapc.paths import cache_dir, locked, new_folder, write_atomic, writing
from mapc.text.codes import DISK_FULL, NO_COMPILER

_RESULT = "result.json"
_TEXT = "output.txt"
_PASSING = re.compile(
    r"No space left on device|Killed signal|out of memory|annot allocate memory"
    r"|internal compiler error|ld terminated with signal"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One compiler run: `command`, the source, `-o output`, then `tail`.

    `inputs` are hashed but not passed: whatever else decides the result, such as the compiler's
    identity and the digests of headers. `source_name` is the name that messages will show; without
    one, the command and the tail name what is compiled or linked.
    """

    command: tuple[str, ...]
    output: str
    source_name: str = ""
    source: str = ""
    tail: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The hash that names the entry."""
        parts = [self.command, self.source_name, self.source, self.output, self.tail, self.inputs]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The result of a recipe. `seconds` is what the compiler took, also when it was long ago."""

    folder: Path
    output: Path
    ok: bool
    text: str
    seconds: float
    cached: bool

    @property
    def first_error(self) -> str:
        """The first error line of the compiler, for one-sentence messages."""
        lines = [line for line in self.text.splitlines() if "error" in line.lower()]
        return lines[0].strip() if lines else "it gave no message"


def build(recipe: Recipe) -> Entry:
    """Return the result of a recipe, running the compiler unless the result is known.

    Holds one of 256 locks while it compiles; a recipe never builds another one meanwhile.
    """
    folder = entry_folder(recipe.key)
    if found := _read(folder, recipe):
        return found
    with locked(cache_dir() / "build" / "locks" / recipe.key[:2]):
        return _read(folder, recipe) or _make(folder, recipe)


def entry_folder(key: str) -> Path:
    """Return where the entry of a key is or would be."""
    return cache_dir() / "build" / key[:2] / key


def digest_of(paths: Iterable[Path]) -> str:
    """Return one hash over the names and contents of some files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _read(folder: Path, recipe: Recipe) -> Entry | None:
    """Return a finished entry and mark it as used; `None` where there is none, or a broken one."""
    result = folder / _RESULT
    output = folder / recipe.output
    try:
        kept = json.loads(result.read_text())
        text = (folder / _TEXT).read_text()
        if kept["ok"] and output.stat().st_size != kept["size"]:
            return None
        os.utime(result)  # least recently used entries go first when the cache is pruned
        return Entry(
            folder=folder,
            output=output,
            ok=kept["ok"],
            text=text,
            seconds=kept["seconds"],
            cached=True,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _make(folder: Path, recipe: Recipe) -> Entry:
    """Run the compiler; the caller holds the lock."""
    with new_folder(folder) as fresh:
        if recipe.source_name:
            write_atomic(fresh / recipe.source_name, recipe.source)
        (fresh / recipe.output).parent.mkdir(exist_ok=True)
        sources = [recipe.source_name] if recipe.source_name else []
        command = [*recipe.command, *sources, "-o", recipe.output, *recipe.tail]
        started = time.monotonic()
        code, text = run_compiler(command, fresh)
        seconds = time.monotonic() - started
        output = fresh / recipe.output
        ok = code == 0 and output.is_file()
        size = output.stat().st_size if ok else 0
        if not ok:
            _refuse_passing(code, text, folder)
        write_atomic(fresh / _TEXT, text)
        result = {"ok": ok, "size": size, "seconds": seconds, "command": command}
        write_atomic(fresh / _RESULT, json.dumps(result, indent=1))
    return Entry(
        folder=folder,
        output=folder / recipe.output,
        ok=ok,
        text=text,
        seconds=seconds,
        cached=False,
    )


def run_compiler(command: list[str], folder: Path) -> tuple[int, str]:
    """Run a compiler in a folder; return its exit code and everything it said."""
    # Messages are matched by patterns later, so they must not be translated, and plain quotes are
    # easier to match than typographic ones.
    environment = {**os.environ, "LC_ALL": "C", "GCC_COLORS": ""}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise failure(
            NO_COMPILER,
            f"the compiler {command[0]} is gone",
            help="install it again, or set `CXX` to another one",
        ) from error
    return done.returncode, done.stdout


def _refuse_passing(code: int, text: str, folder: Path) -> None:
    """Raise for a failure that would not happen again, so that it is not remembered."""
    if "No space left on device" in text:
        raise failure(
            DISK_FULL,
            f"no space left to build {folder}",
            help="set `MAPC_CACHE` (and `TMPDIR`, for the compiler) to a disk with more room",
        )
    if code < 0 or _PASSING.search(text):
        lines = [line for line in text.splitlines() if line.strip()]
        said = lines[0].strip() if lines else f"signal {-code}"
        raise failure(
            NO_COMPILER,
            f"the compiler was ended before it was done: {said}",
            help="it probably ran out of memory: close other programs, or use fewer jobs",
        )


def prune(limit_megabytes: int) -> int:
    """Remove the entries used longest ago until the rest fits; return how many bytes went.

    Entries used in the last ten minutes stay, because a running program may be about to load them.
    """
    root = cache_dir() / "build"
    entries = []
    for result in root.glob(f"??/*/{_RESULT}"):
        size = sum(path.stat().st_size for path in result.parent.iterdir())
        entries.append((result.stat().st_mtime, size, result.parent))
    total = sum(size for _, size, _ in entries)
    removed = 0
    recent = time.time() - 600
    for used, size, folder in sorted(entries):
        if total - removed <= limit_megabytes * 1_000_000 or used > recent:
            break
        with locked(root / "locks" / folder.name[:2]), writing(folder):
            shutil.rmtree(folder)
        removed += size
    return removed
