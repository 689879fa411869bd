"""Spelling of C++: no text gets out of its literal, comment or identifier."""

import re
import subprocess
from pathlib import Path

import pytest

from mapc.codegen.cxx import Names, cxx_comment, cxx_string
from mapc.codegen.generate import identifier
from mapc.legion.toolchain import find_toolchain

HOSTILE = [
    'say "hi"',
    "back\\slash",
    "line\nfeed\r\t",
    "??/??'??=",
    "*/ code /* more",
    "end\\",
    "é € 𝄞",
    "\x00\x01\x7f1",
    'R"(raw)"',
    "%s %n {{ jinja }}",
    "\udcff",
    "",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_string_literals_are_printable_ascii(text: str) -> None:
    literal = cxx_string(text)
    assert re.fullmatch(r'"[ -~]*"', literal)
    assert "??" not in literal
    # A quote inside is always behind an odd number of backslashes.
    assert not re.search(r'(?<!\\)(\\\\)*"', literal[1:-1])


def test_the_compiler_reads_literals_back(tmp_path: Path) -> None:
    wanted = [text.encode("utf-8", "surrogatepass") for text in HOSTILE]
    rows = "".join(f"  {{{cxx_string(t)}, {len(b)}}},\n" for t, b in zip(HOSTILE, wanted))  # noqa: B905
    source = tmp_path / "literals.cc"
    source.write_text(
        "#include <cstdio>\nstruct Row { const char* text; unsigned long size; };\n"
        f"const Row rows[] = {{\n{rows}}};\n"
        "int main() { for (const Row& r : rows) { std::fwrite(r.text, 1, r.size + 1, stdout); } }\n"
    )
    program = tmp_path / "literals"
    # The old standard still has trigraphs.
    flags = ["-std=c++14", "-trigraphs", "-Wall", "-Werror", "-Wno-trigraphs"]
    command = [*find_toolchain().command, *flags, str(source), "-o", str(program)]
    subprocess.run(command, check=True)
    found = subprocess.run([str(program)], capture_output=True, check=True).stdout
    assert found == b"".join(text + b"\0" for text in wanted)


@pytest.mark.parametrize("text", HOSTILE)
def test_comments_stay_on_their_line(text: str) -> None:
    comment = cxx_comment(text)
    assert re.fullmatch(r"[ -~]*", comment)
    assert "\\" not in comment
    assert "*/" not in comment
    assert "??" not in comment


def test_names_that_need_no_change_keep_their_spelling() -> None:
    names = Names({"taken"})
    names.claim(["line", "at", "taken", "class", "my_class"])
    assert [names.of(n) for n in ("line", "at", "my_class")] == ["line", "at", "my_class"]
    assert names.of("class") == "my_class_2"
    assert names.of("taken") == "my_taken"


def test_identifiers_are_legal_and_distinct() -> None:
    written = ["_a", "__a", "a__", "a_", "a__b", "a_b", "NULL", "int", "run_1", "_", "__", "my_a"]
    names = Names()
    names.claim(written)
    spelled = [names.of(name) for name in written]
    assert len(set(spelled)) == len(written)
    for name in spelled:
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name)
        assert "__" not in name
        assert not name.isupper()


@pytest.mark.parametrize(
    ("name", "made"),
    [("circuit", "circuit"), ("a-b.c", "a_b_c"), ("9 lives", "policy_9_lives"), ("--", "policy")],
)
def test_identifier_of_a_file(name: str, made: str) -> None:
    assert identifier(name) == made
