"""Every page of the book on a phone, in both editions, from the disk and without a network: it asks
nobody for anything, complains of nothing, and is no wider than the screen; what it shows is shown,
nothing shifts when the live demo comes, and the letters of its figures are large enough."""

import re

import pytest
from playwright.sync_api import expect

from dlnotes.core.language import LANGUAGES
from tests.conftest import ROOT
from tests.contracts.figures import assert_wide_enough
from tests.demos.driver import listen

PHONE = {"width": 390, "height": 844}
BOOK = ROOT / "book"
PAGES = sorted(
    path.relative_to(BOOK).with_suffix("").as_posix()
    for kind in ("ipynb", "md")
    for path in BOOK.rglob(f"*.{kind}")
)
SEARCH = "search"  # the one page that is made and not written
COMES = {".dlnotes-widget": "data-shown", ".dlnotes-demo": "data-ready"}
SHOWN = ".dlnotes-widget[data-shown]"
VIEWS = 'script[type="application/vnd.jupyter.widget-view+json"]'
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WATCH = """window.shifted = 0;
new PerformanceObserver((list) => { for (const each of list.getEntries()) shifted += each.value; })
  .observe({ type: "layout-shift", buffered: true });"""


@pytest.fixture
def phone(chromium):
    """A new context of the browser: what was seen before does not count."""
    context = chromium.new_context(viewport=PHONE, offline=True)
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [*PAGES, SEARCH])
def test_a_page_is_itself_on_a_phone(name, lang, phone, built_site):
    errors, asked = [], []
    listen(phone, errors)
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto((built_site / lang / f"{name}.html").as_uri())
    for selector, sign in COMES.items():
        for each in phone.locator(selector).all():
            expect(each).to_have_attribute(sign, re.compile("."))
    phone.wait_for_timeout(100)
    assert phone.evaluate("shifted") < 0.02
    assert phone.locator(SHOWN).count() == phone.locator(VIEWS).count()
    assert phone.evaluate(OVER) <= 0
    assert_wide_enough(phone)
    here = (f"{built_site.as_uri()}/", "blob:", "data:")
    assert [url for url in asked if not url.startswith(here)] == []
    assert errors == []


def test_no_page_is_left_out(built_site):
    for lang in LANGUAGES:
        made = (built_site / lang).rglob("*.html")
        names = {path.relative_to(built_site / lang).with_suffix("").as_posix() for path in made}
        assert names == {*PAGES, SEARCH}
