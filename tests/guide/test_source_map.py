"""What g++ really says about a generated mapper leads back to the policy, or nowhere.

The generated text is broken in one place; the messages are those of the compiler found here.
"""

import os
import subprocess
from pathlib import Path

import pytest

from mapc.cli.source_maps import source_map_of
from mapc.codegen.generate import generate
from mapc.codegen.vendor import vendored_source
from mapc.guide import guide_build, guide_log
from mapc.guide.sourcemap import SourceMap
from mapc.legion.toolchain import find_toolchain
from mapc.policy.load import load_policy
from mapc.policy.model import Policy
from mapc.resources import resource
from mapc.text import Diagnostic, Reporter, Source

POLICY = """\
Task * GPU, CPU;
Task solve, dump CPU;

Region * ghost CPU SYSMEM, ZCMEM;
Layout * * * SOA C_order Exact;
cpus = Machine(CPU);

def block(Task t) {
    at = t.ipoint[0] * cpus.volume / t.ispace[0];
    low = tuple(i * 2 for i in t.ipoint);
    return cpus[at / cpus.size[1], at % cpus.size[1]];
}

IndexTaskMap solve block;
"""
# What is broken, how, and the line of the policy that the errors are shown on. How many messages
# there are, and which of them name a place of their own, differs between compilers.
CASES: dict[str, tuple[tuple[str, str], int | None]] = {
    "a row": (('{"dump",   {CPU}', '{"dump",   {CPV}'), 2),
    "a layout": ((".exact()", ".exakt()"), 5),
    "a statement": (("* cpus.volume()", "* cpus.volum()"), 9),
    "a comprehension": (("i * 2", "i * t"), 10),
    "a mark": (("    mark(11, 5);", "    marc(11, 5);"), 11),
    "a missing end": (("cpus.size()[1]}];", "cpus.size()[1]}]"), 11),
    "a global": (("cpus = machine_of(CPU);", "cpus = machine_of(CPU, 1);"), 6),
    "the registration": (("use_mapper(mapc::demo_source)", "use_mapper(mapc::demo_rules)"), None),
    "a header's template": (
        ("const Int at = ", "std::vector<const Int> bad; bad.push_back(1); const Int at = "),
        9,
    ),
}  # fmt: skip


@pytest.fixture
def policy() -> Policy:
    return policy_of(POLICY)


def policy_of(text: str) -> Policy:
    loaded = load_policy(Source("demo.mapl", text), Reporter())
    assert loaded is not None
    return loaded


def compiler_says(text: str, folder: Path, name: str = "demo_mapper.cc", *flags: str) -> str:
    """Return what the compiler says about a generated text; like this it needs no Legion."""
    (folder / name).write_text(text)
    include = resource("backends", "legion", "include")
    options = ("-std=c++17", "-DMAPC_PREBUILT", "-fsyntax-only", f"-I{include}")
    done = subprocess.run(
        [*find_toolchain().command, *options, *flags, name],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C", "GCC_COLORS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


def shown(found: tuple[Diagnostic, ...]) -> list[int | None]:
    return [one.span.line if one.span else None for one in found]


def broken(policy: Policy, change: tuple[str, str]) -> str:
    text = generate(policy, name="demo").text
    assert text.count(change[0]) == 1, text
    return text.replace(*change)


@pytest.mark.parametrize("case", CASES)
def test_errors_of_the_compiler_lie_on_policy_lines(
    policy: Policy, case: str, tmp_path: Path
) -> None:
    change, expected = CASES[case]
    said = compiler_says(broken(policy, change), tmp_path)
    lines = dict(generate(policy, name="demo").lines)
    found = guide_build(said, policy, lines)
    assert found.outcome_class.value == "build"
    assert set(shown(found.diagnostics)) - {None} == {expected} - {None}, said
    # `mapc guide LOG --mapping POLICY` finds the same lines in the log of any build.
    log = guide_log(f"make[1]: Entering directory\n{said}make: *** [all] Error 1\n", policy,
                    source_map=source_map_of(policy))  # fmt: skip
    assert shown(log.diagnostics) == shown(found.diagnostics)
    assert log.outcome_class.value == "build"


def test_a_whole_text_has_no_errors(policy: Policy, tmp_path: Path) -> None:
    assert compiler_says(generate(policy, name="demo").text, tmp_path) == ""


def test_lines_of_any_file_name_and_without_columns(policy: Policy, tmp_path: Path) -> None:
    """`mapc build -o` may name the file as it likes, and `--source-map` says so."""
    text = vendored_source(broken(policy, CASES["a statement"][0]))
    text = text.replace('"mapc_support.h"', "<mapc/generated.h>")
    for name, flags in (("out.cc", ()), ("demo_mapper.cc", ("-fno-show-column",))):
        said = compiler_says(text, tmp_path, name, *flags)
        known = source_map_of(policy, name)
        assert shown(guide_log(said, policy, source_map=known).diagnostics) == [9], said
        other = SourceMap(file="x.cc", policy="", digest="", pairs=known.pairs)
        assert shown(guide_log(said, policy, source_map=other).diagnostics) == [None]


def test_an_application_s_own_file_is_not_the_mapper(policy: Policy, tmp_path: Path) -> None:
    """The same build compiles the application, whose lines are none of the policy's."""
    (tmp_path / "own").mkdir()
    said = compiler_says("\n" * 60 + "int main() { return nope; }\n", tmp_path / "own", "main.cc")
    found = guide_log(said, policy, source_map=source_map_of(policy))
    assert shown(found.diagnostics) == [None]


def test_an_error_in_a_header_that_the_mapper_includes(policy: Policy, tmp_path: Path) -> None:
    """`In file included from` names the mapper, but no statement of the policy is to blame."""
    (tmp_path / "bad.h").write_text("int x = nope;\n")
    text = generate(policy, name="demo").text.replace("#include", '#include "bad.h"\n#include', 1)
    said = compiler_says(text, tmp_path)
    assert said.startswith("In file included from demo_mapper.cc:4:")
    found = guide_build(said, policy, dict(generate(policy, name="demo").lines))
    assert shown(found.diagnostics) == [None]


def test_no_name_changes_the_lines(policy: Policy) -> None:
    """The map is made without knowing what the mapper was called."""
    for name in ("a", "a_rather_long_name_for_a_mapper_of_a_policy", "1"):
        assert generate(policy, name=name).lines == source_map_of(policy).pairs
