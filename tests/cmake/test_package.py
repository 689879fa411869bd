"""The CMake package, as far as that needs no compiling: versions, targets, what it complains of."""

import json
import subprocess
import tomllib
from pathlib import Path

import pytest

from mapc import __version__
from mapc.resources import resource
from tests.cmake.conftest import SAMPLE, TOOLS, Build, run

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = resource("backends", "legion", "cmake")
PROJECT = """\
cmake_minimum_required(VERSION 3.20)
project(test LANGUAGES CXX)
find_package(mapc REQUIRED)
add_executable(program {sample}/ring.cc)
add_library(archive STATIC {sample}/ring.cc)
"""
PROBE = """\
set(PACKAGE_FIND_VERSION {asked})
string(REGEX MATCH "^[0-9]+" PACKAGE_FIND_VERSION_MAJOR {asked})
include({package}/mapcConfigVersion.cmake)
message("${{PACKAGE_VERSION}} ${{PACKAGE_VERSION_COMPATIBLE}} ${{PACKAGE_VERSION_EXACT}}")
"""


def test_the_version_is_mapc_s(tmp_path: Path) -> None:
    for asked, compatible, exact in (
        (__version__, "TRUE", "TRUE"),
        ("0.0.1", "TRUE", "FALSE"),
        ("99.0", "FALSE", "FALSE"),
        ("0.99", "FALSE", "FALSE"),
    ):
        script = tmp_path / "probe.cmake"
        script.write_text(PROBE.format(asked=asked, package=PACKAGE))
        done = run("cmake", "-P", script, folder=tmp_path)
        assert done.stdout == f"{__version__} {compatible} {exact}\n"
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == __version__


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return a project that is configured again and again: the compiler is looked at once."""
    folder = tmp_path_factory.mktemp("package")
    (folder / "source").mkdir()
    (folder / "p.mapl").write_text("Task * CPU;\n")
    return Build(f"{TOOLS}/cmake", "Ninja", folder / "source", folder / "build")


def configured(
    project: Build, text: str, *options: str, head: str = PROJECT
) -> subprocess.CompletedProcess[str]:
    """Configure a project with some lines at its end; the policy is `p.mapl`."""
    policy = project.source.parent / "p.mapl"
    whole = head.format(sample=SAMPLE) + text.replace("p.mapl", f'"{policy}"')
    (project.source / "CMakeLists.txt").write_text(whole)
    done = project.configure("-ULegion_ROOT", *options)
    # Messages are folded to the width of a terminal.
    return subprocess.CompletedProcess(
        done.args, done.returncode, " ".join(done.stdout.split()), None
    )


@pytest.mark.needs_legion
@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("TARGET program", "MAPPING <policy file> is missing"),
        ("MAPPING p.mapl", "TARGET <program> is missing; only PRELOAD needs none"),
        ("TARGET program MAPPING", "not understood: MAPPING"),
        ("TARGET program MAPPING p.mapl STATIC", "not understood: STATIC"),
        ("TARGET nobody MAPPING p.mapl", "there is no target nobody yet; make it first"),
        ("TARGET program MAPPING none.mapl", "there is no policy"),
        ("TARGET program MAPPING p.mapl NAME 2d-x", "NAME 2d-x cannot name a function; try"),
        (
            "MAPPING p.mapl PRELOAD EXPLICIT",
            "a library of PRELOAD registers itself; leave out EXPLICIT",
        ),
        ("TARGET archive MAPPING p.mapl", "archive is not linked (STATIC_LIBRARY)"),
    ],
)
def test_wrong_arguments_are_named(project: Build, call: str, sentence: str) -> None:
    done = configured(project, f"mapc_add_mapper({call})\n")
    assert done.returncode != 0
    assert f"mapc_add_mapper: {sentence}" in done.stdout


@pytest.mark.needs_legion
def test_one_mapper_takes_a_program_and_explicit_ones_share_it(project: Build) -> None:
    call = "mapc_add_mapper(TARGET program MAPPING p.mapl{})\n"
    done = configured(project, call.format("") + call.format(" NAME q"))
    assert "program has the mapper of p_mapper already" in done.stdout
    done = configured(project, call.format("") * 2)
    assert "there is a target p_mapper already; give another NAME" in done.stdout

    both = call.format(" EXPLICIT") + call.format(" NAME q EXPLICIT")
    done = configured(project, both, "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
    assert done.returncode == 0, done.stdout
    commands = json.loads((project.folder / "compile_commands.json").read_text())
    mappers = [row["command"] for row in commands if row["file"].endswith("_mapper.cc")]
    assert len(mappers) == 2
    assert not any("MAPC_" in command for command in mappers)
    assert "--wrap" not in (project.folder / "build.ninja").read_text()


def test_a_legion_of_the_project_is_used(project: Build) -> None:
    """The project's own target counts, whatever `Legion_ROOT` says."""
    lines = """\
add_library(Legion::Legion INTERFACE IMPORTED GLOBAL)
mapc_add_mapper(TARGET program MAPPING p.mapl)
get_target_property(used mapc::legion INTERFACE_LINK_LIBRARIES)
message(STATUS "used: ${used}")
"""
    done = configured(project, lines, "-DLegion_ROOT=/nowhere")
    assert done.returncode == 0, done.stdout
    assert "-- used: Legion::Legion" in done.stdout


def test_a_bad_legion_root_is_named(project: Build) -> None:
    done = configured(project, "mapc_find_legion()\n", "-DLegion_ROOT=/nowhere")
    assert done.returncode != 0
    assert "error[MAP704]: `Legion_ROOT` is /nowhere" in done.stdout
    assert "mapc has no Legion to build with (see above)" in done.stdout


def test_what_does_not_fit_is_not_found(project: Build, tmp_path: Path) -> None:
    """Another mapc's command, none at all, another version, a component that does not exist."""
    other = tmp_path / "mapc"
    other.write_text(f"#!/bin/sh\necho {tmp_path}\n")
    other.chmod(0o755)
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no Python >&2\nexit 3\n")
    broken.chmod(0o755)
    head = "cmake_minimum_required(VERSION 3.20)\nproject(test LANGUAGES NONE)\n"
    apart = Build(project.cmake, "Ninja", project.source, tmp_path / "build")
    for arguments, executable, sentence in (
        ("mapc", other, f"{other} belongs to another mapc, in {tmp_path}"),
        ("mapc", broken, f"{broken} does not work: 3 no Python"),
        ("mapc 99", "", f"mapcConfig.cmake, version: {__version__}"),
        ("mapc COMPONENTS Fortran", "", "mapc has the component Legion only, not Fortran"),
    ):
        options = [f"-Dmapc_EXECUTABLE={executable}"] if executable else ["-Umapc_EXECUTABLE"]
        done = configured(apart, f"find_package({arguments} REQUIRED)\n", *options, head=head)
        assert done.returncode != 0
        assert sentence in done.stdout


def test_mapc_root_finds_it_too(tmp_path: Path) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(test LANGUAGES NONE)\n"
        'find_package(mapc 0.1...0.9 REQUIRED)\nmessage(STATUS "found ${mapc_VERSION}")\n'
    )
    done = run("cmake", "-B", "build", f"-Dmapc_ROOT={PACKAGE}", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    assert f"-- found {__version__}" in done.stdout
