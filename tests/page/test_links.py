"""Everything on the page leads to what belongs to it in the other columns."""

from collections.abc import Callable

from mapc.codegen.generate import generate
from mapc.graph.mapping import Mapping
from mapc.page.html import as_html
from mapc.page.links import Links
from tests.page.pages import GRAPH, Page, mapping_of
from tests.page.test_page import HOSTILE

SEVERAL = """\
Task a
  CPU; Task c GPU;
m = Machine(CPU);
k = 2;
def helper(int n) {
    # a remark

    return n % k;
}
def place(Task t) {
    return m[0,
             helper(t.ipoint[0])];
}
def other(Task t) { return m[0, 0]; }
IndexTaskMap a place;
IndexTaskMap c other; SingleTaskMap a other;
"""


def test_every_key_is_a_line_of_the_policy(mapping: Mapping, tell: Callable[[str], None]) -> None:
    for one in (mapping, mapping_of(HOSTILE), mapping_of(SEVERAL)):
        page = Page(as_html(one))
        known = page.by_id()
        linked = page.having("data-own")
        tell(f"{one.policy.source.name}: {len(linked)} things on the page are linked")
        assert len(linked) > 30
        for thing in linked:
            assert thing.attributes["id"] in known
            for key in thing.words("data-own"):
                assert key in known[f"L{key}"].words("data-own")


def test_names_and_what_is_in_them_meet(mapping: Mapping) -> None:
    for one in (mapping, mapping_of(HOSTILE), mapping_of(SEVERAL)):
        page = Page(as_html(one))
        names = {word for e in page.having("data-names") for word in e.words("data-names")}
        within = {word for e in page.having("data-within") for word in e.words("data-within")}
        assert names == within
        assert len(names) >= 1


def test_every_cxx_line_with_a_policy_line_is_linked(mapping: Mapping) -> None:
    for one in (mapping, mapping_of(HOSTILE), mapping_of(SEVERAL)):
        known = Page(as_html(one)).by_id()
        sources = generate(one.policy, name="policy").source_map
        assert len(sources) > 5
        for number, source in sources:
            line = known[f"C{number}"]
            assert line.words("data-own") == known[f"L{source}"].words("data-own") != []
            assert line.text.endswith(str(source))


def test_every_decision_has_its_lines(mapping: Mapping) -> None:
    cells = Page(as_html(mapping)).of_class("cell")
    cells = [cell for cell in cells if cell.tag == "a"]
    assert len(cells) > 10
    for cell in cells:
        lines = cell.words("data-own")
        assert cell.attributes["href"] == f"#L{lines[0]}"
        assert cell.text.endswith("".join(lines))


def test_lines_know_their_statements() -> None:
    links = Links(mapping_of(SEVERAL))
    assert links.keys[1] == (1,)
    assert links.keys[2] == (1, 2)
    assert [links.keys[line] for line in (5, 6, 7, 8, 9)] == [(5,), (5,), (5,), (8,), (5,)]
    assert links.keys[12] == (11,)
    assert 17 not in links.keys
    assert links.functions["place"] == (10, 11)


def test_functions_reach_what_they_use() -> None:
    links = Links(mapping_of(SEVERAL))
    (place,) = links.of_line(15).names
    inside = [line for line in range(1, 17) if place in links.of_line(line).within]
    assert inside == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    (other,) = links.of_line(16).names
    assert [n for n in range(1, 17) if other in links.of_line(n).within] == [3, 14]
    assert links.of_function("place").within == (place,)


def test_what_lines_decide_and_what_not(mapping: Mapping) -> None:
    page = Page(as_html(mapping))
    lines = {int(e.attributes["id"][1:]): e for e in page.of_class("line") if e.column == "policy"}
    idle = [number for number, line in lines.items() if "idle" in line.words("class")]
    assert idle == [6, 7, 8, 15]
    assert "line 5 is for the same and comes first" in lines[6].text
    assert "the application has no region" in lines[7].text
    assert lines[8].text == "8    GPU FBMEM;"
    counts = {number: line.text[-1] for number, line in lines.items() if number in {2, 5, 9, 16}}
    assert counts == {2: "1", 5: "2", 9: "4", 16: "1"}
    assert lines[1].text.endswith("nothing.")
    assert [e.text for e in page.of_class("cell") if "Region * x" in e.text] == [
        "Region * x GPU FBMEM;7"
    ]


def test_arguments_with_the_same_decisions_stand_together() -> None:
    page = Page(as_html(mapping_of("Region t x, y GPU FBMEM;\nRegion t z GPU ZCMEM;\n")))
    heads = [e.text for e in page.elements if e.tag == "th" and "rowspan" in e.attributes]
    assert heads == ["xy", "z"]
    text = "Region * * GPU FBMEM, ZCMEM;\nLayout * * FBMEM AOS;\nLayout * * ZCMEM AOS;\n"
    shown = [e.text for e in Page(as_html(mapping_of(text, graph=GRAPH))).of_class("cell")]
    assert "FBMEM: AOS F_order2" in shown
    assert "ZCMEM: AOS F_order3" in shown
