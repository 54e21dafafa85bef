"""Nobody is kept out: axe-core finds nothing serious on any kind of page, in either theme."""

import pytest

from dlnotes.core.language import LANGUAGES
from dlnotes.site.assets import modules
from tests.site.small_book import ROOT

pytestmark = pytest.mark.slow
TEMPLATES = {
    "a section with its demo": "optimizers/gradient_descent",
    "a chapter": "optimizers/index",
    "the claims as a game": "claims",
    "the cover": "index",
    "the guide for teachers": "teaching",
    "the references": "references",
    "the search": "search",
}
OPENED = "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
AXE = """async (rules) => {
  const only = rules.length ? { runOnly: { type: "rule", values: rules } } : {};
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...only });
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).flatMap(
    ({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
      `${id}: ${target.join(" ")}: ${failureSummary.split("\\n").at(-1).trim()}`));
}"""
THEMES = "(theme) => { document.documentElement.dataset.theme = theme; }"


@pytest.fixture(scope="module")
def axe(built_site):
    return modules(ROOT, ROOT / "_build" / "work") / "axe-core" / "axe.min.js"


def found(tab, axe) -> dict[str, list[str]]:
    """What is serious in the light, all of it, and in the dark, where only colors differ."""
    tab.add_script_tag(path=axe)
    faults = {}
    for theme, rules in (("light", []), ("dark", ["color-contrast", "link-in-text-block"])):
        tab.evaluate(THEMES, theme)
        faults |= {theme: some} if (some := tab.evaluate(AXE, rules)) else {}
    return faults


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", TEMPLATES.values(), ids=TEMPLATES)
def test_axe_finds_nothing_serious(opened, built_site, axe, lang, page):
    tab = opened((built_site / lang / f"{page}.html").as_uri(), reduced_motion="reduce")
    tab.evaluate(OPENED)
    assert found(tab, axe) == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_serious_in_the_open_search(opened, built_site, axe, lang):
    tab = opened((built_site / lang / "index.html").as_uri(), reduced_motion="reduce")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("Adam")
    tab.wait_for_selector("#search-dialog .search-summary")
    assert found(tab, axe) == {}


def test_faint_code_would_be_seen(opened, built_site, axe):
    tab = opened((built_site / "en" / "optimizers" / "momentum.html").as_uri())
    tab.add_style_tag(content=".highlight .n { color: #999 !important }")
    assert "color-contrast" in found(tab, axe)["light"][0]
