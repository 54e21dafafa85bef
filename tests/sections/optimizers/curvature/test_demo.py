"""The demo on curvature: its words, its program, and the page in a real browser."""

import random

import pytest
import torch

from dlnotes.live import emit
from dlnotes.optimizers import sgd
from dlnotes.optimizers.curvature import saddle_free_step
from dlnotes.optimizers.newton import newton_step
from dlnotes.sections.optimizers.curvature import demo as module
from dlnotes.sections.optimizers.curvature.demo import TEXT, VALUES, CurvatureDemo, readouts
from dlnotes.training.surfaces.landscapes import Landscape
from tests.demos.driver import (
    assert_fits_a_phone,
    assert_same,
    bare_page,
    colors_in_both_themes,
    opened,
)

slow = pytest.mark.slow
WHOLE = ("steps", "plain_steps", "now")
POINTS = [(0.2, 0.4), (-1.1, 0.7), (1.4, -1.2), (-0.3, -0.2)]


def numbers(*values: float) -> list[torch.Tensor]:
    return [torch.tensor(value, dtype=torch.float64) for value in values]


# ---- numbers and words ---------------------------------------------------------------------------
def test_both_languages_say_the_same_things():
    assert TEXT["zh"].keys() == TEXT["en"].keys()
    for name, words in TEXT["zh"].items():
        holes = [
            sorted(part.split("}")[0] for part in text.split("{")[1:])
            for text in (words, TEXT["en"][name])
        ]
        assert holes[0] == holes[1], name


def test_the_program_is_emitted_from_the_book():
    program = CurvatureDemo.emitted()
    assert program.startswith(emit(**module.EMITTED))
    for name in module.EMITTED:
        assert f"export function {name}(" in program


def test_the_drawing_calls_the_program_and_knows_no_formula():
    source = CurvatureDemo.stem.with_suffix(".js").read_text("utf-8")
    for name in ("Math.sqrt", "Math.pow", "gx *", "xx *", "damping *", "lr *"):
        assert name not in source


@pytest.mark.parametrize("terrain", VALUES)
@pytest.mark.parametrize("point", POINTS)
def test_a_bend_is_height_gradient_and_hessian(terrain, point):
    land, where = Landscape(VALUES[terrain], (0.0, 0.0)), torch.tensor(point, dtype=torch.float64)
    b = module.EMITTED[f"{terrain}_bend"](*numbers(*point))
    assert b["value"] == land(where)
    assert torch.allclose(torch.stack([b["gx"], b["gy"]]), land.gradient(where), rtol=1e-13)
    matrix = torch.stack([torch.stack([b["xx"], b["xy"]]), torch.stack([b["xy"], b["yy"]])])
    assert torch.allclose(matrix, land.hessian(where), rtol=1e-13)
    of = module.curvatures(b["xx"], b["xy"], b["yy"])
    exact = torch.linalg.eigvalsh(matrix)
    assert torch.allclose(torch.stack([of["low"], of["high"]]), exact, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("damping", [0.0, 0.7, 5.0])
@pytest.mark.parametrize("terrain", VALUES)
@pytest.mark.parametrize("point", POINTS)
def test_steps_are_those_of_the_library(terrain, point, damping):
    land, where = Landscape(VALUES[terrain], (0.0, 0.0)), torch.tensor(point, dtype=torch.float64)
    b = module.EMITTED[f"{terrain}_bend"](*numbers(*point))
    for matrix, step in ((module.signed, newton_step), (module.absolute, saddle_free_step)):
        m = matrix(b["xx"], b["xy"], b["yy"], *numbers(damping))
        d = module.newton(b["gx"], b["gy"], m["xx"], m["xy"], m["yy"])
        exact = step(land.gradient(where), land.hessian(where), damping=damping)
        assert torch.allclose(torch.stack([d["dx"], d["dy"]]), exact, rtol=1e-9, atol=1e-12)
        # there the model is flat, and has half of what the slope promises
        flat = module.height(*(b[k] for k in ("value", "gx", "gy")), *m.values(), *d.values())
        assert flat - b["value"] == pytest.approx((land.gradient(where) @ exact).item() / 2)


def test_descent_is_the_rule():
    (grad, lr), fresh = numbers(0.7, 0.3), sgd.init(torch.zeros(()))
    moved = module.descent(grad, -grad, lr)
    assert moved["dx"] == sgd.update(grad, fresh, grad, lr=lr)[0] == -moved["dy"]


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ((0, 0, 0, 0, 2, 0, 3), "minimum"),
        ((0, 0, 0, 0, 2, 0, -3), "saddle_point"),
        ((0, 0, 0, 0, -2, 0, -3), "maximum"),
        ((0, 0, 1, 0, 2, 0, 3), "going"),
        ((2e6, 0, 1, 0, 2, 0, 3), "lost"),
        ((float("nan"), 0, 1, 0, 2, 0, 3), "lost"),
    ],
)
def test_a_verdict_names_what_is_there(state, kind):
    assert module.KINDS[int(module.verdict(*numbers(*state)))] == kind


def test_readouts_of_the_pass():
    found = readouts(**CurvatureDemo.start)
    assert found["steps"] == 4
    assert found["promised"] < 0 and found["got"] < 0
    assert (found["low"], found["high"]) == pytest.approx((6 * 0.4**2 - 2, 2))


# ---- in the browser ------------------------------------------------------------------------------
@pytest.fixture(params=["zh", "en"])
def demo(request, chromium):
    with opened(chromium, bare_page(CurvatureDemo(), request.param)) as found:
        found.text = TEXT[request.param]
        yield found
        assert found.errors == []


def assert_true(demo) -> dict[str, float]:
    """What is shown is what the library computes."""
    expected = readouts(**demo.controls())
    assert_same(demo.readouts(), expected, whole=WHOLE)
    return expected


def hatched(demo) -> bool:
    """Whether starts away from the middle line are hatched, as the label on the picture says."""
    return demo.text["hatched"] in demo.root.locator("[data-picture]").text_content()


@slow
def test_it_shows_something_true_before_it_is_touched(demo):
    assert demo.controls() == CurvatureDemo.start
    assert_true(demo)
    assert demo.status() == demo.text["up"]
    assert demo.root.locator("[data-ring]").count() >= 6


@slow
def test_the_end_is_not_told_before_it_is_reached(demo):
    ending = demo.text["say_saddle_point"].split("{")[0]
    for _ in range(3):
        demo.press("step")
        assert not hatched(demo) and ending not in demo.status()
    demo.press("step")
    assert hatched(demo) and ending in demo.status()
    demo.press("reset")
    assert hatched(demo) and ending in demo.status()
    assert_true(demo)


@slow
@pytest.mark.parametrize("seed", range(6))
def test_any_setting_gives_pytorchs_numbers(chromium, seed):
    draw = random.Random(seed)
    setting = {
        "terrain": draw.choice(list(VALUES)),
        "rule": "absolute",  # from there no start is chaotic
        "damping": draw.choice([0.2, 1, 4]),
        "lr": 0.001,
        "x": draw.uniform(-1.5, 1.5),
        "y": draw.uniform(-0.5, 1.5),
        "also_plain": False,
    }
    with opened(chromium, bare_page(CurvatureDemo(**setting), "en")) as demo:
        assert demo.controls() == CurvatureDemo.start | setting
        assert_true(demo)
        assert demo.errors == []


@slow
@pytest.mark.parametrize("name", ["damping", "lr"])
def test_a_slider_answers_to_keyboard_and_mouse(demo, name):
    before, value = demo.picture(), demo.controls()[name]
    demo.key(name, *(["End"] if name == "damping" else []), "ArrowLeft", "ArrowLeft")
    assert demo.controls()[name] != value
    assert demo.picture() != before
    assert_true(demo)
    before = demo.picture()
    demo.slide(name, 0.6)
    assert demo.picture() != before
    assert_true(demo)


@slow
def test_enough_damping_takes_the_hatching_away(demo):
    demo.press("too_little")
    assert demo.text["say_saddle_point"].split("{")[0] in demo.status() and hatched(demo)
    assert_true(demo)
    demo.press("enough")
    assert not hatched(demo)
    assert_true(demo)
    demo.press("flipped")
    assert not hatched(demo)
    assert_true(demo)


@slow
@pytest.mark.parametrize(
    ("preset", "verdict"),
    [
        ("to_saddle", "say_saddle_point"),
        ("too_little", "say_saddle_point"),
        ("enough", "say_minimum"),
        ("flipped", "say_minimum"),
        ("one_step", "say_minimum"),
        ("bend", "say_minimum"),
        ("hills", "say_maximum"),
    ],
)
def test_presets_stage_the_claims(demo, preset, verdict):
    demo.key("damping", "ArrowRight", "ArrowRight")
    demo.press(preset)
    expected = assert_true(demo)
    assert demo.control(preset).get_attribute("aria-pressed") == "true"
    told = demo.text[verdict].replace("{steps}", str(expected["steps"])).split("{")[0].strip()
    assert told in demo.status()
    if preset == "one_step":
        assert expected["steps"] == 1


@slow
def test_terrain_rule_and_what_stands_beside(demo):
    for terrain in ("himmelblau", "ravine", "saddle"):
        before = demo.picture()
        demo.press("terrain", terrain)
        assert demo.controls()["terrain"] == terrain and demo.picture() != before
        assert_true(demo)
    before = demo.picture()
    demo.press("rule", "absolute")
    assert demo.picture() != before
    assert_true(demo)
    before, shown = demo.picture(), demo.readouts()
    demo.press("also_plain")
    assert demo.picture() != before and demo.readouts() == shown


@slow
def test_the_start_can_be_dragged(demo):
    demo.drag("start", 60, -70)
    now = demo.controls()
    assert now["x"] > 0.4 and now["y"] > 0.8
    assert demo.text["say_minimum"].split("{")[0] in demo.status()
    assert_true(demo)
    demo.page.keyboard.press("ArrowUp")
    assert demo.controls()["y"] > now["y"]
    assert_true(demo)


@slow
def test_time_runs_steps_and_goes_back(demo):
    demo.press("step")
    assert demo.controls()["now"] == 1
    assert_true(demo)
    demo.press("reset")
    assert demo.controls()["now"] == 0
    demo.press("run")
    demo.page.wait_for_function("document.querySelector('.dlnotes-demo').controls.now > 1")
    demo.press("run")
    for _ in range(4):
        demo.press("step")
    assert demo.controls()["now"] == 4
    assert demo.text["arrived"] in demo.status()


@slow
def test_on_a_phone_it_fits_and_can_be_read(chromium):
    with opened(chromium, bare_page(CurvatureDemo(), "zh"), width=390, touch=True) as demo:
        assert_fits_a_phone(demo)
        before = demo.controls()
        demo.swipe("start", 40, 20)
        assert demo.controls()["x"] > before["x"]
        assert_true(demo)
        assert demo.errors == []


@slow
def test_it_is_dark_in_the_dark_and_a_still_on_paper(chromium):
    colors = colors_in_both_themes(chromium, CurvatureDemo(), ".demo-line.curvature")
    assert colors == ["rgb(13, 143, 112)", "rgb(109, 254, 159)"]


@slow
def test_a_screen_reader_finds_every_part(demo):
    words = demo.text
    assert demo.root.locator("[data-picture]").get_attribute("aria-label") == words["picture"]
    assert demo.handle("start").get_attribute("aria-label") == words["start"]
    assert demo.handle("start").get_attribute("aria-valuetext")
    for name in ("damping", "lr"):
        assert demo.page.get_by_label(words[name], exact=True).count() >= 1
    demo.page.wait_for_function("document.querySelector('[aria-live=polite]').textContent")
    assert demo.root.locator("[aria-live=polite]").inner_text() == demo.status()
