"""The cover in a browser: a bet, a race, a turn; its numbers are Python's."""

import re

import pytest
import torch

from dlnotes.core import palette
from dlnotes.core.language import LANGUAGES
from dlnotes.sections.index.cover import TEXT, cover, found, spaced, told
from dlnotes.sections.index.experiments import ANGLES, METHODS, START, walked

DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
PAGE = '<!doctype html><html lang="{lang}" data-theme="light"><style>{css}</style>{html}</html>'
SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const each of list.getEntries()) sum += each.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 300);
})"""


@pytest.fixture(scope="module")
def shown():
    return cover().html


@pytest.fixture
def opened(tabs, shown):
    """`opened(lang, **context)`: the cover on a bare page, its runs without the waiting."""

    def go(lang="en", **options):
        page = tabs.take(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
        css = palette.css("html", 'html[data-theme="dark"]')
        page.set_content(PAGE.format(lang=lang, css=css, html=shown[lang]))
        return page

    return go


def steps_on(page) -> dict[str, int]:
    """What the buttons say: steps by method."""
    read = "all => all.map((each) => [each.dataset.place, Number(each.dataset.steps || 0)])"
    return dict(page.eval_on_selector_all("[data-place]", read))


def steps_at(angle: int) -> dict[str, int]:
    return {name: int(each.steps[angle]) for name, each in found().items()}


def angle_of(page) -> int:
    return int(page.get_attribute("[data-handle]", "aria-valuenow"))


def told_now(page) -> str:
    return page.inner_text(".cover-said").strip()


def filled(template: str, **values) -> str:
    return spaced(template.format(**values))


@pytest.mark.parametrize("angle", [0, 1, 30, 45, 71, 90, -1, -30])
def test_the_page_counts_the_steps_that_python_counts(angle, opened):
    page = opened()
    page.click("[data-bet=adam]")
    page.focus("[data-handle]")
    for _ in range(abs(angle)):
        page.keyboard.press("ArrowUp" if angle > 0 else "ArrowDown")
    assert angle_of(page) == angle
    assert steps_on(page) == steps_at(angle % 90 if angle < 0 else angle)
    assert f" {angle}°".replace("-", "−") in told_now(page) or not angle
    assert page.errors == []


@pytest.mark.parametrize("angle", [0, 45])
def test_what_is_drawn_are_pythons_runs(angle, opened):
    page = opened()
    page.click("[data-bet=sgd]")
    if angle:
        page.click("[data-act=turn]")
    turn = torch.deg2rad(torch.tensor(float(angle), dtype=torch.float64))
    cos, sin = turn.cos(), turn.sin()
    for name, each in found().items():
        drawn = page.get_attribute(f"[data-way={name}]", "d")[1:].split("L")
        points = torch.tensor([[float(n) for n in point.split()] for point in drawn]).double()
        x, y = walked(METHODS[name], each.lr[[angle]], torch.tensor(angle), START)[0].unbind(-1)
        path = 100 * torch.stack([cos * x - sin * y, -sin * x - cos * y], -1)
        steps = int(each.steps[angle])
        torch.testing.assert_close(points[: steps + 1], path[: steps + 1], rtol=0, atol=0.0051)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_verdict_comes_when_it_is_reached_and_not_before(lang, opened):
    page = opened(lang, reduced_motion="no-preference")
    page.clock.install()
    text, steps = TEXT[lang], steps_at(0)
    page.click("[data-bet=adam]")
    page.clock.run_for(2500)
    assert re.fullmatch(text["running"].replace("{step}", r"\d+"), told_now(page))
    arrived = {name for name, count in steps_on(page).items() if count}
    assert arrived == {"adagrad"}
    page.clock.run_for(1500)
    values = {"bet": text["adam"], "place": text["places"][2], "steps": steps["adam"]}
    verdict = filled(
        text["lost"], **values, first=text["adagrad"], gap=steps["adam"] - steps["adagrad"]
    )
    assert told_now(page) == verdict
    assert not page.is_visible("[data-act=turn]")
    page.clock.run_for(1500)
    assert steps_on(page) == steps
    assert told_now(page).startswith(verdict) and "45°" in told_now(page)
    assert page.is_visible("[data-act=turn]")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_turned_by_45_degrees_the_first_is_the_last(lang, opened):
    page = opened(lang)
    page.click("[data-bet=adagrad]")
    text = TEXT[lang]
    won = filled(
        text["won"], bet=text["adagrad"], place=text["places"][0], steps=11,
        second=text["momentum"], gap=59,
    )  # fmt: skip
    assert told_now(page).startswith(won)
    page.click("[data-act=turn]")
    assert angle_of(page) == 45
    after = steps_at(45)
    assert sorted(after, key=after.get)[-1] == "adagrad" and steps_on(page) == after
    values = {"before": text["places"][0], "place": text["places"][3], "from": 11}
    assert filled(
        text["fallen"], mover=text["adagrad"], steps=after["adagrad"], **values
    ) in told_now(page)
    page.click("[data-act=turn]")
    assert angle_of(page) == 0 and steps_on(page) == steps_at(0)
    assert told_now(page).startswith(won)  # no turn, no news of one
    assert "{" not in page.inner_text("[data-cover]") and page.errors == []


def grip_of(page) -> tuple[float, float]:
    box = page.locator("[data-handle] .grip").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def way_to(page, degrees: float) -> tuple[float, float]:
    """Where the handle lies on the screen once the valley is turned."""
    find = """([cos, sin]) => {
      const to = document.querySelector(".cover-picture").getScreenCTM();
      const at = new DOMPoint(112 * cos, -112 * sin).matrixTransform(to);
      return [at.x, at.y];
    }"""
    turn = torch.deg2rad(torch.tensor(float(degrees)))
    return tuple(page.evaluate(find, [turn.cos().item(), turn.sin().item()]))


def test_mouse_finger_and_keys_turn_alike(opened):
    seen = {}
    mouse = opened()
    mouse.click("[data-bet=momentum]")
    mouse.mouse.move(*grip_of(mouse))
    mouse.mouse.down()
    mouse.mouse.move(*way_to(mouse, 30))
    mouse.mouse.move(*way_to(mouse, 45))
    mouse.mouse.up()
    seen["mouse"] = angle_of(mouse), told_now(mouse)

    finger = opened(viewport=PHONE, has_touch=True, is_mobile=True)
    finger.add_style_tag(content="body { height: 3000px }")
    finger.tap("[data-bet=momentum]")
    finger.evaluate("document.querySelector('.cover-picture').scrollIntoView()")
    session, before = finger.context.new_cdp_session(finger), finger.evaluate("scrollY")
    touch(session, "touchStart", grip_of(finger))
    for degrees in (10, 20, 30, 45):
        touch(session, "touchMove", way_to(finger, degrees))
    touch(session, "touchEnd")
    seen["finger"] = angle_of(finger), told_now(finger)
    assert finger.evaluate("scrollY") == before

    keys = opened()
    keys.click("[data-bet=momentum]")
    keys.focus("[data-handle]")
    for key in ("End", "Home", *["PageUp"] * 9):
        keys.keyboard.press(key)
    seen["keys"] = angle_of(keys), told_now(keys)
    assert set(seen.values()) == {(45, seen["keys"][1])}


def touch(session, kind: str, at: tuple[float, float] | None = None) -> None:
    points = [{"x": at[0], "y": at[1]}] if at else []
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_the_handle_comes_with_the_end_of_the_race(opened):
    page = opened()
    assert not page.is_visible("[data-handle]")
    assert set(steps_on(page).values()) == {0}
    assert page.eval_on_selector_all("[data-way][d]", "all => all.length") == 0
    page.click("[data-bet=adam]")
    assert page.is_visible("[data-handle]")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_script_there_is_a_picture_and_the_result(lang, opened):
    page = opened(lang, java_script_enabled=False)
    assert page.locator(".cover-picture ellipse").count() > 5
    assert page.locator(".cover-picture").bounding_box()["height"] > 200
    assert page.inner_text(".cover-told") == told(lang)
    assert not page.is_visible("[data-bet=adam]")
    assert all(f" {each}" in told(lang) for each in steps_at(45).values())


def test_at_every_angle_it_is_adagrad_that_falls():
    """The sentence on the turn gives a reason that holds for it alone."""
    before = sorted(METHODS, key=steps_at(0).get)
    for angle in ANGLES:
        after = sorted(METHODS, key=steps_at(angle).get)
        falls = {name: after.index(name) - before.index(name) for name in METHODS}
        assert max(falls.values()) == 0 or max(falls, key=falls.get) == "adagrad"


# ---- on the built site ---------------------------------------------------------------------------
@pytest.fixture
def built(chromium, built_site):
    contexts = []

    def go(lang, viewport, **options):
        context = chromium.new_context(viewport=viewport, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto((built_site / lang / "index.html").as_uri())
        return page

    yield go
    for context in contexts:
        context.close()


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_title_question_picture_and_bets_are_above_the_fold(lang, viewport, built):
    page = built(lang, viewport)
    bets = [f"[data-bet={name}]" for name in METHODS]
    seen = [".hero h1", ".hero > p", "[data-start]", "[data-handle] .grip", *bets]
    boxes = [page.locator(each).first.bounding_box() for each in seen]
    for box in boxes:
        assert box["y"] >= 0 and box["y"] + box["height"] <= viewport["height"]
        assert box["x"] >= 0 and box["x"] + box["width"] <= viewport["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_shifts_from_the_first_paint_to_the_last_verdict(lang, viewport, built):
    page = built(lang, viewport, reduced_motion="reduce")
    page.wait_for_selector("[data-cover][data-ready]")
    height = page.locator(".hero").bounding_box()["height"]
    for press in ("[data-bet=adam]", "[data-act=turn]"):
        page.click(press)
        assert page.locator(".hero").bounding_box()["height"] == height
    said, after = (
        page.locator(each).bounding_box() for each in (".cover-said span", ".cover-after")
    )
    assert said["y"] + said["height"] <= after["y"]
    assert page.evaluate(SHIFTS) < 0.02
