"""Every demo on its built page, in both editions and without a network: it loads, one control moves
the picture and its numbers, and the setting travels in the address into the other language.
Everything else is driven once, in test_demos.py."""

import re

import pytest

from tests.demos.driver import DemoOnPage, assert_true, listen
from tests.demos.found import SECTIONS, demo_of

pytestmark = pytest.mark.slow


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 1400}, offline=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("section", SECTIONS)
def test_a_demo_works_on_its_pages(section, page, built_site):
    errors = []
    listen(page, errors)
    page.goto((built_site / "zh" / f"{section}.html").as_uri())
    demo = DemoOnPage(page, errors, demo_of(section))
    assert demo.controls() == demo.demo.start
    demo.end()  # before the first step there may be nothing to see
    picture, numbers = demo.picture(), demo.readouts()
    demo.slide(next(iter(demo.demo.sliders)), 0.35)
    assert demo.picture() != picture and demo.readouts() != numbers
    assert_true(demo)
    _speaks(demo, "zh")
    setting = demo.controls()
    page.locator("a.edition-switch").first.click()
    page.wait_for_url("**/en/**")
    demo = DemoOnPage(page, errors, demo_of(section))
    assert demo.controls() == setting
    assert_true(demo)
    _speaks(demo, "en")
    demo.press("start_over")
    assert demo.controls() == demo.demo.start and "demo=" not in page.url


def _speaks(demo, lang: str) -> None:
    assert demo.root.get_attribute("lang") == lang
    assert bool(re.search("[\u4e00-\u9fff]", demo.status())) == (lang == "zh")
