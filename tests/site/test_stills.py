"""Demos drawn when the page is built: nothing shifts when the live one comes, and without scripts
there is a picture."""

import pytest

from tests.demos.found import SECTIONS

pytestmark = pytest.mark.slow
SIZES = {"wide": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
WATCH = """window.shifted = 0;
new PerformanceObserver((list) => { for (const each of list.getEntries()) shifted += each.value; })
  .observe({ type: "layout-shift", buffered: true });"""
SEEN = """() => {
  const demo = document.querySelector(".dlnotes-demo");
  const picture = [...demo.querySelectorAll("[data-picture]")].find((each) => each.clientWidth);
  const drawn = picture.querySelectorAll("path, circle").length > 10;
  return [drawn, picture.getAttribute("viewBox"), demo.querySelector("[data-status]").textContent];
}"""


# on a wide screen, where the frame decides, every third; the others in `make test-all`
SHOWN = [
    pytest.param(section, size, marks=[pytest.mark.long] if size == "wide" and place % 3 else [])
    for place, section in enumerate(SECTIONS)
    for size in SIZES
]


@pytest.mark.parametrize(("section", "size"), SHOWN)
def test_the_live_demo_takes_the_place_of_its_still(section, size, chromium, built_site):
    lang = "zh" if size == "wide" else "en"
    address = (built_site / lang / f"{section}.html").as_uri()
    seen = []
    for scripts in (False, True) if size == "phone" else (True,):
        context = chromium.new_context(viewport=SIZES[size], java_script_enabled=scripts)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.goto(address)
        if scripts:
            page.wait_for_selector(".dlnotes-demo[data-ready]")
            page.wait_for_timeout(100)
            assert page.evaluate("shifted") < 0.02
        assert page.locator(".demo-rail").first.is_visible() == scripts
        assert page.locator(".dlnotes-demo[data-ready]").count() == scripts
        seen.append(page.evaluate(SEEN))
        if size == "wide":
            assert_beside_nothing(page)
        elif scripts:  # in Chinese a formula breaks its line elsewhere
            page.goto((built_site / "zh" / f"{section}.html").as_uri())
            page.wait_for_selector(".dlnotes-demo[data-ready]")
            page.wait_for_timeout(100)
            assert page.evaluate("shifted") < 0.02
        context.close()
    assert seen[0][0] and seen[0] == seen[-1]


def assert_beside_nothing(page) -> None:
    """The outline of the page gives way to the demo that takes its room, and comes back."""
    outline = page.locator(".page-toc")
    page.evaluate("document.querySelector('.dlnotes-widget').scrollIntoView()")
    outline.wait_for(state="hidden")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    outline.wait_for(state="visible")
