"""Every control of every demo on the built pages, in both editions, with the network cut."""

import pytest

from dlnotes.sections.optimizers.adam import demo as adam
from dlnotes.sections.optimizers.adam_relatives import demo as adam_relatives
from dlnotes.sections.optimizers.adaptive import demo as adaptive
from dlnotes.sections.optimizers.curvature import demo as curvature
from dlnotes.sections.optimizers.fair_comparison import demo as fair_comparison
from dlnotes.sections.optimizers.gradient_descent import demo as gradient_descent
from dlnotes.sections.optimizers.momentum import demo as momentum
from dlnotes.sections.optimizers.race_pictures import demo as race_pictures
from tests.demos.driver import DemoOnPage, assert_same

DEMOS = {
    "momentum": momentum,
    "gradient_descent": gradient_descent,
    "race_pictures": race_pictures,
    "adaptive": adaptive,
    "fair_comparison": fair_comparison,
    "curvature": curvature,
    "adam": adam,
    "adam_relatives": adam_relatives,
}
# what is dragged where there is no start
HANDLES = {
    "adaptive": "a_middle",
    "fair_comparison": "lr_line",
    "adam": "gradient",
    "adam_relatives": "setting",
}
# what is set where there is no learning rate
SLIDERS = {"adam": "beta1", "adam_relatives": "beta2"}
TIMELESS = {fair_comparison}  # nothing in it moves by itself
pytestmark = pytest.mark.slow


@pytest.fixture(params=["zh", "en"])
def edition(request):
    return request.param


@pytest.fixture(params=DEMOS)
def demo(request, chromium, built_site, edition):
    context = chromium.new_context(viewport={"width": 1280, "height": 1400}, offline=True)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: said.type == "error" and errors.append(said.text))
    page.on("requestfailed", lambda failed: errors.append(f"failed: {failed.url}"))
    page.goto((built_site / edition / "optimizers" / f"{request.param}.html").as_uri())
    on_page = DemoOnPage(page, errors)
    on_page.module, on_page.grip = DEMOS[request.param], HANDLES.get(request.param, "start")
    on_page.slider = SLIDERS.get(request.param, "lr")
    yield on_page
    context.close()


def assert_true(demo) -> None:
    """What the page shows is what PyTorch computes, and nothing went wrong."""
    assert_same(demo.readouts(), demo.module.readouts(**demo.controls()))
    assert demo.errors == []


def names(demo, kind: str) -> list[str]:
    """The controls of one kind, each once."""
    found = demo.root.locator(kind).evaluate_all("all => all.map(each => each.dataset.control)")
    return list(dict.fromkeys(found))


def test_sliders_move_the_picture_and_the_numbers(demo):
    sliders = names(demo, "input[type=range][data-control]")
    assert demo.slider in sliders
    for name in sliders:
        picture, numbers = demo.picture(), demo.readouts()
        demo.slide(name, 0.35)
        demo.key(name, "ArrowLeft")
        assert demo.picture() != picture, f"{name}: the picture did not change"
        assert demo.readouts() != numbers, f"{name}: no readout changed"
        assert_true(demo)


def test_buttons_and_boxes_answer(demo):
    """Each is pressed from the same untouched setting; each leaves the truth on the page."""
    buttons = [name for name in names(demo, "button[data-control]") if name != "run"]
    assert len(buttons) >= 5
    demo.slide(demo.slider, 0.3)
    for name in buttons:
        demo.press(name)
        assert_true(demo)
    boxes = demo.root.locator("input[type=checkbox][data-control], input[type=radio][data-control]")
    for index in range(boxes.count()):
        was, picture = boxes.nth(index).is_checked(), demo.picture()
        boxes.nth(index).click()
        if boxes.nth(index).is_checked() != was:
            assert demo.picture() != picture
        assert_true(demo)


def test_time_runs_and_stops(demo):
    if demo.module in TIMELESS:
        assert demo.control("run").count() == 0
        return
    demo.press("reset")
    picture = demo.picture()
    demo.press("run")
    demo.page.wait_for_function(
        "picture => document.querySelector('[data-picture]').innerHTML != picture", arg=picture
    )
    demo.press("run")
    assert_true(demo)


def test_a_handle_is_dragged_and_the_language_is_the_editions(demo, edition):
    before, picture = demo.controls(), demo.picture()
    demo.drag(demo.grip, 40, 20)
    assert demo.controls() != before and demo.picture() != picture
    assert_true(demo)
    chinese = any("\u4e00" <= mark <= "\u9fff" for mark in demo.status())
    assert chinese == (edition == "zh")
