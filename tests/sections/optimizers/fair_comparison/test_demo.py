"""The fair-comparison explorer: its numbers, its words, and every control in a real browser."""

import random

import pytest
import torch

from dlnotes.live import emit
from dlnotes.sections.optimizers.fair_comparison import demo as module
from dlnotes.sections.optimizers.fair_comparison.demo import TEXT, FairComparisonDemo, readouts
from dlnotes.sections.optimizers.fair_comparison.experiments import (
    ENTRANTS,
    LRS,
    chances,
    ranks,
    recorded,
    tuned,
)
from tests.demos.driver import (
    assert_fits_a_phone,
    assert_same,
    bare_page,
    colors_in_both_themes,
    opened,
)

slow = pytest.mark.slow
WHOLE = ("level", "runs")
START = FairComparisonDemo.start


# ---- numbers and words ---------------------------------------------------------------------------
def test_both_languages_say_the_same_things():
    assert TEXT["zh"].keys() == TEXT["en"].keys()
    for name, words in TEXT["zh"].items():
        holes = [
            sorted(part.split("}")[0] for part in str(text).split("{")[1:])
            for text in (words, TEXT["en"][name])
            if isinstance(words, str)
        ]
        assert len(set(map(tuple, holes))) <= 1, name


def test_the_program_is_emitted_from_the_book():
    functions = {function.__name__: function for function in module.EMITTED}
    program = FairComparisonDemo.emitted()
    assert program.startswith(emit(shapes=module.SHAPES, **functions))
    assert len(program) < 150_000


def test_the_drawing_ranks_and_averages_nothing_by_itself():
    source = FairComparisonDemo.stem.with_suffix(".js").read_text("utf-8")
    for name in ("Math.exp", "comb(", "/ now.seeds", "sum / "):
        assert name not in source


@pytest.mark.parametrize("trials", [1, 2, 7, 21])
def test_chances_and_places_are_the_librarys(trials):
    found = module.chance(torch.tensor(float(trials)).double(), torch.tensor(21.0).double())
    assert torch.allclose(found[:21], chances(trials, 21), rtol=1e-12)
    assert not found[21:].any()
    scores = recorded()["digits"]["adam"]
    inside = torch.tensor([float(rate <= 1.001) for rate in LRS], dtype=torch.float64)
    place = module.places(scores.validation.T, inside)
    assert torch.equal(place[:, :21].long(), ranks(scores.validation[:21]).T)
    assert (place[:, 21:] == len(LRS)).all()


def test_readouts_come_from_the_record():
    found = readouts(**START | {"setting": "tuned"})
    for name, scores in recorded()["digits"].items():
        assert found[name] == pytest.approx(tuned(scores).mean().item())
    assert found["level"] == 7 and found["runs"] == 7 * 33 * 10
    assert found["gap"] < 0.005
    assert readouts(**START)["gap"] > 0.8


# ---- in the browser ------------------------------------------------------------------------------
@pytest.fixture(params=["zh", "en"])
def demo(request, chromium):
    with opened(chromium, bare_page(FairComparisonDemo(), request.param)) as found:
        found.text = TEXT[request.param]
        yield found
        assert found.errors == []


def assert_true(demo) -> dict[str, float]:
    """What is shown is what the library computes."""
    expected = readouts(**demo.controls())
    assert_same(demo.readouts(), expected, whole=WHOLE)
    return expected


@slow
def test_it_shows_something_true_before_it_is_touched(demo):
    assert demo.controls() == START
    expected = assert_true(demo)
    assert f"{expected['rmsprop']:.3f}" in demo.status()
    assert demo.text["adadelta"] in demo.status()
    assert demo.root.locator("[data-rank]").count() == len(ENTRANTS)


@slow
@pytest.mark.parametrize("seed", range(6))
def test_any_setting_gives_pytorchs_numbers(chromium, seed):
    draw = random.Random(seed)
    setting = {
        "task": draw.choice(["digits", "words", "trap"]),
        "setting": draw.choice(["same", "own", "tuned", "tuned"]),
        "lr": draw.choice(LRS),
        "trials": draw.choice(module.TRIALS),
        "top": draw.choice(module.TOPS),
        "seeds": draw.randint(1, 10),
        "first": draw.randint(0, 9),
    }
    with opened(chromium, bare_page(FairComparisonDemo(**setting), "en")) as demo:
        assert demo.controls() == setting
        assert_true(demo)
        assert demo.errors == []


@slow
@pytest.mark.parametrize("name", ["lr", "trials", "top", "seeds", "first"])
def test_a_slider_answers_to_keyboard_and_mouse(demo, name):
    demo.press("setting", "tuned")
    before, value = demo.picture(), demo.controls()[name]
    key = "ArrowRight" if name in ("lr", "first") else "ArrowLeft"
    demo.key(name, key, key)
    assert demo.controls()[name] != value
    assert demo.picture() != before or name == "first"  # all ten seeds are shown already
    assert_true(demo)
    demo.slide(name, 0.4)
    assert_true(demo)


@slow
def test_tasks_and_ways_to_tune(demo):
    for task in ("words", "trap", "digits"):
        for setting in ("own", "tuned", "same"):
            before = demo.picture()
            demo.press("task", task)
            demo.press("setting", setting)
            assert demo.picture() != before
            assert_true(demo)


@slow
@pytest.mark.parametrize(
    ("preset", "leader"),
    [
        ("all_same", "rmsprop"),
        ("all_own", "rmsprop"),
        ("each_tuned", "adadelta"),
        ("three", "adadelta"),
    ],
)
def test_presets_stage_the_claims(demo, preset, leader):
    demo.press(preset)
    expected = assert_true(demo)
    assert max(ENTRANTS, key=expected.get) == leader
    assert demo.text[leader] in demo.status().split("；")[0].split(";")[0]
    assert demo.control(preset).get_attribute("aria-pressed") == "true"


@slow
def test_one_seed_gives_another_order_than_the_next(demo):
    demo.press("each_tuned")
    demo.press("one_seed")
    orders = set()
    for _ in range(4):
        expected = assert_true(demo)
        orders.add(tuple(sorted(ENTRANTS, key=expected.get)))
        demo.key("first", "ArrowRight")
    assert len(orders) > 2
    assert demo.text["said_alone"] in demo.status()


@slow
def test_both_lines_can_be_dragged_and_moved_by_keys(demo):
    demo.drag("lr_line", 90, 0)
    assert demo.controls()["lr"] == pytest.approx(0.01, rel=0.5)
    assert_true(demo)
    demo.page.keyboard.press("ArrowRight")
    assert_true(demo)
    demo.drag("trials_line", -200, 0)
    assert demo.controls()["setting"] == "tuned" and demo.controls()["trials"] < 12
    assert_true(demo)
    demo.page.keyboard.press("ArrowLeft")
    assert_true(demo)


@slow
def test_on_a_phone_it_fits_and_can_be_read(chromium):
    with opened(chromium, bare_page(FairComparisonDemo(), "zh"), width=390, touch=True) as demo:
        assert_fits_a_phone(demo)
        before = demo.controls()
        demo.swipe("lr_line", 60, 0)
        assert demo.controls()["lr"] > before["lr"]
        assert_true(demo)
        assert demo.errors == []


@slow
def test_it_is_dark_in_the_dark_and_a_still_on_paper(chromium):
    colors = colors_in_both_themes(chromium, FairComparisonDemo(), "path.adam")
    assert len(set(colors)) == 2


@slow
def test_a_screen_reader_finds_every_part(demo):
    words = demo.text
    assert demo.root.locator("[data-picture]").get_attribute("aria-label") == words["picture"]
    for name in ("lr_line", "trials_line"):
        assert demo.handle(name).get_attribute("aria-label") == words[name]
        assert demo.handle(name).get_attribute("aria-valuetext")
    for name in ("lr", "trials", "top", "seeds", "first"):
        assert demo.page.get_by_label(words[name], exact=True).count() >= 1
