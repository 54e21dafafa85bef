"""The contract of a demo: every demo that is found is read, drawn, and driven by every control.

What a demo declares is described in dlnotes/demos/demo.py. Interaction is driven in one language,
for numbers have none; what is said is read in both.
"""

import json
import random
import re
import sys

import pytest

from dlnotes.core.language import LANGUAGES
from dlnotes.core.palette import FAMILIES
from dlnotes.core.widgets import END_OF_SHARED
from dlnotes.demos.contract import toggles
from dlnotes.demos.demo import USUAL
from dlnotes.live import emit
from tests.contracts.hosts import HOSTS, dress, unreadable
from tests.contracts.presets import assert_on_record, setting
from tests.demos.driver import PHONE, STAGE, Bench, DemoOnPage, assert_fits_a_phone, assert_true
from tests.demos.found import FRAME, SECTIONS, demo_of, every

slow = pytest.mark.slow
MATHEMATICS = "sqrt|cbrt|pow|exp|expm1|log1p|sin|cos|tan|tanh|atan2?|sign"
COUNTED = "steps|rounds|epochs|examples|trials|seeds|learning rates"
DOTS = """all => all.map((dot) => {
  const { x, width } = dot.getBoundingClientRect();
  return [dot.dataset.rank, x + width / 2];
})"""
CHINESE = re.compile("[\u4e00-\u9fff]+")


# ---- read ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("section", SECTIONS)
def test_the_program_is_emitted_from_the_book(section, monkeypatch):
    """Nothing in it is written by hand but constants."""
    demo, written = demo_of(section), []

    def noted(**given):
        written.append(emit(**given))
        return written[-1]

    room = demo.__module__.removesuffix("demo")
    for name, module in list(sys.modules.items()):
        if name.startswith(room) and getattr(module, "emit", None) is emit:
            monkeypatch.setattr(module, "emit", noted)
    rest = demo.emitted()
    assert any("export function" in program for program in written)
    for program in written:
        assert program.strip() in rest
        rest = rest.replace(program.strip(), "")
    for line in filter(None, rest.splitlines()):
        assert re.fullmatch(r"export const [^(>]*;", line), line[:80]


@pytest.mark.parametrize("section", SECTIONS)
def test_the_drawing_knows_no_formula(section):
    """It computes with pixels; whatever has a name in the program is computed there."""
    demo = demo_of(section)
    own = re.sub(r"//.*", "", demo._esm.partition(END_OF_SHARED)[2])
    drawing = re.sub(r"/\*.*?\*/", "", own, flags=re.DOTALL)
    used = set(re.findall(rf"\bMath\.({MATHEMATICS})\b", drawing))
    assert used == set(demo.draws_with)
    named = [name for name, slider in demo.sliders.items() if not slider.counts()]
    named = "|".join([*named, *demo.formula])
    assert re.findall(rf".*(?:\b(?:{named}) [*/]|[*/] (?:now\.)?(?:{named})\b).*", drawing) == []


@pytest.mark.parametrize("section", SECTIONS)
def test_a_number_agrees_with_its_noun(section):
    """{steps|step|steps} and not {steps} steps, which would read “1 steps”."""
    english = json.dumps(demo_of(section).words["en"], ensure_ascii=False)
    assert re.findall(rf"\{{\w+\}} (?:{COUNTED})\b", english) == []


# ---- driven --------------------------------------------------------------------------------------
@pytest.fixture(scope="module", params=SECTIONS)
def bench(request, chromium):
    bench = Bench(chromium, demo_of(request.param))
    yield bench
    bench.close()


frame = pytest.mark.parametrize("bench", FRAME, indirect=True)


@pytest.fixture
def demo(bench):
    demo = bench.fresh()
    yield demo
    bench.wish()
    assert demo.errors == []


@slow
def test_it_shows_something_true_before_it_is_touched(demo):
    assert demo.controls() == demo.demo.start
    assert_true(demo)
    assert demo.status() and demo.picture()
    assert re.findall("undefined|NaN|null|\\[object|[{}]", demo.said()) == []


@slow
@pytest.mark.parametrize("seed", range(2))
def test_any_setting_gives_pytorchs_numbers(bench, seed):
    setting = bench.demo.random_setting(random.Random(seed))
    demo = bench.fresh(**setting)
    assert demo.controls() == json.loads(json.dumps(setting))
    assert_true(demo)


@slow
@frame
def test_every_slider_answers_to_keyboard_and_mouse(demo):
    sliders = demo.demo.sliders
    demo.answer()  # before that there may be nothing to see
    assert sorted(demo.names("input[type=range]")) == sorted(sliders)
    for name, slider in sliders.items():
        picture, numbers = demo.picture(), demo.readouts()
        for key, end in zip(("Home", "End"), slider.ends(), strict=True):
            demo.key(name, key)
            assert demo.controls()[name] == pytest.approx(end, rel=10 ** (1 - slider.digits))
        demo.slide(name, 0.35)
        value = demo.controls()[name]
        assert slider.ends()[0] < value < slider.ends()[1]
        demo.key(name, "ArrowLeft")
        assert demo.controls()[name] < value
        assert demo.picture() != picture, f"{name}: the picture did not change"
        assert demo.readouts() != numbers, f"{name}: no readout changed"
        assert_true(demo)


@slow
@frame
def test_every_choice_answers_to_mouse_and_keyboard(bench):
    choices = bench.demo.choices
    assert sorted(bench.fresh().names("input[type=radio]")) == sorted(choices)
    for name, options in choices.items():
        demo = bench.fresh()
        found = demo.control(name).evaluate_all("all => all.map(each => each.value)")
        assert found == [str(option) for option in options]
        demo.answer()
        for option in options:
            was, picture = demo.controls()[name], demo.picture()
            demo.press(name, option)
            assert demo.controls()[name] == option
            assert (demo.picture() != picture) == (was != option), f"{name}: {option}"
        assert_true(demo)  # the others are compared at random settings
        demo.page.keyboard.press("ArrowLeft")
        assert demo.controls()[name] == options[-2]
        assert demo.errors == []


@slow
@frame
def test_every_box_and_button_answers(bench):
    boxes, buttons = toggles(bench.demo), bench.demo.buttons
    assert bench.fresh().names("input[type=checkbox]") == boxes
    assert set(bench.fresh().names(".demo-buttons button")) - {"run", "step"} == {*buttons}
    for name, sets in ({box: (box,) for box in boxes} | buttons).items():
        demo = bench.fresh()
        demo.answer()
        for preset in bench.demo.presets:  # until it is of use
            if demo.control(name).is_enabled():
                break
            demo.press(preset)
        before, picture = demo.controls(), demo.picture()
        demo.press(name)
        now = demo.controls()
        assert {each for each in now if now[each] != before[each]} - {demo.demo.time} == set(sets)
        assert demo.picture() != picture, f"{name}: the picture did not change"
        assert_true(demo)


@slow
def test_every_preset_sets_what_is_on_record_and_is_left(demo):
    """Wherever one comes from: other presets, or sliders that have been moved."""
    presets, sliders = demo.demo.presets, demo.demo.sliders
    assert demo.names(".demo-presets button") == list(presets)
    for name in sliders:
        demo.slide(name, 0.35)
    found = {}
    for name in presets:
        picture = demo.picture()
        demo.press(name)
        assert demo.pressed() == [name]
        assert demo.picture() != picture, f"{name}: the picture did not change"
        assert_true(demo)
        found[name] = setting(demo)
    assert_on_record(demo.demo, found)
    for name in sliders:
        demo.slide(name, 0.35)
    assert demo.pressed() == []


@slow
def test_a_dot_named_after_a_readout_stands_where_its_number_is(demo):
    """Equal distances on the page are equal differences of the numbers."""
    values, dots = demo.readouts(), demo.root.locator("[data-rank]").evaluate_all(DOTS)
    placed = sorted((values[name], x, name) for name, x in dots)
    for value, x, name in placed:
        (low, left, _), (high, right, _) = placed[0], placed[-1]
        wanted = left + (value - low) / (high - low) * (right - left)
        assert x == pytest.approx(wanted, abs=0.5), name


@slow
def test_every_handle_follows_mouse_and_keys(bench):
    handles = bench.demo.handles
    found = bench.fresh().root.locator("[data-handle]")
    assert set(found.evaluate_all("all => all.map(each => each.dataset.handle)")) == {*handles}
    for name, (dx, dy, sets) in handles.items():
        demo = bench.fresh()
        start, picture = demo.controls(), demo.picture()
        demo.drag(name, dx, dy)
        dragged = demo.controls()
        changed = {each for each in start if dragged[each] != start[each]}
        assert set(sets) <= changed <= {*sets, "now"}, name
        assert demo.picture() != picture, f"{name}: the picture did not change"
        assert_true(demo)
        for far, keys in ((dx, ("ArrowLeft", "ArrowRight")), (dy, ("ArrowUp", "ArrowDown"))):
            before = demo.controls()
            if far:  # back on the way it came
                demo.page.keyboard.press(keys[far < 0])
                assert demo.controls() != before, f"{name}: no answer to {keys[far < 0]}"
        assert_true(demo)


@slow
@frame
def test_a_finger_leads_a_handle_where_the_mouse_does(bench):
    for name, (dx, dy, _) in bench.demo.handles.items():
        reached = []
        for lead in (DemoOnPage.drag, DemoOnPage.swipe):
            demo = bench.fresh()
            lead(demo, name, dx, dy)
            reached.append(demo.controls())
        assert reached[0] == reached[1] != bench.demo.start, name


@slow
@frame
def test_time_steps_runs_rests_and_goes_back(demo):
    if demo.demo.timeless:
        assert demo.control("run").count() == 0
        return
    first = demo.controls()
    demo.press("step")
    stepped = demo.controls()
    assert stepped != first
    assert_true(demo)
    demo.press("run")
    assert demo.control("run").inner_text() == demo.words["pause"]
    moved = "was => JSON.stringify(document.querySelector('.dlnotes-demo').controls) != was"
    demo.page.wait_for_function(moved, arg=_json(demo))
    demo.press("run")
    assert demo.control("run").inner_text() == demo.words["run"]
    rests = demo.controls()
    assert_true(demo)
    demo.page.wait_for_timeout(100)
    assert demo.controls() == rests


@slow
@frame
def test_run_and_step_begin_again_at_the_end(demo):
    if demo.demo.timeless:
        return
    demo.end()
    end = demo.controls()
    assert_true(demo)
    demo.press("step")
    again = demo.controls()
    assert again != end
    assert_true(demo)
    demo.end()
    assert demo.controls() == end
    demo.press("run")
    demo.page.wait_for_function(
        "was => JSON.stringify(document.querySelector('.dlnotes-demo').controls) != was",
        arg=_json(demo),
    )


@slow
@pytest.mark.parametrize("bench", every(2), indirect=True)
def test_on_a_phone_it_asks_keeps_the_answer_back_and_tells_it(bench):
    assert_asks_and_tells(bench, "zh", PHONE)


@slow
@pytest.mark.parametrize("bench", every(2, begin=1), indirect=True)
def test_on_the_stage_it_asks_keeps_the_answer_back_and_tells_it(bench):
    assert_asks_and_tells(bench, "en", STAGE)


def assert_asks_and_tells(bench, lang, width):
    """The answer is PyTorch's, whatever one guesses; and nothing changes its height."""
    if not bench.demo.guesses:
        return
    answer, words = bench.demo.answer(), bench.demo.words[lang]
    demo = bench.fresh(lang, width=width)
    heights = {_height(demo)}
    for name in sorted(bench.demo.guesses, key=lambda name: name == answer):
        assert (demo.phase(), demo.verdict()) == ("asked", "")
        assert demo.root.locator(".demo-ask").inner_text() == words["ask"]
        bench.wish(motion=False)
        demo.guess(name)
        bench.wish()
        assert demo.phase() == "played"
        assert demo.root.locator("[data-answer]").get_attribute("data-answer") == answer
        assert words[answer] in demo.verdict()
        assert_true(demo)
        heights.add(_height(demo))
        demo.press("start_over")
        assert demo.controls() == json.loads(json.dumps(bench.demo.start))
    heights.add(_height(demo))
    assert max(heights) - min(heights) < 1
    assert width == PHONE or max(heights) <= 620
    assert demo.errors == []


@slow
def test_before_a_guess_no_control_tells_the_answer(bench):
    """At another setting the question waits, with its guesses and a line that leads back."""
    if not bench.demo.guesses:
        return
    demo, answer = bench.fresh(width=STAGE), bench.demo.answer()
    played = {bench.demo.time, *bench.demo.apart}
    for touch, sets in touches(demo):
        if played.isdisjoint(sets):
            touch()
            assert_asked(demo)
    demo.press("start_over")
    assert demo.phase() == "asked" and not demo.root.locator(".demo-aside").is_visible()
    demo.slide(next(iter(bench.demo.sliders)), 0.65)
    if not bench.demo.timeless:
        demo.end()
    assert_asked(demo)
    bench.wish(motion=False)
    demo.guess(answer)
    bench.wish()
    left = {each: value for each, value in demo.controls().items() if each not in played}
    assert left == {each: json.loads(json.dumps(bench.demo.start[each])) for each in left}
    assert demo.phase() == "played" and bench.demo.words["en"][answer] in demo.verdict()
    assert_true(demo)


def touches(demo):
    """What one can do before a guess, by every control that is there; and what it sets."""
    kind = demo.demo
    for name in kind.sliders:
        yield (lambda name=name: demo.slide(name, 0.65)), (name,)
    for name, options in kind.choices.items():
        yield (lambda name=name, options=options: demo.press(name, options[-1])), (name,)
    for name, sets in {each: (each,) for each in toggles(kind)}.items() | kind.buttons.items():
        if demo.control(name).is_enabled():
            yield (lambda name=name: demo.press(name)), sets
    for name, (dx, dy, sets) in kind.handles.items():
        if demo.handle(name).is_visible():
            yield (lambda name=name, dx=dx, dy=dy: demo.drag(name, dx / 3, dy / 3)), sets


def assert_asked(demo) -> None:
    """The question stands there with every guess, and says how to come back to its setting."""
    assert (demo.phase(), demo.verdict()) == ("asked", "")
    assert demo.root.locator(".demo-ask").is_visible()
    for name in demo.demo.guesses:
        assert demo.root.locator(f"[data-guess={name}]").is_visible()
    assert demo.root.locator(".demo-aside").inner_text() == USUAL["en"]["elsewhere"]
    assert not demo.root.locator(".demo-told").is_visible()
    assert demo.errors == []


def _height(demo) -> float:
    return demo.root.bounding_box()["height"]


@slow
@frame
def test_every_setting_has_a_way_back(demo):
    start = demo.controls()
    for name in demo.demo.sliders:
        before = demo.controls()
        demo.slide(name, 0.35)
        if demo.controls() != before:
            demo.press("undo")
            assert demo.controls() == before
            assert_true(demo)
            demo.slide(name, 0.35)
    demo.press("start_over")
    assert demo.controls() == start
    assert_true(demo)


def _json(demo) -> str:
    return demo.root.evaluate("root => JSON.stringify(root.controls)")


@slow
@frame
def test_a_reader_who_wants_no_motion_gets_the_end_at_once(bench, demo):
    if demo.demo.timeless:
        return
    bench.wish(motion=False)
    first = demo.controls()
    demo.press("run")
    assert demo.control("run").inner_text() == demo.words["run"]
    end = demo.controls()
    assert end != first
    assert_true(demo)
    demo.page.wait_for_timeout(50)
    assert demo.controls() == end


# ---- looked at and listened to -------------------------------------------------------------------
@slow
@frame
def test_in_chinese_it_fits_a_phone(bench):
    demo = bench.fresh("zh", width=PHONE)
    assert_fits_a_phone(demo)
    assert_words_open_their_panels(demo)


@slow
def test_in_english_it_fits_a_phone_and_a_finger(bench):
    demo = bench.fresh("en", width=PHONE)
    assert_fits_a_phone(demo)
    assert_words_open_their_panels(demo)
    for name, (dx, dy, sets) in [*bench.demo.handles.items()][:1]:
        before = demo.controls()
        demo.swipe(name, 0.5 * dx, 0.5 * dy)
        now = demo.controls()
        assert any(now[each] != before[each] for each in sets)
        assert_true(demo)


def assert_words_open_their_panels(demo) -> None:
    """What is to be tried next, or has been told, is not behind a closed tab without a way."""
    demo.answer()
    tabs = demo.root.locator("[data-panel]").evaluate_all(
        "all => all.map(tab => tab.dataset.panel)"
    )
    spoken = demo.root.locator(".demo-told [data-opens]")
    for word in spoken.all():
        name = word.get_attribute("data-opens")
        assert name in tabs
        word.click()
        assert demo.root.locator(f"[data-panel={name}]").get_attribute("aria-pressed") == "true"
    assert_all_presets_are_seen(demo)
    text = demo.root.locator(".demo-told").inner_text()
    assert "{" not in text
    tried = demo.root.locator(".demo-try").text_content()
    later = [demo.words[name] for name in tabs[1:] if demo.words[name] in tried]
    assert later == [word.inner_text() for word in spoken.all() if word.inner_text() in later]
    demo.press("start_over")


def assert_all_presets_are_seen(demo) -> None:
    """None beyond the edge, in three rows at most."""
    row = demo.root.locator(".demo-presets").bounding_box()
    assert row["height"] <= 120
    for preset in demo.root.locator(".demo-presets button").all():
        box = preset.bounding_box()
        assert box["x"] + box["width"] <= row["x"] + row["width"] <= PHONE


@slow
@frame
def test_it_is_dark_in_the_dark_and_a_still_on_paper(bench, demo):
    """Every family of methods has the palette's color, on screen in both themes and on paper."""
    found = {}
    for theme, wish in {"light": {}, "dark": {"dark": True}, "paper": {"paper": True}}.items():
        bench.wish(**wish)
        found[theme] = demo.colors(FAMILIES)
    assert found["light"] and found["paper"] == found["light"]
    for name in found["light"]:
        for theme, color in zip(("light", "dark"), FAMILIES[name], strict=True):
            assert f"rgb{_rgb(color)}" in found[theme][name], f"{name} in the {theme}"
    assert not demo.root.locator(".demo-rail").is_visible()
    assert demo.root.locator("[data-picture]").is_visible()


def _rgb(color: str) -> tuple[int, ...]:
    return tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))


@slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_part_has_its_words(bench, lang):
    demo, words = bench.fresh(lang), bench.demo.words[lang]
    assert demo.root.get_attribute("aria-label") == words["title"]
    assert demo.root.locator("[data-picture]").get_attribute("aria-label") == words["picture"]
    panels = {name: words[name] for name in re.findall(r"\{(\w+)\}", words["try"])}
    assert demo.root.locator(".demo-try").text_content() == demo.phrase("try", **panels)
    for name in bench.demo.handles:
        assert demo.handle(name).get_attribute("aria-label") == words[name]
        assert demo.handle(name).get_attribute("aria-valuetext"), name
    for name in bench.demo.sliders:
        assert demo.control(name).evaluate("input => input.labels[0].textContent") == words[name]
        assert demo.control(name).get_attribute("aria-valuetext"), name
    for name in [*bench.demo.presets, *bench.demo.buttons]:
        assert demo.control(name).text_content() == words[name]


@slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_speaks_the_readers_language_alone(bench, lang):
    """Whatever is said stands among the words, so that no other language hides in the drawing."""
    demo = bench.fresh(lang)
    assert bool(CHINESE.search(demo.status())) == (lang == "zh")
    words = bench.demo.words[lang]
    known = json.dumps(words, ensure_ascii=False) + demo.phrase("try")
    said = re.findall("[a-zA-Z]{2,}|[\u4e00-\u9fff]+", demo.said())
    assert [part for part in said if part not in known] == []


@slow
@frame
def test_it_can_be_read_in_every_front_end(bench):
    """Its colors, which no language changes."""
    demo, faults = bench.fresh(), {}
    for name in HOSTS:
        dress(demo.page, name, "cell-output-ipywidget-background")
        faults |= {name: found} if (found := unreadable(demo.root, name)) else {}
    dress(demo.page, "exported", "")
    assert faults == {}, json.dumps(faults, indent=1)
