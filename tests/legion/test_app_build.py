"""Building applications with the compiler alone; no Legion is needed for these."""

import subprocess
from pathlib import Path

import pytest

from mapc.legion.app_build import BuiltApplication, build_application
from mapc.legion.app_file import read_application
from mapc.legion.runtime import LegionRuntime
from mapc.paths import cache_dir
from mapc.text import MapcError


@pytest.fixture
def no_legion(tmp_path: Path) -> LegionRuntime:
    """Return a runtime that adds nothing to a build."""
    return LegionRuntime(
        origin="Legion_ROOT",
        root=tmp_path,
        release="",
        version="0",
        include_dirs=(),
        library_dirs=(),
        libraries=(),
        ld_library_path=(),
        network="",
        needs_cuda=False,
    )


SOURCES = '[app]\nname = "demo"\n[build]\nsources = ["*.cc"]\ninclude = ["h"]\n'


class Project:
    """A small C++ application in a folder."""

    def __init__(self, folder: Path, runtime: LegionRuntime) -> None:
        self.folder = folder
        self.runtime = runtime
        self.write("app.toml", SOURCES)
        self.write("main.cc", '#include "answer.h"\nint get(); int main() { return get(); }\n')
        self.write("get.cc", '#include "answer.h"\nint get() { return ANSWER; }\n')
        self.write("h/answer.h", "#define ANSWER 42\n")

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def build(self) -> BuiltApplication:
        return build_application(read_application(self.folder / "app.toml"), self.runtime)

    def failure(self, code: str = "MAP706") -> tuple[str, str]:
        with pytest.raises(MapcError) as caught:
            self.build()
        (told,) = caught.value.diagnostics
        assert told.code.id == code
        return told.message, told.help


@pytest.fixture
def project(tmp_path: Path, cache: Path, no_legion: LegionRuntime) -> Project:
    return Project(tmp_path / "project", no_legion)


def code(built: BuiltApplication) -> int:
    return subprocess.run([built.binary], check=False).returncode


def test_sources(project: Project) -> None:
    built = project.build()
    assert code(built) == 42
    assert built.binary.name == "demo"
    assert project.build() == built


def test_a_changed_header_is_seen(project: Project) -> None:
    old = project.build()
    project.write("h/answer.h", "#define ANSWER 43\n")
    new = project.build()
    assert (code(old), code(new)) == (42, 43)
    assert old.hash != new.hash


def test_a_source_of_two_applications_is_compiled_once(project: Project) -> None:
    """What they have in common: `get.cc` and its header. Each has a `main.cc` of its own."""
    for name, more in (("one", 3), ("two", 1)):
        project.write(
            f"{name}/app.toml",
            f'[app]\nname = "{name}"\n[build]\nsources = ["*.cc", "../get.cc"]\n'
            'include = ["../h"]\n',
        )
        text = f"int get(); int main() {{ return get() + {more}; }}\n"
        project.write(f"{name}/main.cc", text)
    built = [
        build_application(read_application(project.folder / name / "app.toml"), project.runtime)
        for name in ("one", "two")
    ]
    assert [code(one) for one in built] == [45, 43]
    compiled = [path.name for path in cache_dir().glob("build/??/*/*.o")]
    assert sorted(compiled) == ["get.o", "main.o", "main.o"]


def test_errors_of_the_compiler(project: Project) -> None:
    project.write("get.cc", "int get() { return nothing; }\n")
    message, said = project.failure()
    assert message == "the application demo does not compile"
    assert said == "get.cc:1:20: error: 'nothing' was not declared in this scope"


def test_errors_of_the_linker(project: Project) -> None:
    project.write("get.cc", "\n")
    message, said = project.failure()
    assert message == "the application demo does not link"
    assert "undefined reference to `get()'" in said


def test_sources_that_are_not_there(project: Project) -> None:
    project.write("app.toml", '[app]\nname = "demo"\n[build]\nsources = ["x.cc"]\n')
    message, said = project.failure()
    assert message.startswith("demo: `sources` names `x.cc`, which matches no file in")
    assert said == "correct `sources` in `[build]` of its app.toml"


OWN = '[app]\nname = "demo"\n[build]\ncommand = "{}"\nbinary = "out/demo"\n'


def test_an_own_command(project: Project) -> None:
    command = "mkdir -p out && $CXX $CXXFLAGS -Ih *.cc -o out/demo $LDFLAGS $LDLIBS"
    project.write("app.toml", OWN.format(command))
    assert code(project.build()) == 42


def test_an_own_command_that_fails(project: Project) -> None:
    project.write("app.toml", OWN.format("echo no rule; exit 2"))
    message, said = project.failure()
    assert message == "the application demo does not build: `echo no rule; exit 2` failed"
    assert said == "no rule"


def test_an_own_command_that_makes_nothing(project: Project) -> None:
    project.write("app.toml", OWN.format("true"))
    message, _ = project.failure()
    assert message == "the application demo was built, but out/demo is no program"
