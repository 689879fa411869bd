"""The page in a real browser, with a real mouse and real keys: what is lit, pinned, scrolled to."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mapc.graph.mapping import Mapping
from mapc.page.html import as_html
from tests.page.browser import Browser, find_browser
from tests.page.pages import Page, mapping_of
from tests.page.test_page import HOSTILE

BROWSER = find_browser()
pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium to show a page")

COLUMNS = ("policy", "cxx", "decisions")
LONG = "".join(f"Task t{i} GPU, CPU;\nInstanceLimit t{i} 4;\n" for i in range(300))
LONGEST = "".join(
    f"Task t{i} GPU, CPU;\nRegion t{i} r GPU FBMEM, ZCMEM;\nLayout t{i} r * SOA C_order;\n"
    f"InstanceLimit t{i} 4;\n"
    for i in range(2500)
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    assert BROWSER is not None
    browser = Browser(BROWSER, tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def text(mapping: Mapping) -> str:
    return as_html(mapping)


def ids(browser: Browser, selector: str) -> list[str]:
    """Return the ids of what a selector finds."""
    found = browser.run(f"[...document.querySelectorAll({json.dumps(selector)})].map(e => e.id)")
    assert isinstance(found, list)
    return found


def lit(browser: Browser, kind: str = "on") -> dict[str, list[str]]:
    """Return the ids of what is lit, by column."""
    return {column: ids(browser, f"#{column} .{kind}") for column in COLUMNS}


def linked(text: str, *keys: str) -> dict[str, list[str]]:
    """Return the ids of what comes from some lines, by column."""
    found: dict[str, list[str]] = {column: [] for column in COLUMNS}
    for element in Page(text).having("data-own"):
        if set(keys) & set(element.words("data-own")):
            found[element.column].append(element.attributes["id"])
    return found


def is_lit(browser: Browser, id_: str) -> bool:
    """Wait until something is lit; pointing takes a moment."""
    return browser.until(f"document.getElementById('{id_}').classList.contains('on')")


def focus(browser: Browser) -> Any:
    """Return the id of what has the focus."""
    return browser.run("document.activeElement.closest('[id]')?.id ?? ''")


def status(browser: Browser) -> Any:
    """Return what the page says in its head."""
    return browser.run("document.getElementById('status').textContent")


def test_a_line_in_the_address_is_pinned(
    browser: Browser, text: str, tell: Callable[[str], None]
) -> None:
    browser.open(text, "#L5")
    assert lit(browser) == linked(text, "5")
    assert all(lit(browser).values())
    assert ids(browser, ".pinned") == ["L5"]
    assert status(browser) == "Pinned: line 5 \u2192 1 line of C++, 2 decisions"
    tell(f"browser: {BROWSER}; line 5 lights {sum(map(len, lit(browser).values()))} things")


@pytest.mark.parametrize("target", ["", "#L999", "#%", "#idle", "#status", "#%3Cb%3E"])
def test_other_addresses_light_nothing(browser: Browser, text: str, target: str) -> None:
    browser.open(text, target)
    assert ids(browser, ".on, .near, .pinned") == []
    assert browser.run("document.documentElement.className") == "js"


def test_functions_and_their_grids(browser: Browser, text: str) -> None:
    browser.open(text, "#L13")
    assert lit(browser)["policy"] == ["L13"]
    assert lit(browser)["decisions"] == ["P1"]
    assert lit(browser, "near")["policy"] == ["L16"]
    assert lit(browser, "near")["decisions"] == ["D2"]
    browser.open(text, "#P1")
    assert lit(browser) == {**linked(text, "12", "13"), "decisions": ["P1"]}
    assert lit(browser, "near")["policy"] == ["L11", "L16"]
    assert status(browser).startswith("Pinned: lines 12\u201313 \u2192 ")
    assert status(browser).endswith("C++, 1 placement")


def test_pointing_pinning_and_letting_go(browser: Browser, text: str) -> None:
    browser.open(text)
    browser.point("#L9 code")
    assert is_lit(browser, "L9")
    assert lit(browser) == linked(text, "9")
    browser.click("#D1")
    assert browser.run("location.hash") == "#D1"
    assert ids(browser, ".pinned") == ["D1"]
    browser.point("#L9 code")
    time.sleep(0.2)
    assert lit(browser) == linked(text, "2")
    browser.press("Escape")
    assert ids(browser, ".on, .near, .pinned") == []
    assert browser.run("location.hash") == ""
    browser.run("location.hash = '#L17'")
    assert browser.until("document.querySelector('.pinned')?.id === 'L17'")
    browser.click("#L17 code")
    assert ids(browser, ".pinned") == []
    browser.click("#L17 .number")
    assert ids(browser, ".pinned") == ["L17"]
    browser.click("#L1 code")
    assert ids(browser, ".pinned") == ["L1"]
    assert status(browser) == "no statement on this line"


def test_cells_of_a_grid_say_what_they_are(browser: Browser, text: str) -> None:
    browser.open(text)
    browser.run("document.getElementById('P1').scrollIntoView()")
    browser.point("#P1 .plan rect.cell:nth-of-type(2)")
    said = "document.querySelector('.readout').textContent"
    assert browser.until(f"{said} === '(1): CPU[0,1]'")
    assert is_lit(browser, "P1")
    assert lit(browser)["policy"] == ["L12", "L13", "L14"]


def test_keys(browser: Browser, text: str) -> None:
    browser.open(text)
    seen = []
    for _ in range(7):
        browser.press("Tab")
        seen.append(focus(browser))
    # The links at the head of the decisions lie between C++ and decisions.
    assert [seen[0], seen[1][0], seen[6]] == ["L1", "C", "D1"]
    browser.run("document.querySelector('#L1 .go').focus()")
    browser.press(*["ArrowDown"] * 4)
    assert focus(browser) == "L5"
    assert is_lit(browser, "D3")
    browser.press("ArrowRight")
    assert focus(browser) == linked(text, "5")["cxx"][0]
    browser.press("ArrowRight")
    assert focus(browser) == "D3"
    browser.press("End")
    assert focus(browser) == "D15"
    browser.press("Home", "Enter")
    assert ids(browser, ".pinned") == ["D1"]
    browser.press("ArrowLeft", "ArrowLeft")
    assert focus(browser) == "L2"
    browser.press("Escape")
    assert ids(browser, ".pinned") == []
    assert len(browser.run("[...document.querySelectorAll(`.go[tabindex='0']`)].map(e => 1)")) == 3


@pytest.mark.parametrize("size", [(1400, 800), (1000, 700), (500, 900)])
def test_columns_scroll_and_the_page_does_not(browser: Browser, size: tuple[int, int]) -> None:
    browser.open(as_html(mapping_of(LONG)), size=size)
    assert browser.run("document.documentElement.scrollWidth - innerWidth") <= 0
    browser.run("document.getElementById('policy').scrollTo(0, 1e6)")
    browser.settle()
    place = "[scrollY, document.getElementById('L597').getBoundingClientRect().top]"
    before = browser.run(place)
    browser.point("#L597 code")
    assert is_lit(browser, "L597")
    for column in COLUMNS[1:]:
        thing = f"document.querySelector('#{column} .on').getBoundingClientRect()"
        view = f"document.getElementById('{column}').getBoundingClientRect()"
        inside = f"(t => v => t.top >= v.top && t.bottom <= v.bottom)({thing})({view})"
        if not browser.until(inside):  # smooth scrolling starves where others take all cores
            browser.move(0, 0)
            browser.point("#L597 code")
            assert browser.until(inside)
    assert browser.run(place) == pytest.approx(before, abs=2)


def test_long_policies_stay_usable(browser: Browser, tell: Callable[[str], None]) -> None:
    page = as_html(mapping_of(LONGEST))
    began = time.monotonic()
    browser.open(page, "#L5000")
    opened = time.monotonic() - began
    box = "document.getElementById('L5000').getBoundingClientRect()"
    assert browser.until(f"{box}.top > 0 && {box}.bottom < innerHeight")
    assert is_lit(browser, "L5000")
    browser.press("Escape")
    began = time.monotonic()
    browser.point("#L4999 code")
    assert is_lit(browser, "L4999")
    pointed = time.monotonic() - began
    tell(
        f"10,000 lines: a page of {len(page) / 1e6:.1f} MB opens in {opened:.1f} s, "
        f"pointing lights up in {pointed * 1000:.0f} ms"
    )
    assert opened < 30
    assert pointed < 2


def test_hostile_text_does_nothing(browser: Browser) -> None:
    browser.open(as_html(mapping_of(HOSTILE, name="</title><script>alert(1)</script>.mapl")), "#L4")
    assert browser.run("document.scripts.length") == 1
    assert browser.run("document.images.length") == 0
    assert browser.run("document.title") == "script>.mapl"
    assert "L4" in lit(browser)["policy"]


def test_without_scripts_everything_can_be_read(browser: Browser, text: str) -> None:
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(text, "#L5")
        shown = browser.run(
            "[...document.querySelectorAll('.line, .cell, figure')]"
            ".filter(e => e.checkVisibility()).length"
        )
        colour = browser.run("getComputedStyle(document.getElementById('L5')).backgroundColor")
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)
    page = Page(text)
    assert shown == len(page.of_class("line")) + len(page.of_class("cell")) + 1
    assert colour != "rgba(0, 0, 0, 0)"


def test_paper_has_it_all(browser: Browser) -> None:
    browser.open(as_html(mapping_of(LONG)))
    browser.ask("Emulation.setEmulatedMedia", media="print")
    try:
        heights = (
            "[...document.querySelectorAll('.column')].map(e => e.scrollHeight - e.clientHeight)"
        )
        assert browser.run(heights) == [0, 0, 0]
    finally:
        browser.ask("Emulation.setEmulatedMedia", media="")
