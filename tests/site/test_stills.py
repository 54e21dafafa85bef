"""Demos drawn when the page is built: without scripts there is a picture, and nothing shifts when
the live one comes (on a phone this is held for every page, in test_every_page.py)."""

import pytest

from tests.demos.found import FRAME

pytestmark = pytest.mark.slow
SIZES = {"wide": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
WATCH = """window.shifted = 0;
new PerformanceObserver((list) => { for (const each of list.getEntries()) shifted += each.value; })
  .observe({ type: "layout-shift", buffered: true });"""
SEEN = """() => {
  const demo = document.querySelector(".dlnotes-demo");
  const picture = [...demo.querySelectorAll("[data-picture]")].find((each) => each.clientWidth);
  const drawn = picture.querySelectorAll("path, circle, text").length > 10;
  return [drawn, picture.getAttribute("viewBox"), demo.querySelector("[data-status]").textContent];
}"""


def shown(opened, address: str):
    """A page whose live demo has come, with nothing shifted."""
    opened.add_init_script(WATCH)
    page = opened.new_page()
    page.goto(address)
    page.wait_for_selector(".dlnotes-demo[data-ready]")
    page.wait_for_timeout(100)
    assert page.evaluate("shifted") < 0.02
    assert page.locator(".demo-rail").first.is_visible()
    return page


@pytest.fixture
def context(chromium):
    """A new context of the browser for every page: what was seen before does not count."""
    made = []

    def new(size: str, *, scripts: bool = True):
        made.append(chromium.new_context(viewport=SIZES[size], java_script_enabled=scripts))
        return made[-1]

    yield new
    for each in made:
        each.close()


@pytest.mark.parametrize("section", FRAME)
def test_without_scripts_there_is_the_picture_of_the_live_demo(section, context, built_site):
    address = (built_site / "en" / f"{section}.html").as_uri()
    still = context("phone", scripts=False).new_page()
    still.goto(address)
    assert not still.locator(".demo-rail").first.is_visible()
    assert still.locator(".dlnotes-demo[data-ready]").count() == 0
    seen = still.evaluate(SEEN)
    assert seen[0] and seen == shown(context("phone"), address).evaluate(SEEN)


@pytest.mark.parametrize("section", FRAME)
def test_on_a_wide_screen_the_demo_takes_its_room(section, context, built_site):
    page = shown(context("wide"), (built_site / "zh" / f"{section}.html").as_uri())
    assert page.evaluate(SEEN)[0]
    assert_beside_nothing(page)


def assert_beside_nothing(page) -> None:
    """The outline of the page gives way to the demo that takes its room, and comes back."""
    outline = page.locator(".page-toc")
    page.evaluate("document.querySelector('.dlnotes-widget').scrollIntoView()")
    outline.wait_for(state="hidden")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    outline.wait_for(state="visible")
