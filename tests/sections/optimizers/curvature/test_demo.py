"""The demo on curvature: its numbers, its map of starts, and what its presets stage."""

import pytest
import torch

from dlnotes.optimizers import sgd
from dlnotes.optimizers.curvature import saddle_free_step
from dlnotes.optimizers.newton import newton_step
from dlnotes.sections.optimizers.curvature import demo as module
from dlnotes.sections.optimizers.curvature.demo import VALUES, CurvatureDemo
from dlnotes.training.surfaces.landscapes import Landscape

slow = pytest.mark.slow
POINTS = [(0.2, 0.4), (-1.1, 0.7), (1.4, -1.2), (-0.3, -0.2)]


def numbers(*values: float) -> list[torch.Tensor]:
    return [torch.tensor(value, dtype=torch.float64) for value in values]


# ---- numbers -------------------------------------------------------------------------------------
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
    found = CurvatureDemo.readouts(**CurvatureDemo.start)
    assert found["steps"] == 4
    assert found["promised"] < 0 and found["got"] < 0
    assert (found["low"], found["high"]) == pytest.approx((6 * 0.4**2 - 2, 2))


# ---- in the browser ------------------------------------------------------------------------------
def hatched(demo) -> bool:
    """Whether starts away from the middle line are hatched, as the label on the picture says."""
    if demo.phase() in ("played", "free"):
        setting = "({ controls }) => [controls.terrain, controls.rule, controls.damping].join()"
        map_of_now = f'[data-starts="{demo.root.evaluate(setting)}"]'
        demo.root.locator(map_of_now).wait_for(state="attached")
    told = demo.phrase("hatched", limit=module.LIMIT)
    said = told in demo.root.locator("[data-picture]").text_content()
    assert not said or demo.root.locator("[data-starts]").get_attribute("d")
    return said


@slow
def test_the_model_comes_with_the_first_step_and_says_that_it_leads_up(spoken):
    rings = spoken.root.locator("[data-ring]")
    assert spoken.status() == spoken.words["before"] and not rings.first.is_visible()
    spoken.press("step")
    assert rings.count() >= 6 and rings.first.is_visible()
    assert spoken.status() == spoken.phrase("at", now=1, then=spoken.words["up"])


@slow
def test_the_end_is_not_told_before_it_is_reached(spoken):
    ending = spoken.words["say_saddle_point"].split("{")[0]
    told = '[data-readout$="steps"]'
    for _ in range(3):
        spoken.press("step")
        assert not hatched(spoken) and ending not in spoken.status()
        assert spoken.root.locator("[data-starts]").count() == 0
        assert set(spoken.root.locator(told).all_text_contents()) == {""}
    spoken.press("step")
    assert spoken.controls()["now"] == 4
    assert hatched(spoken) and ending in spoken.status()
    assert spoken.words["arrived"] in spoken.status()
    cut = spoken.root.locator("[data-picture]").text_content()
    assert spoken.words["along_first"] in cut  # where it ends the ground is flat
    spoken.press("step")  # from the end to the beginning
    assert spoken.controls()["now"] == 0
    assert hatched(spoken) and ending not in spoken.status()


@slow
def test_gradient_descent_walks_beside_it_before_the_end_is_told(demo):
    beside = demo.root.locator("[data-picture] .demo-line.plain.beside")
    demo.press("step")
    assert beside.get_attribute("d").count("L") == 1
    demo.press("also_plain")
    demo.press("step")
    assert beside.count() == 0 and demo.phase() == "asked"


@slow
def test_enough_damping_takes_the_hatching_away(spoken):
    spoken.answer()
    for preset, wrong in (("too_little", True), ("enough", False), ("flipped", False)):
        spoken.press(preset)
        assert hatched(spoken) == wrong


@slow
@pytest.mark.parametrize("damping", [1.2, 2.5, 10, 100])
def test_the_map_says_what_the_sentence_says_however_long_it_takes(bench, damping):
    """After 60 steps nothing has arrived at strong damping, and after 1000 everything has."""
    demo = bench.fresh(damping=damping)
    demo.answer()
    assert not hatched(demo)
    assert demo.words["say_minimum"].split("{")[0] in demo.status()
    assert (demo.readouts()["steps"] > 60) == (damping > 3)


@slow
def test_the_map_is_hatched_where_runs_are_too_slow(bench):
    demo = bench.fresh(terrain="ravine", damping=100)
    demo.answer()
    assert hatched(demo)
    assert demo.phrase("say_going", limit=module.LIMIT, then="") in demo.status()


@slow
def test_the_mouse_reads_where_a_run_from_there_ends(bench):
    demo = bench.fresh()
    box = demo.root.locator("[data-picture]").bounding_box()
    read = demo.root.locator(".demo-probe")
    demo.page.mouse.move(box["x"] + 60, box["y"] + 60)
    assert read.text_content().startswith(demo.words["here"].split("{")[0])
    demo.end()
    demo.page.mouse.move(box["x"] + 62, box["y"] + 60)
    assert read.text_content().startswith(demo.words["from_here"].split("{")[0])


@slow
def test_where_curvature_is_positive_its_absolute_value_changes_nothing(spoken):
    spoken.press("one_step")
    spoken.press("rule", "absolute")
    assert spoken.words["alike"] in spoken.status()
    spoken.press("flipped")
    assert spoken.words["alike"] not in spoken.status()


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
def test_presets_stage_the_claims(spoken, preset, verdict):
    spoken.key("damping", "ArrowRight", "ArrowRight")
    spoken.press(preset)
    steps = f"{spoken.readouts()['steps']:.0f}"
    told = spoken.words[verdict].replace("{steps}", steps).split("{")[0].strip()
    assert told in spoken.status()
    assert preset != "one_step" or steps == "1"


@slow
def test_from_a_start_above_the_pass_newton_finds_a_hollow(spoken):
    spoken.drag("start", 60, -70)
    spoken.answer()
    now = spoken.controls()
    assert now["x"] > 0.4 and now["y"] > 0.7
    assert spoken.words["say_minimum"].split("{")[0] in spoken.status()
