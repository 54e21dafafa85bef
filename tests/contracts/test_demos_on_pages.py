"""Every demo on its built page, in both editions and without a network: it loads, and one control
moves the picture and its numbers. Everything else is driven once, in test_demos.py."""

import re

import pytest

from dlnotes.core.language import LANGUAGES
from tests.demos.driver import DemoOnPage, assert_true, listen
from tests.demos.found import SECTIONS, demo_of

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("edition", LANGUAGES)
@pytest.mark.parametrize("section", SECTIONS)
def test_a_demo_works_on_its_page(section, edition, chromium, built_site):
    context = chromium.new_context(viewport={"width": 1280, "height": 1400}, offline=True)
    page, errors = context.new_page(), []
    listen(page, errors)
    page.goto((built_site / edition / f"{section}.html").as_uri())
    demo = DemoOnPage(page, errors, demo_of(section))
    assert demo.controls() == demo.demo.start
    picture, numbers = demo.picture(), demo.readouts()
    demo.slide(next(iter(demo.demo.sliders)), 0.35)
    assert demo.picture() != picture and demo.readouts() != numbers
    assert_true(demo)
    assert demo.root.get_attribute("lang") == edition
    assert bool(re.search("[\u4e00-\u9fff]", demo.status())) == (edition == "zh")
    context.close()
