"""The vendored header: every support header once, nothing else of mapc needed."""

import re
from pathlib import Path

import pytest

from mapc import __version__
from mapc.codegen.vendor import VendorError, vendored_header, vendored_source
from mapc.resources import resource

INCLUDE = resource("backends", "legion", "include")


def test_all_of_the_support_headers_are_in_it() -> None:
    text = vendored_header(INCLUDE)
    assert text == vendored_header(INCLUDE)
    assert __version__ in text.splitlines()[0]
    assert not re.search(r'#\s*include\s*[<"]mapc/', text)
    assert text.count("#pragma once") == 1
    assert not re.search(r"#.*MAPC_PREBUILT", text)
    assert str(INCLUDE.parent) not in text
    assert '#include "legion.h"' in text
    # Table programs do without Legion and are not part of mappers.
    originals = {path.name for path in (INCLUDE / "mapc").glob("*.h")} - {"table_program.h"}
    sections = re.findall(r"^// ---- mapc/(\S+)$", text, re.MULTILINE)
    assert set(sections) <= originals
    code = re.compile(r"^(?!\s*(//|#|$))", re.MULTILINE)
    for name in originals - set(sections):
        assert not code.search((INCLUDE / "mapc" / name).read_text()), f"{name} is missing"
    for name in sections:
        classes = r"^class (\w+)(?: final)?(?: :.*)? \{"
        for found in re.findall(classes, (INCLUDE / "mapc" / name).read_text(), re.MULTILINE):
            assert len(re.findall(rf"^class {found}\b.*\{{", text, re.MULTILINE)) == 1, found


def header(folder: Path, **files: str) -> str:
    (folder / "mapc").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "mapc" / f"{name}.h").write_text(text)
    return vendored_header(folder, "mapc/a.h").partition("#pragma once\n\n")[2]


def test_what_a_header_needs_goes_before_it(tmp_path: Path) -> None:
    text = header(
        tmp_path,
        a="// A.\n#pragma once\n\n#include <map>"
        '\n\n#include "mapc/b.h"\n#include "mapc/c.h"\n\nint a;\n'
        '\n#ifndef MAPC_PREBUILT\n#include "mapc/d.h"\n#endif\n',
        b="#pragma once\n#ifdef MAPC_PREBUILT\nint lost;\n#else\nint b;\n#endif\n",
        c='#pragma once\n#include "mapc/b.h"\n#ifdef OTHER\nint c;\n#else\nint other;\n#endif\n',
        d='#pragma once\n#include "mapc/a.h"\nint d;\n',
    )
    assert text == (
        "// ---- mapc/b.h\nint b;\n\n"
        "// ---- mapc/c.h\n#ifdef OTHER\nint c;\n#else\nint other;\n#endif\n\n"
        "// ---- mapc/a.h\n// A.\n\n#include <map>\n\nint a;\n\n"
        "// ---- mapc/d.h\nint d;\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('int x;\n#ifdef OTHER\n#include "mapc/b.h"\n#endif\n', "includes mapc/b.h under a"),
        ("#endif\n", "has `#endif` without `#if`"),
        ("#ifdef MAPC_PREBUILT\n#elif X\n#endif\n", "has `#elif` in a condition on MAPC_PREBUILT"),
    ],
)
def test_headers_that_cannot_be_joined(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(VendorError, match=re.escape(message)):
        header(tmp_path, a=text, b="int b;\n")


def test_a_mapper_must_include_the_headers_once() -> None:
    assert vendored_source("#include <mapc/generated.h>\n") == '#include "mapc_support.h"\n'
    with pytest.raises(VendorError):
        vendored_source("int x;\n")
