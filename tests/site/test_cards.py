"""The cards of the claims on their pages: what measured them stands behind a fold of theirs."""

import json
import re

import pytest

from dlnotes.core.language import LANGUAGES
from tests.demos.found import SECTIONS
from tests.site.conftest import served
from tests.site.small_book import ROOT

pytestmark = pytest.mark.slow
PAGE = "optimizers/momentum"
BARE = "optimizers/matrix_curvature"  # it has cards of sources, too
EDGES = """selectors => Object.fromEntries(selectors.map((each) => [each,
  Math.max(...[...document.querySelectorAll(`.bd-article ${each}`)]
    .map((node) => node.getBoundingClientRect().right))]))"""


def cells(page: str) -> list[str]:
    """The code of every cell that shows a card."""
    notebook = json.loads((ROOT / "book" / f"{page}.ipynb").read_text(encoding="utf-8"))
    code = ["".join(each["source"]) for each in notebook["cells"] if each["cell_type"] == "code"]
    return [source for source in code if re.search(r"^claim\(", source, re.MULTILINE)]


@pytest.mark.parametrize("section", SECTIONS)
def test_the_cell_that_only_shows_a_demo_is_folded(section):
    notebook = json.loads((ROOT / "book" / f"{section}.ipynb").read_text(encoding="utf-8"))
    (shows,) = [each for each in notebook["cells"] if each["id"] == "demo"]
    assert "hide-input" in shows["metadata"].get("tags", ())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", [PAGE, BARE])
def test_code_that_measured_is_folded_into_its_card_and_no_other(opened, built_site, lang, page):
    tab = opened((built_site / lang / f"{page}.html").as_uri(), java_script_enabled=False)
    measuring = [source for source in cells(page) if not re.fullmatch(r'claim\("[^"]+"\)', source)]
    folds = tab.locator("aside.claim > details.claim-how")
    assert folds.locator("pre").all_text_contents() == [f"{source}\n" for source in measuring]
    assert tab.locator("aside.claim").count() == len(cells(page))
    assert not folds.locator("pre").first.is_visible()
    folds.first.locator("summary").press("Enter")
    assert folds.locator("pre").first.is_visible()
    said = {"zh": "这些数怎么来的", "en": "Where these numbers come from"}[lang]
    assert folds.first.locator("summary").inner_text() == said
    outside = "all => all.filter(each => !each.closest('aside')).map(each => each.textContent)"
    taught = tab.locator("div.cell_input").evaluate_all(outside)
    assert taught and not [code for code in taught if re.search(r"^claim\(", code, re.MULTILINE)]


def test_on_paper_a_card_has_no_fold(opened, built_site):
    tab = opened((built_site / "zh" / f"{PAGE}.html").as_uri())
    tab.emulate_media(media="print")
    assert tab.locator("aside.claim .claim-verdict").first.is_visible()
    assert not tab.locator(".claim-how").first.is_visible()
    assert not tab.locator(".claim-link").first.is_visible()


def test_a_card_has_a_link_that_is_seen_on_the_way_and_copied(opened, built_site):
    with served(built_site) as address:
        tab = opened(f"{address}en/{PAGE}.html", permissions=["clipboard-read", "clipboard-write"])
        card = tab.locator("aside.claim").nth(1)
        link, opacity = card.locator(".claim-link"), "link => getComputedStyle(link).opacity"
        assert link.evaluate(opacity) == "0"
        card.hover()
        assert link.evaluate(opacity) == "1"
        tab.mouse.move(0, 0)
        link.focus()
        tab.keyboard.press("Shift+Tab")
        tab.keyboard.press("Tab")
        assert link.evaluate(opacity) == "1"
        tab.keyboard.press("Enter")
        tab.wait_for_url(f"**#{card.get_attribute('id')}")
        assert tab.evaluate("navigator.clipboard.readText()") == tab.url


@pytest.mark.parametrize("lang", LANGUAGES)
def test_text_code_figures_and_cards_have_one_right_edge(opened, built_site, lang):
    tab = opened((built_site / lang / f"{PAGE}.html").as_uri())
    text, code = "p:not(.dlnotes-widget p)", "div.cell_input div.highlight"
    kinds = [text, code, "div.math", ".book-figure.panels-1", "aside.claim"]
    edges = tab.evaluate(EDGES, kinds)
    assert max(edges.values()) - min(edges.values()) <= 1, edges


def test_code_that_is_taught_fits_a_phone(opened, built_site):
    phone = {"width": 390, "height": 844}
    tab = opened((built_site / "en" / f"{PAGE}.html").as_uri(), viewport=phone)
    code = tab.locator("div.cell_input:not(details div) pre")
    found = code.evaluate_all("""all => all.map(each =>
      [each.scrollWidth - each.clientWidth, parseFloat(getComputedStyle(each).fontSize)])""")
    assert found and all(over <= 0 and letters >= 11 for over, letters in found)
