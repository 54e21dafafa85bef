"""The game of claims on the built pages: judge first, then look; the tally stays in the browser."""

import pytest

from dlnotes.core.language import LANGUAGES

pytestmark = pytest.mark.slow
SHIFTED = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const each of list.getEntries()) sum += each.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 100);
})"""


def test_a_sentence_is_judged_before_its_verdict_is_seen(opened, built_site):
    tab = opened((built_site / "en" / "claims.html").as_uri())
    first = tab.locator("li[data-id]").first
    bar, part = (tab.locator(f".verdicts-{one}").first.bounding_box() for one in ("bar", "part"))
    assert bar["y"] + bar["height"] <= part["y"], "the bar covers nothing"
    assert (
        not first.locator("details").is_visible()
        and not first.locator(".claim-verdict").is_visible()
    )
    right = first.get_attribute("data-verdict")
    first.locator(f"[data-choice={right}]").click()
    assert first.locator(".claim-verdict").is_visible()
    assert tab.locator(".verdicts-tally").inner_text().endswith("1 as the verdict says")
    second = tab.locator("li[data-id]").nth(1)
    wrong = "true" if second.get_attribute("data-verdict") != "true" else "false"
    second.locator(f"[data-choice={wrong}]").focus()
    tab.keyboard.press("Enter")
    assert second.locator(".verdicts-yours").inner_text().startswith("You said")
    tab.reload()
    assert tab.locator(".verdicts-tally").inner_text().startswith("2 of ")
    tab.locator("[name=show]").select_option("differed")
    assert tab.locator("li[data-id]:visible").count() == 1
    assert tab.locator(".verdicts-part:visible").count() == 1
    assert tab.locator(".verdicts-count").first.inner_text().startswith("2 of ")
    tab.locator("[name=show]").select_option("open")
    assert tab.locator(".verdicts-part:not([open]):visible").count() == 0
    tab.locator(".verdicts-bar button").click()
    assert tab.locator("li[data-id] details:visible").count() == 0
    assert tab.errors == []


def test_a_chapter_opens_with_a_sentence_that_its_list_knows_as_judged(opened, built_site):
    tab = opened((built_site / "en" / "convergence" / "index.html").as_uri())
    single = tab.locator("[data-verdicts]").first
    assert single.locator(".verdicts-bar").count() == 0
    twins = tab.locator(f"li[data-id='{single.locator('li').get_attribute('data-id')}']")
    assert twins.count() == 2
    single.locator(f"[data-choice={twins.first.get_attribute('data-verdict')}]").click()
    assert [twins.nth(i).get_attribute("data-judged") for i in range(2)] == ["right", "right"]
    assert tab.locator(".verdicts-tally").inner_text().startswith("1 of ")
    tab.locator(".verdicts-bar button").click()
    assert not single.locator(".claim-verdict").is_visible() and tab.errors == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_game_comes_without_a_shift_on_a_phone(opened, built_site, lang):
    tab = opened(
        (built_site / lang / "claims.html").as_uri(), viewport={"width": 390, "height": 844}
    )
    tab.wait_for_selector(".verdicts[data-played]")
    assert tab.locator(".verdicts-bar").is_visible()
    assert tab.evaluate(SHIFTED) < 0.02


def test_without_javascript_the_verdicts_lie_behind_a_fold(opened, built_site):
    tab = opened((built_site / "zh" / "claims.html").as_uri(), java_script_enabled=False)
    first = tab.locator("li[data-id]").first
    assert not first.locator(".claim-verdict").is_visible()
    first.locator("summary").click()
    assert first.locator(".claim-verdict").is_visible()
