"""Every demo on its built page, in both editions and without a network: it loads, the page is light
with all that it shows, one control moves the picture and its numbers, the setting travels in the
address into the other language, and the figures beside it have their room. Everything else is
driven once, in test_demos.py."""

import re

import pytest

from tests.contracts.figures import assert_wide_enough
from tests.demos.driver import DemoOnPage, assert_true, listen
from tests.demos.found import FRAME, SECTIONS, demo_of
from tests.tabs import weights

pytestmark = pytest.mark.slow
HEAVIEST = 250_000  # bytes of a page with all that it shows


@pytest.fixture
def page(tabs):
    return tabs.take(viewport={"width": 1280, "height": 1400}, offline=True)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_demo_works_on_its_pages(section, page, built_site):
    errors = []
    listen(page, errors)
    page.requests.clear()
    page.goto((built_site / "zh" / f"{section}.html").as_uri())
    demo = DemoOnPage(page, errors, demo_of(section))
    assert demo.controls() == demo.demo.start
    assert sum(weights(page.requests).values()) <= HEAVIEST
    demo.end()  # before the first step there may be nothing to see
    picture, numbers = demo.picture(), demo.readouts()
    name = next(iter(demo.demo.sliders))
    for part in (0.35, 0.85):  # with few stops one of the two may be where it starts
        if demo.controls()[name] == demo.demo.start[name]:
            demo.slide(name, part)
    assert demo.picture() != picture and demo.readouts() != numbers
    assert_true(demo)
    _speaks(demo, "zh")
    setting = demo.controls()
    page.requests.clear()
    page.locator("a.edition-switch").first.click()
    page.wait_for_url("**/en/**")
    demo = DemoOnPage(page, errors, demo_of(section))
    assert demo.controls() == setting
    assert_true(demo)
    _speaks(demo, "en")
    assert sum(weights(page.requests).values()) <= HEAVIEST
    assert_wide_enough(page)
    demo.press("start_over")
    assert demo.controls() == demo.demo.start and "demo=" not in page.url


@pytest.mark.parametrize("section", FRAME)
def test_a_link_to_a_setting_answers_no_question(section, page, built_site):
    """It shows all only where whoever copied it had been told."""
    kind, errors = demo_of(section), []
    listen(page, errors)
    name, slider = next((n, s) for n, s in kind.sliders.items() if n not in kind.apart)
    other = next(end for end in reversed(slider.ends()) if end != kind.start[name])
    mark = f"#demo={name}:{other:g}"
    at = (built_site / "en" / f"{section}.html").as_uri()
    page.goto(at + mark)
    demo = DemoOnPage(page, errors, kind)
    assert (demo.phase(), demo.verdict()) == ("asked", "")
    assert demo.root.locator(".demo-aside").is_visible()
    page.goto("about:blank")
    page.goto(f"{at}{mark},told")
    demo = DemoOnPage(page, errors, kind)
    assert demo.phase() == "free" and demo.controls()[name] == other
    assert errors == []


def _speaks(demo, lang: str) -> None:
    assert demo.root.get_attribute("lang") == lang
    assert bool(re.search("[\u4e00-\u9fff]", demo.status())) == (lang == "zh")
