"""The support header: its C++ unit tests, without Legion and on a running one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mapc.legion.runtime import LegionRuntime
from mapc.resources import resource

UNIT = Path(__file__).resolve().parent / "unit"
UNIT_LEGION = UNIT.with_name("unit_legion")
INCLUDE = resource("backends", "legion", "include", "mapc")
HEADERS = sorted(path.name for path in INCLUDE.glob("*.h"))
NEED_LEGION = {
    "all_impl.h",
    "config.h",
    "decision_log.h",
    "generated.h",  # without MAPC_PREBUILT
    "launch.h",
    "launch_impl.h",
    "machines.h",
    "machines_impl.h",
    "mapper.h",
    "mapper_instances_impl.h",
    "mapper_limits_impl.h",
    "mapper_regions_impl.h",
    "mapper_seen_impl.h",
    "mapper_tasks_impl.h",
    "session.h",
    "session_impl.h",
    "task_facts.h",
}


@pytest.mark.parametrize("name", sorted(path.stem for path in UNIT.glob("*.cc")))
def test_unit(name: str, cxx: Callable[..., Path], run: Callable[..., str]) -> None:
    program = cxx(UNIT / f"{name}.cc", f"-I{UNIT}")
    assert run(program) == ""


def test_every_header_says_whether_it_needs_legion() -> None:
    for name in HEADERS:
        text = (INCLUDE / name).read_text()
        assert text.startswith("// "), name
        assert "#pragma once" in text, name
        assert len(text.splitlines()) < 400, name
        if not name.endswith("_impl.h") and name not in {"config.h", "generated.h"}:
            says = "Needs Legion" in text.split("#pragma")[0].replace("\n// ", " ")
            assert says == (name in NEED_LEGION), name


@pytest.mark.slow
def test_headers_without_legion_stand_alone(cxx: Callable[..., Path]) -> None:
    """Each is compiled in a unit of its own, so none leans on what another includes."""
    for name in HEADERS:
        if name in NEED_LEGION:
            continue
        source = cxx.folder / f"alone_{name}.cc"  # type: ignore[attr-defined]
        source.write_text(f'#include "mapc/{name}"\n#include "mapc/{name}"\n')
        cxx(source, "-fsyntax-only")


@pytest.mark.slow
@pytest.mark.needs_legion
@pytest.mark.parametrize("name", sorted(path.stem for path in UNIT_LEGION.glob("*.cc")))
def test_unit_on_legion(
    name: str, cxx: Callable[..., Path], run: Callable[..., str], legion: LegionRuntime
) -> None:
    """Compiles the whole header, definitions included, without a single warning."""
    program = cxx(UNIT_LEGION / f"{name}.cc", *legion.compile_flags, *legion.link_flags)
    arguments = ["-ll:cpu", "2", "-ll:csize", "64", "-logfile", "stderr"]
    if legion.has_network:
        arguments += ["-ll:networks", "none"]
    folders = ":".join(map(str, legion.ld_library_path))
    assert run(program, arguments=arguments, LD_LIBRARY_PATH=folders) == "done\n"
