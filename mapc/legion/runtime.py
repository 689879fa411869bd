"""Which Legion programs are built against and run on: the user's own, or the pinned wheels."""

import hashlib
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from mapc.legion.cuda import gpu_devices, standin_folder
from mapc.legion.failures import failure
from mapc.legion.install import Progress, install, installed
from mapc.legion.pins import Pin, chosen_pin
from mapc.legion.toolchain import find_toolchain
from mapc.text.codes import BAD_LEGION_ROOT

_NETWORKS = re.compile(r"^#define REALM_USE_(UCX|GASNETEX|GASNET1|MPI)\b", re.MULTILINE)
_CUDA = re.compile(r"^#define REALM_USE_CUDA\b", re.MULTILINE)
_CUDA_AT_RUN_TIME = re.compile(r"^#define REALM_CUDA_DYNAMIC_LOAD\b", re.MULTILINE)
# Where packages that the Legion of a wheel needs lie beside it.
_BESIDE = ("libucx/lib", "nvidia/libcal/cu12/lib")
_VERSION = re.compile(r'^#define LEGION_VERSION "([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegionRuntime:
    """A Legion to build against and to run on."""

    origin: Literal["wheel", "Legion_ROOT"]
    root: Path
    release: str  # version of the wheel; empty for an own Legion
    version: str  # what `legion_defines.h` says
    include_dirs: tuple[Path, ...]
    library_dirs: tuple[Path, ...]
    libraries: tuple[str, ...]
    ld_library_path: tuple[Path, ...]
    network: str  # Realm's name of the one that several ranks use; empty without one
    needs_cuda: bool  # its libraries load `libcuda.so.1` at start
    has_cuda: bool = True  # it can use GPUs

    @property
    def has_network(self) -> bool:
        """Whether it can run several ranks at all."""
        return self.network != ""

    @property
    def has_ucx(self) -> bool:
        """Whether it can run ranks that mapc starts itself."""
        return self.network == "ucx"

    @property
    def compile_flags(self) -> tuple[str, ...]:
        """The include options; Legion's own headers are not to warn."""
        return tuple(f"-isystem{folder}" for folder in self.include_dirs)

    @property
    def link_flags(self) -> tuple[str, ...]:
        """The link options, to stand behind the objects.

        What Legion's own libraries need (a driver, a network) is found when a program starts.
        """
        flags = [f"-L{folder}" for folder in self.library_dirs]
        flags += [f"-l{name}" for name in self.libraries]
        flags += [f"-Wl,-rpath,{folder}" for folder in self.library_dirs]
        return (*flags, "-Wl,--allow-shlib-undefined", "-lpthread")

    @property
    def identity(self) -> str:
        """Changes whenever something built against this Legion has to be built again."""
        total = hashlib.sha256(f"{self.root} {self.version}".encode())
        for folder in self.library_dirs[:1]:
            for path in sorted(folder.glob("lib*.so")):
                status = path.stat()
                total.update(f"{path.name} {status.st_size} {status.st_mtime_ns}".encode())
        return total.hexdigest()


def find_runtime(progress: Progress = lambda _: None) -> LegionRuntime:
    """Return the Legion to use, ready to run: installs it, and builds a stand-in driver, if needed.

    The compiler is looked for first: without one there is no use in fetching anything.
    """
    toolchain = find_toolchain()
    if own := os.environ.get("Legion_ROOT"):  # noqa: SIM112 - CMake's spelling
        runtime = own_runtime(Path(own).expanduser().absolute())
    else:
        pin = chosen_pin()
        runtime = wheel_runtime(pin, install(pin, progress))
    if runtime.needs_cuda and not gpu_devices():
        standin = standin_folder(toolchain)
        return replace(runtime, ld_library_path=(standin, *runtime.ld_library_path))
    return runtime


def known_runtime() -> LegionRuntime | None:
    """Return the Legion that `find_runtime` would use, or `None` where it is not installed yet."""
    if own := os.environ.get("Legion_ROOT"):  # noqa: SIM112 - CMake's spelling
        return own_runtime(Path(own).expanduser().absolute())
    pin = chosen_pin()
    folder = installed(pin)
    return None if folder is None else wheel_runtime(pin, folder)


def wheel_runtime(pin: Pin, folder: Path) -> LegionRuntime:
    """Return the runtime in a folder that `install` made."""
    include = tuple(folder / name for name in pin.include)
    library = tuple(folder / name for name in pin.library)
    defines = _defines(include[0])
    return LegionRuntime(
        origin="wheel",
        root=folder,
        release=pin.version,
        version=_version(defines),
        include_dirs=include,
        library_dirs=library[:1],
        libraries=pin.libraries,
        ld_library_path=library,
        network=_network(defines),
        needs_cuda=_wants_cuda(defines),
        has_cuda=bool(_CUDA.search(defines)),
    )


def own_runtime(root: Path) -> LegionRuntime:
    """Return the user's own Legion: an installation's folder, or an unpacked wheel's."""
    headers = [root / "include", root / "include" / "legate" / "deps"]
    include = next((folder for folder in headers if (folder / "legion.h").is_file()), None)
    if include is None:
        raise _unusable(root, "there is no `include/legion.h`")
    found = [
        (folder, path.name.removeprefix("lib").removesuffix(".so"))
        for folder in (root / "lib64", root / "lib")
        for name in ("legion", "legion-legate")
        if (path := folder / f"lib{name}.so").is_file()
    ]
    if not found:
        raise _unusable(root, "there is no shared library `lib/liblegion.so` or `lib64/...`")
    folder, legion = found[0]
    realm = legion.replace("legion", "realm")
    if not (folder / f"lib{realm}.so").is_file():
        raise _unusable(root, f"`lib{realm}.so` is missing beside `lib{legion}.so`")
    defines = _defines(include)
    return LegionRuntime(
        origin="Legion_ROOT",
        root=root,
        release="",
        version=_version(defines),
        include_dirs=(include, include / "mappers"),
        library_dirs=(folder,),
        libraries=(legion, realm),
        ld_library_path=(folder, *(p for n in _BESIDE if (p := root.parent / n).is_dir())),
        network=_network(defines),
        needs_cuda=_wants_cuda(defines),
        has_cuda=bool(_CUDA.search(defines)),
    )


def _defines(include: Path) -> str:
    """Return the text of the headers that say how Legion and Realm were built."""
    headers = [include / name for name in ("legion_defines.h", "realm_defines.h")]
    return "\n".join(path.read_text(errors="replace") for path in headers if path.is_file())


def _version(defines: str) -> str:
    match = _VERSION.search(defines)
    return match[1].removeprefix("legion-") if match else "unknown"


def _network(defines: str) -> str:
    """Return the network to use, UCX where there are several."""
    found = sorted(name.lower() for name in _NETWORKS.findall(defines))
    return found[-1] if found else ""


def _wants_cuda(defines: str) -> bool:
    return bool(_CUDA.search(defines)) and not _CUDA_AT_RUN_TIME.search(defines)


def _unusable(root: Path, why: str) -> Exception:
    return failure(
        BAD_LEGION_ROOT,
        f"`Legion_ROOT` is {root}, but {why}",
        help="set it to the folder given to Legion as CMAKE_INSTALL_PREFIX (built with"
        " BUILD_SHARED_LIBS=ON), or unset it to use the Legion that mapc installs",
    )
