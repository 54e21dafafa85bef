"""The shared drawing and controls, as a browser runs them."""

import math

import pytest

from tests.demos.driver import Bench
from tests.demos.scene import Scene

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bench(chromium):
    bench = Bench(chromium, Scene)
    yield bench
    bench.close()


@pytest.fixture
def demo(bench):
    demo = bench.fresh()
    yield demo
    assert demo.errors == []


@pytest.fixture
def page(demo):
    return demo.page


def script(page, body: str, *arguments):
    return page.evaluate(f"(given) => {{ const d = globalThis.dlnotesDemo; {body} }}", arguments)


def test_scales_run_both_ways(page):
    body = "const s = d.log([0.01, 100], [0, 400]); return [s(1), s.invert(300), s.clamp(1e9)];"
    assert script(page, body) == pytest.approx([200, 10, 100])


def test_ticks_are_round_and_inside(page):
    assert script(page, "return d.linear([0, 4.2], [0, 1]).ticks(5);") == [0, 1, 2, 3, 4]
    assert script(page, "return d.log([2e-4, 4], [0, 1]).ticks(5);") == [1e-3, 1e-2, 0.1, 1]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0330578, "0.0331"),
        (-2.5, "−2.5"),
        (691, "691"),
        (10000, "10,000"),
        (123456, "123,456"),
        (1.8e6, "1.8×10⁶"),
        (1e-6, "10⁻⁶"),
        (0, "0"),
        (9999.7, "10,000"),
    ],
)
def test_numbers_are_written_for_readers(page, value, shown):
    assert script(page, "return d.format(given[0]);", value) == shown


def test_contours_lie_on_the_level(page):
    body = """
      const [x, y] = [d.linear([-1, 1], [0, 200]), d.linear([-1, 1], [200, 0])];
      const samples = d.grid((a, b) => Math.hypot(a, 2 * b), x, y, 8);
      const level = ([p, q]) => Math.hypot(x.invert(p), 2 * y.invert(q));
      return d.contour(samples, 0.5).map((ring) => ring.map(level));
    """
    (ring,) = script(page, body)
    assert len(ring) > 20
    assert max(abs(value - 0.5) for value in ring) < 0.003


def test_a_region_reaches_the_border_and_closes(page):
    body = """
      const [x, y] = [d.linear([0, 1], [0, 100]), d.linear([0, 1], [100, 0])];
      return d.region(d.grid((a) => a, x, y, 10), 0.25);
    """
    outline = script(page, body)
    assert outline.count("M") == outline.count("Z") == 1
    numbers = [float(n) for n in outline[1:-1].replace("L", " ").split()]
    assert max(numbers[::2]) == pytest.approx(25, abs=0.1)
    assert (min(numbers[1::2]), max(numbers[1::2])) == (0, 100)


def test_a_path_breaks_where_a_number_is_missing(page):
    body = "return d.path([[0, 0], [1, NaN], [2, 2], [3, 3], [Infinity, 1]]);"
    assert script(page, body) == "M0 0M2 2L3 3"


def test_the_seed_decides_the_numbers(page):
    body = """
      const draw = (seed) => Array.from({ length: 4000 }, d.random(seed).normal);
      return [draw(1), draw(1), draw(2)];
    """
    first, again, other = script(page, body)
    assert first == again != other
    mean = math.fsum(first) / len(first)
    assert abs(mean) < 4 / math.sqrt(len(first))
    assert abs(math.fsum(x * x for x in first) / len(first) - 1) < 0.1


def test_slider_keys_give_round_numbers_on_a_log_scale(demo):
    demo.key("lr", "Home")
    assert demo.controls()["lr"] == 0.001
    demo.key("lr", "ArrowRight")
    assert demo.controls()["lr"] == 0.00102
    assert demo.control("lr").get_attribute("aria-valuetext") == "0.00102 s"
    assert demo.page.evaluate("saved.at(-1).lr") == 0.00102


@pytest.mark.parametrize("touch", [False, True])
def test_a_handle_follows_mouse_and_finger(demo, touch):
    (demo.swipe if touch else demo.drag)("dot", 40, -20)
    now = demo.controls()
    assert (now["x"], now["y"]) == pytest.approx((90, 40), abs=1)


def test_a_handle_follows_the_arrow_keys(demo):
    demo.handle("dot").focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        demo.page.keyboard.press(key)
    now = demo.controls()
    assert (now["x"], now["y"]) == (60, 35)


def test_a_run_moves_pauses_and_ends(demo):
    demo.press("run")
    assert demo.control("run").inner_text() == "Pause"
    demo.page.wait_for_function("demo.controls.now > 3")
    demo.press("run")
    stopped = demo.controls()["now"]
    assert 3 < stopped < 30
    demo.press("step")
    assert demo.controls()["now"] == stopped + 1
    demo.press("run")
    demo.page.wait_for_function("demo.controls.now === 30")
    demo.page.wait_for_function("document.querySelector('[data-control=run]').innerText === 'Run'")
    demo.press("reset")
    assert demo.readouts() == {"now": 0}


def test_a_reader_who_wants_no_motion_gets_the_end_at_once(bench, demo):
    bench.wish(motion=False)
    demo.press("run")
    assert demo.controls()["now"] == 30
    assert demo.control("run").inner_text() == "Run"
    bench.wish()


def test_sliders_and_choices_go_as_far_as_python_says(demo):
    demo.key("lr", "End")
    demo.key("few", "Home")
    demo.press("kind", "2")
    now = demo.controls()
    assert (now["lr"], now["few"], now["kind"]) == (1, 1, 2)
    assert demo.control("few").get_attribute("max") == "2"


def test_a_screen_reader_hears_a_sentence_once_it_rests(demo):
    heard = demo.root.locator("[aria-live=polite]")
    assert heard.inner_text() == ""
    demo.page.wait_for_function("document.querySelector('[aria-live=polite]').textContent")
    assert heard.inner_text() == demo.status() == "a sentence"


def test_cleaning_up_leaves_nothing(demo):
    demo.press("run")
    demo.page.evaluate("window.cleanup()")
    assert demo.page.locator(".dlnotes-demo").count() == 0
    assert demo.errors == []
