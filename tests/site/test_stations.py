"""Lists of pages as stations: what stands beside a link is what the linked page holds."""

import re
from collections import Counter

import pytest

from dlnotes.core.language import LANGUAGES
from dlnotes.core.ledger import VERDICTS, entries
from dlnotes.site import cells, search, sources
from dlnotes.site.findings import Findings
from dlnotes.site.search import read_page
from dlnotes.site.stations import furnished, minutes
from tests.conftest import ROOT

LIST = '<div class="twin" id="{kind}"></div>\n<ul class="simple">\n{items}\n</ul>'
LINKED = '<li><p><a class="reference internal" href="{href}">A</a><br/>Why?</p></li>'
FIGURE = '<figure class="book-figure"><div><svg viewBox="0 0 4 2"><path d="M0 0"/></svg></div>'
PAGE = '<html><title>A</title><article class="bd-article"><p>{words}</p>{more}</article></html>'


def written(words="one two", more=""):
    return PAGE.format(words=words, more=more)


def item(page: str) -> str:
    return re.search(r"<li.*</li>", page, re.DOTALL)[0]


def furnish(items, pages=None, *, kind="stations", name="optimizers/index", lang="en"):
    own = {name: LIST.format(kind=kind, items=items)}
    return furnished(name, (pages or {}) | own, lang)


def test_a_station_tells_what_its_page_holds():
    pages = {"optimizers/adam": written("word " * 600, FIGURE)}
    shown = item(furnish(LINKED.format(href="adam.html"), pages))
    assert 'data-station="optimizers/adam"' in shown and "<span>3 min</span>" in shown
    assert '<svg viewBox="0 0 4 2"' in shown and shown.count('href="adam.html"') == 2
    told = re.findall(r'"verdict-(\w+)".*?</span> (\d+)</span>', shown)
    counts = {verdict: int(count) for verdict, count in told}
    section = "optimizers/adam"
    assert counts == Counter(of["verdict"] for of in entries().values() if of["section"] == section)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_shapes_beside_the_stations_have_their_key_once(lang):
    items = "".join(LINKED.format(href=f"{name}.html") for name in ("adam", "momentum"))
    pages = {f"optimizers/{name}": written() for name in ("adam", "momentum")}
    shown = furnish(items, pages, lang=lang)
    key = re.findall(r'<p class="facts key">.*?</p>', shown)
    assert len(key) == 1 and shown.index(key[0]) < shown.index("data-station")
    assert all(f"{shape} {words[lang]}" in key[0] for shape, words in VERDICTS.values())
    assert "key" not in furnish("<li><p>Convergence</p></li>", lang=lang)


def test_a_chapter_tells_its_sections_and_all_their_verdicts():
    pages = {f"optimizers/{name}": written() for name in ("index", "adam", "momentum")}
    pages["optimizers/muon"] = written(more='<p class="draft">')
    shown = item(furnish(LINKED.format(href="optimizers/index.html"), pages, name="index"))
    assert "<span>2 sections</span>" in shown
    of_chapter = [each for each in entries().values() if each["section"].startswith("optimizers/")]
    assert sum(map(int, re.findall(r"</span> (\d+)</span>", shown))) == len(of_chapter)


@pytest.mark.parametrize(("lang", "words"), [("zh", "还没写"), ("en", "not written yet")])
def test_what_is_not_written_says_so_and_leads_nowhere(lang, words):
    shown = item(furnish("<li><p>Convergence</p></li>", lang=lang))
    assert shown.startswith('<li class="unwritten">') and words in shown and "href" not in shown


def test_a_door_counts_the_sentences_to_be_judged():
    said = '<p class="verdicts-said">a</p>'
    pages = {"claims": written(more=2 * said)}
    assert "2 sentences" in furnish(
        LINKED.format(href="claims.html"), pages, kind="doors", name="index"
    )


def test_any_other_list_stays_as_it_is():
    page = LIST.format(kind="reasons", items=LINKED.format(href="adam.html"))
    assert furnished("optimizers/index", {"optimizers/index": page}, "en") == page


def test_a_page_that_was_read_before_is_not_read_again(monkeypatch):
    items = LIST.format(kind="stations", items=LINKED.format(href="adam.html"))
    pages, look = {"optimizers/adam": written(), "optimizers/index": items}, Findings()
    shown = furnished("optimizers/index", pages, "en", look)
    monkeypatch.setattr(search, "BeautifulSoup", lambda *_: pytest.fail("read again"))
    assert furnished("optimizers/index", pages, "en", look) == shown and "1 min" in shown


@pytest.mark.parametrize(("lang", "words"), [("zh", "走一步" * 250), ("en", "one step " * 300)])
def test_a_page_is_read_in_so_many_minutes(lang, words):
    assert minutes(read_page(PAGE.format(words=words, more="")), lang) == 3
    assert minutes(read_page(PAGE.format(words="", more="")), lang) == 1


def test_every_chapter_begins_with_its_stations():
    """The lint holds the lists to the contents; here, that there are lists."""
    for page in [page for page in sources.pages(ROOT) if page.split("/")[-1] == "index"]:
        names = {cell["id"] for cell in cells.load(sources.notebook(ROOT, page))["cells"]}
        assert {"stations-zh", "stations-en"} <= names, page


def written_pages() -> list[str]:
    """The sections that are no drafts, in the order of the contents."""
    return [
        page
        for page in sources.pages(ROOT)
        if "/" in page
        and not page.endswith("/index")
        and not cells.is_draft(cells.load(sources.notebook(ROOT, page)))
    ]


# ---- on the built site ---------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_page_of_a_chapter_shows_a_still_of_every_section(lang, chromium, built_site):
    page = chromium.new_page()
    begun = [each for each in sources.pages(ROOT) if each.endswith("/index")]
    for chapter in (each.removesuffix("/index") for each in begun):
        page.goto((built_site / lang / chapter / "index.html").as_uri())
        stations = page.locator(".stations > li")
        linked = "all => all.map((li) => li.dataset.station).filter(Boolean)"
        found = stations.evaluate_all(linked)
        assert found == [each for each in written_pages() if each.startswith(f"{chapter}/")]
        texts = [(built_site / lang / f"{each}.html").read_text("utf-8") for each in found]
        stills = page.locator(".stations .still svg").count()
        assert stills == sum('class="book-figure' in text for text in texts) > 0
    page.close()


@pytest.mark.slow
def test_a_page_read_to_its_end_is_marked_in_this_browser(chromium, built_site):
    section = written_pages()[0]
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()

    def read() -> list[str]:
        page.goto((built_site / "en" / section).with_name("index.html").as_uri())
        return page.locator("[data-read]").evaluate_all(
            "all => all.map((li) => li.dataset.station)"
        )

    assert read() == []
    page.goto((built_site / "zh" / f"{section}.html").as_uri())
    page.wait_for_timeout(300)
    assert read() == []
    page.goto((built_site / "zh" / f"{section}.html").as_uri())
    page.locator(".prev-next-footer").scroll_into_view_if_needed()
    page.wait_for_function("localStorage.getItem('dlnotes-read')")
    assert read() == [section]
    context.close()


@pytest.mark.slow
def test_the_menu_opens_over_the_cover(chromium, built_site):
    """It has no side of its own, so the contents come as a dialog, on every screen."""
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    page.goto((built_site / "en" / "index.html").as_uri())
    page.click(".primary-toggle")
    assert page.is_visible("#pst-primary-sidebar-modal a[href='claims.html']")
    page.close()
