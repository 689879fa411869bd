"""How other people's programs are linked: they have to start without a library path."""

import subprocess
from pathlib import Path

import pytest

from mapc.legion.elf import needed_libraries
from mapc.legion.linking import linking
from mapc.legion.runtime import find_runtime
from mapc.legion.toolchain import find_toolchain


def test_needed_libraries(tmp_path: Path) -> None:
    library = tmp_path / "libx.so"
    (tmp_path / "x.cc").write_text("extern double y; double x() { return y; }\n")
    (tmp_path / "y.cc").write_text("double y;\n")
    compiler = [*find_toolchain().command, "-shared", "-fPIC"]
    for command in (
        [*compiler, "y.cc", "-o", "liby.so", "-Wl,-soname,liby.so.3"],
        [*compiler, "x.cc", "-o", library.name, "-Wl,--no-as-needed", "liby.so"],
    ):
        subprocess.run(command, cwd=tmp_path, check=True)
    assert needed_libraries(library)[0] == "liby.so.3"
    assert "libc.so.6" in needed_libraries(library)
    whole = library.read_bytes()
    for content in (
        whole[:100],
        whole[:200],
        b"",
        b"\x7fELF",
        b"INPUT(libx.so)\n" * 9,
        b"\x7fELF\x02\x01" + bytes(90),
    ):
        library.write_bytes(content)
        assert needed_libraries(library) == ()


@pytest.mark.needs_legion
def test_what_legion_would_not_find_is_linked() -> None:
    runtime = find_runtime()
    found = linking(runtime)
    names = [path.name for path in found.libraries]
    assert names[:2] == [f"lib{name}.so" for name in runtime.libraries]
    assert all(path.is_file() for path in found.libraries)
    if runtime.needs_cuda and (runtime.ld_library_path[0] / "libcuda.so.1").is_file():
        # Not the one among the builds, which go when the cache grows too large.
        (driver,) = (path for path in found.libraries if path.name == "libcuda.so.1")
        assert driver.parent != runtime.ld_library_path[0]
        assert driver.read_bytes() == (runtime.ld_library_path[0] / driver.name).read_bytes()
    if runtime.has_network:
        assert "libucp.so.0" in names
    assert f"-Wl,-rpath,{runtime.library_dirs[0]}" in found.link_flags
