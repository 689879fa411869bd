"""The page of `mapc inspect` as a text: whole, self-contained, and safe with any policy."""

import re
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from mapc.codegen.generate import generate
from mapc.graph.mapping import Mapping
from mapc.graph.placement_legend import FAINT
from mapc.page import html
from mapc.page.html import as_html
from mapc.page.pieces import shown
from mapc.resources import resource
from tests.conftest import Mapc
from tests.page.pages import GRAPH, MACHINE, Page, mapping_of

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
HOSTILE = """# </script><script>alert(1)</script> \u202e \u6f22 \x07 "q" 'x' & <!-- --> {{ 1 }}
Task * GPU,
    CPU;
Task "</script><script>alert(1)//", "<img src=x onerror=alert(1)>", "a'b&amp;" CPU; Task c CPU;
Region "a'b&amp;" "]]>{{ 7 * 7 }}" CPU SYSMEM; Region c x
  CPU SYSMEM;
Task c GPU;
m = Machine(CPU);
def f(Task t) { return m[*, t.ipoint[0] % 2]; } // sets
def g(Task t) { return m[t.ipoint[0], 99]; }
IndexTaskMap "</script><script>alert(1)//" f;
IndexTaskMap "<img src=x onerror=alert(1)>" g;
print("&<>\\\\ {}", m.size);
"""


def without_cxx(page: str) -> str:
    """Return a page without the parts that change when it looks the same: C++ and styles."""
    for start, end in (
        ("<style>", "</style>"),
        ("<script>", "</script>"),
        ('id="cxx"', "</section>"),
    ):
        page = re.sub(f"{start}.*?{end}", start + end, page, count=1, flags=re.DOTALL)
    return page


def test_golden(mapping: Mapping, golden: Callable[[Path, str], None]) -> None:
    page = as_html(mapping)
    golden(HERE / "golden" / "inspect.html", without_cxx(page))
    assert page == as_html(mapping)


def test_the_page_needs_nothing_else(mapping: Mapping) -> None:
    text = as_html(mapping)
    page = Page(text)
    targets = {f"#{name}" for name in page.by_id()}
    links = page.having("href")
    assert len(links) > 20
    assert [
        link.attributes["href"] for link in links if link.attributes["href"] not in targets
    ] == []
    assert page.having("src") == page.having("srcset") == []
    assert not re.search(r"https?:|url\((?!#)|@import|\bimport\b|fetch\(", text)
    assert {"light", "dark"} <= set(re.findall(r"\b(?:light|dark)\b", text))
    assert "@media print" in text


@pytest.mark.parametrize("text", [HOSTILE, "", "\n\n", "# only a comment", "m = Machine(GPU);\r\n"])
def test_any_text(text: str) -> None:
    mapping = mapping_of(text, name='x"<script>.mapl')
    page = Page(as_html(mapping))
    assert len([e for e in page.elements if e.tag == "script"]) == 1
    assert [e for e in page.elements if e.tag == "img" or "onerror" in e.attributes] == []
    lines = [shown(line.rstrip("\r")) for line in text.split("\n")]
    assert page.code("policy") == (lines[:-1] if len(lines) > 1 and not lines[-1] else lines)
    assert (page.of_class("none") != []) == (not mapping.tasks)
    assert "49" not in page.code("policy")[0]


def test_the_cxx_is_what_build_writes(mapping: Mapping) -> None:
    page = Page(as_html(mapping))
    generated = generate(mapping.policy, name="inspect")
    expected = generated.text.splitlines()
    for number, source in generated.source_map:
        mark = f"// inspect.mapl:{source}"
        assert expected[number - 1].endswith(mark)
        expected[number - 1] = expected[number - 1].removesuffix(mark).rstrip()
    assert page.code("cxx") == expected


def test_long_policies_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MOST_LINES", 150)
    monkeypatch.setattr(html, "MOST_TASKS", 100)
    page = Page(as_html(mapping_of("".join(f"Task t{i} GPU;\n" for i in range(200)))))
    assert len(page.code("policy")) == len(page.code("cxx")) == 150
    assert len([e for e in page.elements if e.tag == "article"]) == 100
    rests = [e.text for e in page.of_class("none")]
    assert rests[0] == "50 more lines are not shown; the policy has them all."
    assert rests[2] == "100 more tasks are not shown; mapc inspect prints them all."


def test_the_template_takes_what_its_head_says() -> None:
    text = resource("backends", "reports", "inspect.html.j2").read_text(encoding="utf-8")
    takes = re.search(r"Takes: (.*?)\.\s*-#}", text, re.DOTALL)
    assert takes
    said = set(re.findall(r"(\w+)\s+\(", takes[1]))
    assert said == meta.find_undeclared_variables(Environment(autoescape=True).parse(text))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as `#1b2330`."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_all_text_can_be_read() -> None:
    style = resource("backends", "reports", "inspect.css").read_text(encoding="utf-8")
    assert f'[fill="{FAINT}"]' in style  # what the drawings write in grey
    themes = [dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in style.split("@media")[:2]]
    words = ("text", "soft", "faint", "comment", "keyword", "kind", "type", "function", "string")
    for theme, word, ground in product(themes, words, ("page", "panel", "on", "near")):
        bright, dark = sorted((luminance(theme[word]), luminance(theme[ground])), reverse=True)
        contrast = (bright + 0.05) / (dark + 0.05)
        assert contrast >= 4.5, (word, theme[word], ground, theme[ground], round(contrast, 2))


def test_command(tmp_path: Path, tell: Callable[[str], None]) -> None:
    mapc = Mapc(tmp_path)
    expert = ROOT / "apps" / "circuit" / "expert.mapl"
    page = tmp_path / "p.html"
    done = mapc(
        "inspect", expert, "--app", ROOT / "apps" / "circuit", "--format", "html", "-o", page
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    text = page.read_text(encoding="utf-8")
    tell(f"page of the circuit's expert policy: {len(text) / 1000:.0f} kB")
    assert len(text) < 1_000_000
    assert str(ROOT) not in text
    assert len(Page(text).of_class("plan")) == 2


def test_the_application_and_machine_are_named() -> None:
    text = "Task a GPU;\n"
    assert "application demo on machine small" in as_html(
        mapping_of(text, graph=GRAPH, machine=MACHINE)
    )
    assert "for any application that has the tasks it names" in as_html(mapping_of(text))
