"""The formatter: it changes the layout of a policy and nothing else."""

import re
import time
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from mapc.syntax.breaks import HEAD_WORDS
from mapc.syntax.formatter import format_source
from mapc.syntax.layout import WIDTH
from mapc.syntax.parse import DEEPEST, parse
from mapc.text import Reporter, Source, Span
from tests.syntax.programs import expressions, programs

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = sorted((ROOT / "tests/golden/fmt").glob("*.mapl"))
CIRCUIT = sorted((ROOT / "apps/circuit").glob("*.mapl"))
POLICIES = sorted({*(ROOT / "tests").glob("**/*.mapl"), *(ROOT / "apps").glob("*/*.mapl")})

_COMMENT = re.compile(r'"[^"\n]*"|((?:#|//)[^\n]*)')
_MANY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def formatted(text: str) -> str:
    report = Reporter()
    found = format_source(Source("test.mapl", text), report)
    assert found is not None, "\n".join(d.render() for d in report.diagnostics)
    return found


def tree(text: str) -> object:
    """Return all that a text says, without places."""
    program = parse(Source("test.mapl", text), Reporter())
    return program and bare(program)


def bare(value: object) -> object:
    if isinstance(value, tuple):
        return [bare(item) for item in value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    items = [getattr(value, field.name) for field in fields(value)]
    return [type(value).__name__, *(bare(i) for i in items if not isinstance(i, Span | Source))]


def comments(text: str) -> list[str]:
    return [m[1].rstrip() for m in _COMMENT.finditer(text) if m[1] is not None]


def check(text: str) -> str:
    """Assert what must hold for every text without syntax errors, and return its new form."""
    new = formatted(text)
    before = tree(text)
    assert before is not None
    assert tree(new) == before
    assert comments(new) == comments(text)
    assert formatted(new) == new
    assert new == "" or (new.endswith("\n") and new[0] != "\n")
    assert "\n\n\n" not in new
    lines = new.split("\n")
    assert not any(line != line.rstrip() for line in lines)
    for line in lines:
        assert line == "" or line.split()[0] != ";"
    return new


@_MANY
@given(programs())
def test_any_program(text: str) -> None:
    check(text)


@_MANY
@given(expressions())
def test_any_expression(text: str) -> None:
    check(f"x ={text}\n;")


@_MANY
@given(programs(comments=False))
def test_layout_depends_on_tokens_alone(text: str) -> None:
    """Where the breaks were makes no difference, but for empty lines."""
    new = check(text)
    words = re.findall(r'"[^"\n]*"|[^\s"]+', text)
    assert without_empty(new) == without_empty(formatted(" ".join(words)))


def without_empty(text: str) -> str:
    return re.sub(r"\n\n+", "\n", text)


@_MANY
@given(programs(comments=False))
def test_wide_lines_have_no_place_for_a_break(text: str) -> None:
    for line in formatted(text).split("\n"):
        if len(line) <= WIDTH:
            continue
        code = re.sub(r'"[^"]*"', '""', line)
        for place in re.finditer(r"(?:,|&&|\|\||\band|\bor| \+| /) (\w*)", code):
            assert place[1] in HEAD_WORDS, line


@_MANY
@given(programs(comments=False))
def test_no_statement_word_begins_a_further_line(text: str) -> None:
    """The parser might take it for the beginning of a statement."""
    complete = True
    for line in formatted(text).split("\n"):
        first = re.match(r"\w*", line.lstrip())
        assert first is not None
        assert complete or first[0] not in HEAD_WORDS, line
        complete = line == "" or line[-1] in ";{}"


@pytest.mark.parametrize("path", POLICIES, ids=lambda p: str(p.relative_to(ROOT)))
def test_policies(path: Path) -> None:
    text = path.read_bytes().decode(errors="replace")
    source, report = Source(path.name, text), Reporter()
    if parse(source, Reporter()) is not None:
        check(text)
    else:
        assert format_source(source, report) is None
        assert report.has_errors


@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_golden(path: Path, golden: Callable[[Path, str], None]) -> None:
    text = path.read_bytes().decode()
    golden(path.with_suffix(".out"), check(text))


@pytest.mark.parametrize("path", CIRCUIT, ids=lambda p: p.stem)
def test_our_policies_are_formatted(path: Path) -> None:
    text = path.read_text()
    assert formatted(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" \n\n", ""),
        ("\ufeffTask * CPU;", "Task * CPU;\n"),
        ("# only\r\n\r\n\r\n// this", "# only\n\n// this\n"),
        ("x=1; y = 2 ;", "x = 1;\ny = 2;\n"),
        ("x = - a+-b *!c;", "x = -a + -b * !c;\n"),
        ("x = not(a)and(not b or -c);", "x = not (a) and (not b or -c);\n"),
        ("x = a . b . c ( ) [ 0 ];", "x = a.b.c()[0];\n"),
        ("x = 1 . size;", "x = 1 .size;\n"),
        ("x = m [* , 0 ,* t.x];", "x = m[*, 0, *t.x];\n"),
        ("x = t [ : - 1 ]+t[ a+1 : ];", "x = t[:-1] + t[a + 1:];\n"),
        ("x = t[c?1:2:3] + t[(c?1:2):3];", "x = t[c ? 1 : 2 : 3] + t[(c ? 1 : 2):3];\n"),
        ("x = t[f(c?1:2):];", "x = t[f(c ? 1 : 2):];\n"),
        ("x = (a , )+ ( * a,b);", "x = (a,) + (*a, b);\n"),
        ("x = tuple( i*2 for i in range(3));", "x = tuple(i * 2 for i in range(3));\n"),
        ("x = Machine( and ).not . in(a);", "x = Machine(and).not.in(a);\n"),
        ("Layout*0,a GPU SOA Align==0064;", "Layout * 0, a GPU SOA Align == 0064;\n"),
        ("Task not,and,Task,*;", None),
        ("Task not , and,Task for;", "Task not, and, Task for;\n"),
        ("def f(){};;", None),
        ("def f ( Task t,x ){};", "def f(Task t, x) {\n}\n"),
    ],
)
def test_spelling(text: str, expected: str | None) -> None:
    assert format_source(Source("test.mapl", text), Reporter()) == expected


@pytest.mark.parametrize("length", range(WIDTH - 14, WIDTH))
def test_lines_are_used_to_the_end(length: int) -> None:
    name = "n" * (length - len("Task , "))
    first, *_ = formatted(f"Task {name}, b, cd CPU;").split("\n")
    whole = f"Task {name}, b, cd CPU;"
    ends = [len(f"Task {name},"), *(whole.index(end) + len(end) for end in (" b,", " cd"))]
    assert len(first) == max(end for end in (*ends, len(whole)) if end <= WIDTH)


def test_errors_of_meaning_do_not_matter() -> None:
    assert formatted("x=y;x =nothing . here;") == "x = y;\nx = nothing.here;\n"


def test_syntax_errors_are_reported() -> None:
    report = Reporter()
    assert format_source(Source("test.mapl", "Task a CPU\nTask b CPU;"), report) is None
    assert [d.code.id for d in report.diagnostics] == ["MAP111"]


def test_findings_about_other_texts_do_not_matter() -> None:
    report = Reporter()
    assert format_source(Source("bad.mapl", "Task"), report) is None
    assert format_source(Source("good.mapl", "x=1;"), report) == "x = 1;\n"


@pytest.mark.parametrize("brackets", ["()", "[]"])
def test_deep_nesting(brackets: str) -> None:
    """Nothing here walks the call stack."""
    left, right = brackets
    base = "a" if left == "[" else ""
    depth = DEEPEST - 2
    inner = f"{base}{left}" * depth + "b +\n c # why\n" + right * depth
    assert comments(formatted(f"x = {inner};")) == ["# why"]


def test_time_is_linear() -> None:
    part = (ROOT / "apps/circuit/expert.mapl").read_text()
    formatted(part)  # what is loaded once is not counted

    def seconds(copies: int) -> float:
        start = time.process_time()
        formatted(part * copies)
        return time.process_time() - start

    few = min(seconds(30) for _ in range(3))
    many = min(seconds(300) for _ in range(2))
    lines = 300 * part.count("\n")
    print(f"{lines} lines in {many:.2f} s, {many / few:.1f} times as long as a tenth of them")
    assert many < 40 * few  # 10 alone; quadratic would be 100
    assert many < 10


def test_long_statements_take_linear_time() -> None:
    def seconds(count: int) -> float:
        text = f"x = ({', '.join(['17'] * count)});\nTask {', '.join(['solve'] * count)} CPU;\n"
        start = time.process_time()  # what others do on the machine does not count
        formatted(text)
        return time.process_time() - start

    seconds(10)
    assert seconds(20_000) < 40 * min(seconds(2_000) for _ in range(3))
