"""Formulas lead to the page of the notation, whose own formulas are set."""

import re

import pytest
from bs4 import BeautifulSoup

from dlnotes.core.language import LANGUAGES
from dlnotes.site.outputs import pieces

pytestmark = pytest.mark.slow


def page(site, lang: str, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / lang / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_under_the_first_displayed_formula_a_link_leads_to_the_letters(built_site, lang):
    (link,) = page(built_site, lang, "optimizers/momentum").select("p.letters > a")
    assert link["href"] == "../notation.html#optimizers-momentum"
    assert "math" in link.parent.find_previous_sibling().get("class", [])
    assert not page(built_site, lang, "notation").select("p.letters")
    assert page(built_site, lang, "notation").select_one("tbody#optimizers-momentum")


def test_a_page_whose_formulas_all_stand_in_text_has_the_link_below_the_first_letter(built_site):
    (link,) = page(built_site, "en", "optimizers/in_practice").select("p.letters > a")
    assert link["href"] == "../notation.html"
    assert link.parent.find_previous_sibling().select(".math")
    assert not page(built_site, "en", "index").select("p.letters"), "numbers only"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_symbols_of_the_table_are_set_as_formulas(built_site, lang):
    table = page(built_site, lang, "notation").select_one("table.notation")
    heads = table.select("tr > th[scope=row]")
    assert len(heads) > 30 and all(head.select_one(".katex") for head in heads)
    assert not re.search(r"\\\(", table.get_text())


def test_html_is_cut_at_its_formulas():
    found = [(type(each).__name__, each.astext()) for each in pieces(r"<p>\(a &lt; b\)</p>")]
    assert found == [
        ("raw", '<div class="output"><p>'),
        ("math", "a < b"),
        ("raw", "</p></div>"),
    ]
    assert [each["classes"] for each in pieces("<p></p>")] == [["output"]]
