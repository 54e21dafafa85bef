"""The shared drawing and controls, as a browser runs them."""

import math

import pytest

from tests.demos.driver import PHONE, STAGE, WIDTH, Bench
from tests.demos.scene import Scene

pytestmark = pytest.mark.slow
PLACES = ("picture", "buttons", "status", "controls", "back")  # on a phone, from above
UNCOVERED = """control => {
  const { left, top, height } = control.getBoundingClientRect();
  return document.elementFromPoint(left + 5, top + height / 2) === control;
}"""


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


@pytest.mark.parametrize(
    ("steps", "said"),
    [(0, "0 steps"), (1, "1 step"), (-1, "−1 step"), (2, "2 steps"), (0.5, "0.5 steps")],
)
def test_a_noun_agrees_with_its_number(page, steps, said):
    body = "return d.phrase('{steps|step|steps} of {steps}', { steps: given[0] });"
    assert script(page, body, steps) == f"{said} of {said.split()[0]}"


def test_axes_that_say_the_same_are_the_same_element(page):
    body = """
      const box = { left: 0, top: 0, width: 100, height: 50 };
      const y = d.linear([0, 1], [50, 0]);
      const x = (high) => d.linear([0, high], [0, 100]);
      const look = (high, yLabel) => ({ xTicks: [high], yTicks: [], yLabel });
      const drawn = (high, name) => d.axes(box, x(high), y, look(high, name));
      const [first, again, wider, named] = [drawn(2), drawn(2), drawn(4), drawn(4, "loss")];
      const said = [first, wider, named].map((each) => each.textContent);
      return [first === again, wider === again, named === wider, ...said];
    """
    assert script(page, body) == [True, False, False, "2", "4", "4loss"]


def test_a_tick_that_is_named_twice_is_drawn_once(page):
    body = """
      const s = d.linear([0, 2], [0, 100]);
      const box = { left: 0, top: 0, width: 100, height: 100 };
      const made = d.axes(box, s, s, { xTicks: [0, 2], yTicks: [0, 0, 2] });
      return made.querySelectorAll("text").length;
    """
    assert script(page, body) == 4


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
    assert max(numbers[::2]) == pytest.approx(25, abs=0.15)
    assert (min(numbers[1::2]), max(numbers[1::2])) == (0, 100)


def test_a_path_breaks_where_a_number_is_missing(page):
    body = "return d.path([[0, 0], [1, NaN], [2, 2], [3, 3], [Infinity, 1]]);"
    assert script(page, body) == "M0 0M2 2L3 3"


COURSE = """
  const box = { left: 0, top: 10, width: 100, height: 50 };
  const points = given[0].map(([x, y]) => [x, y ?? NaN]);
  const made = d.course(box, points, "plain", (step) => `step ${step}`);
  return made.map((each) => each.getAttribute("d") ?? each.textContent);
"""


@pytest.mark.parametrize(
    ("points", "way", "words"),
    [
        ([[0, 50], [10, 20], [20, 30]], "M0 50L10 20L20 30", []),
        ([[0, 50], [10, 0], [20, 30]], "M0 50L10 0L20 30", []),  # it comes back
        ([[0, 50], [10, 30], [20, -10], [30, 0]], "M0 50L10 30L15 10", ["step 2"]),
        ([[0, 50], [10, 30], [20, None]], "M0 50L10 30L20 10", ["step 2"]),
    ],
)
def test_a_curve_that_leaves_ends_where_it_leaves(page, points, way, words):
    drawn, *mark = script(page, COURSE, points)
    assert drawn == way and mark[1:] == words
    assert all(each.startswith("M") for each in mark[:1])


def test_a_curve_that_leaps_out_and_comes_back_says_so_at_the_top(page):
    _, head = script(page, COURSE, [[0, 50], [10, 8], [20, 0], [30, 30], [40, 5], [50, 30]])
    assert head == "M16 16l4 -5l4 5"  # above the highest point
    assert len(script(page, COURSE, [[0, 50], [10, 12], [20, 30]])) == 1


def test_a_curve_that_was_never_in_its_box_is_not_drawn(page):
    assert script(page, COURSE, [[0, 0], [10, None]]) == []


def test_a_path_goes_to_the_tenth_of_a_pixel(page):
    body = "return d.path([[0.04, -0.04], [12.34, -56.78], [99.96, 1e5 + 0.25]]);"
    assert script(page, body) == "M0 0L12.3 -56.8L100 100000.3"


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
    run = "document.querySelector('[data-control=run]')"  # pressed by the page: no run waits for us
    demo.page.wait_for_function(f"demo.controls.now > 3 && ({run}.click(), true)")
    stopped = demo.controls()["now"]
    assert 3 < stopped < 30
    demo.press("step")
    assert demo.controls()["now"] == stopped + 1
    demo.press("run")
    demo.page.wait_for_function("demo.controls.now === 30")
    demo.page.wait_for_function("document.querySelector('[data-control=run]').innerText === 'Run'")
    demo.press("step")  # at the end, both begin again
    assert demo.readouts() == {"now": 0}
    demo.rewind(1)
    demo.press("run")
    demo.page.wait_for_function("0 < demo.controls.now && demo.controls.now < 30")


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


def test_a_slider_that_is_not_offered_is_not_seen(demo):
    made = """offered => {
      const slider = window.demo.slider({ name: "lr", change() {} });
      slider.offer(offered);
      return slider.input.offsetParent !== null;
    }"""
    assert [demo.page.evaluate(made, offered) for offered in (True, False)] == [True, False]


def test_a_screen_reader_hears_a_sentence_once_it_rests(demo):
    heard = demo.root.locator("[aria-live=polite]")
    assert heard.inner_text() == ""
    demo.page.wait_for_function("document.querySelector('[aria-live=polite]').textContent")
    assert heard.inner_text() == demo.status() == "a sentence"


# ---- asked, guessed, played, free ----------------------------------------------------------------
def test_a_guess_begins_the_run_and_the_verdict_comes_at_its_end(demo):
    assert (demo.phase(), demo.verdict()) == ("asked", "")
    assert "future" not in demo.said()
    demo.guess("early")
    assert (demo.phase(), demo.verdict()) == ("guessed", "")
    demo.page.wait_for_function("demo.phase() === 'played'")
    assert demo.controls()["now"] == 30
    assert demo.verdict() == "You said “early”; it is “late”. at 30."
    assert "future" in demo.said()
    demo.press("start_over")
    assert (demo.phase(), demo.controls()) == ("asked", Scene.start)
    assert "future" not in demo.said()
    demo.guess("late")
    demo.page.wait_for_function("demo.phase() === 'played'")
    assert demo.verdict() == "You said “late”, and so it is. at 30."


def test_who_does_not_guess_is_told_all_the_same(demo):
    demo.press("run")
    demo.page.wait_for_function("demo.phase() === 'played'")
    assert demo.verdict() == "It is “late”. at 30."


def test_at_another_setting_the_question_waits(bench, demo):
    """It says so, tells nothing even at the end, and a guess leads back to it."""
    aside = demo.root.locator(".demo-aside")
    assert not aside.is_visible()
    demo.slide("lr", 0.8)
    assert (demo.phase(), demo.verdict(), aside.is_visible()) == ("asked", "", True)
    demo.end()
    assert demo.controls()["now"] == 30 and "future" not in demo.said()
    assert (demo.phase(), demo.verdict()) == ("asked", "")
    there = demo.controls()
    bench.wish(motion=False)
    demo.guess("late")
    bench.wish()
    assert demo.controls() == Scene.start | {"now": 30}
    assert demo.verdict() == "You said “late”, and so it is. at 30."
    assert not aside.is_visible() and "future" in demo.said()
    demo.press("undo")
    assert demo.controls() == there
    assert demo.phase() == "free" and "future" in demo.said()


def test_a_setting_changed_while_the_guess_is_played_takes_the_guess_back(demo):
    demo.guess("early")
    demo.press("run")
    demo.slide("lr", 0.8)
    assert demo.phase() == "asked"
    assert demo.root.locator("[aria-pressed=true]").count() == 0
    demo.press("undo")
    assert (demo.phase(), demo.verdict()) == ("asked", "")
    assert not demo.root.locator(".demo-aside").is_visible()


def test_what_was_answered_can_be_asked_again(demo):
    demo.end()
    demo.slide("lr", 0.8)
    assert demo.phase() == "free"
    demo.press("undo")
    demo.press("start_over")
    assert demo.phase() == "asked"


@pytest.mark.parametrize("width", [390, 900])
def test_nothing_changes_its_height(bench, width):
    demo = bench.fresh(width=width)
    heights = {demo.root.bounding_box()["height"]}
    for act in (lambda: demo.guess("early"), demo.end, lambda: demo.slide("lr", 0.7)):
        act()
        heights.add(demo.root.bounding_box()["height"])
    assert len(heights) == 1


# ---- the way back --------------------------------------------------------------------------------
def test_each_gesture_is_undone_in_turn(demo):
    assert demo.control("undo").is_disabled() and demo.control("start_over").is_disabled()
    demo.slide("lr", 0.8)
    once = demo.controls()
    demo.drag("dot", 40, -20)
    demo.press("kind", "2")
    demo.press("undo")
    demo.press("undo")
    assert demo.controls() == once
    demo.press("undo")
    assert demo.controls() == Scene.start
    assert demo.control("undo").is_disabled()


def test_starting_over_can_be_undone(demo):
    demo.slide("lr", 0.8)
    there = demo.controls()
    demo.press("start_over")
    assert (demo.controls(), demo.phase()) == (Scene.start, "asked")
    demo.press("undo")
    assert (demo.controls(), demo.phase()) == (there, "asked")


def test_in_a_notebook_the_address_is_left_alone(demo):
    demo.slide("lr", 0.8)
    assert "demo" not in demo.page.url and demo.control("copy_link").count() == 0


# ---- a hand in the picture -----------------------------------------------------------------------
def test_a_press_in_the_panel_calls_the_handle(demo):
    box = demo.root.locator("[data-picture]").bounding_box()
    demo.page.mouse.click(box["x"] + 200, box["y"] + 150)
    assert (demo.controls()["x"], demo.controls()["y"]) == pytest.approx((200, 150), abs=1)
    demo.finger(box["x"] + 300, box["y"] + 40, 0, 0)
    assert (demo.controls()["x"], demo.controls()["y"]) == pytest.approx((300, 40), abs=1)
    there = demo.controls()
    demo.finger(box["x"] + 100, box["y"] + 40, 0, 60)  # a swipe scrolls the page
    assert demo.controls() == there


def test_a_handle_knows_far_keys_and_its_ends(bench):
    demo = bench.fresh(now=5)
    demo.handle("dot").focus()
    for key, x in {"PageUp": 100, "PageDown": 50, "Shift+ArrowLeft": 25}.items():
        demo.page.keyboard.press(key)
        assert demo.controls()["x"] == x
    grip = demo.handle("dot")
    assert grip.get_attribute("aria-valuemin") == "0"
    assert grip.get_attribute("aria-valuemax") == "760"


def test_its_arrows_show_until_it_is_used(demo):
    arrows = demo.handle("dot").locator(".way")
    assert arrows.count() == 4 and all(each.is_visible() for each in arrows.all())
    demo.drag("dot", 10, 10)
    assert not any(each.is_visible() for each in arrows.all())


EDGES = {"left": 40, "right": 340, "top": 30}
TIME = """(place) => {
  window.demo.size(350, 400);
  const panel = { box: { left: 40, top: 30, width: 300, height: 200 } };
  const clock = window.demo.clock({ last: () => 30, show() {} });
  clock.handle(undefined, () => 0, { panel }).place(...place);
}"""


@pytest.mark.parametrize("place", [[40, 120], [340, 120], [190, 30], [340, 30], [40, 230]])
def test_a_flag_and_its_arrows_stay_in_their_panel(demo, place):
    demo.page.evaluate(TIME, place)
    time = demo.handle("time")
    box = demo.root.locator("[data-picture]").bounding_box()
    part = box["width"] / 350
    panel = {edge: box["xy"[edge == "top"]] + at * part for edge, at in EDGES.items()}
    seen = [each.bounding_box() for each in time.locator(".grip, .way").all() if each.is_visible()]
    assert len(seen) == (3 if place[0] == 190 else 2)
    dot = 4 * part  # its foot lies on the place
    assert min(each["x"] for each in seen) >= panel["left"] - dot
    assert max(each["x"] + each["width"] for each in seen) <= panel["right"] + dot
    assert min(each["y"] for each in seen) >= panel["top"] - 2 * dot


def test_time_may_run_upwards(demo):
    demo.page.evaluate("""() => {
      const panel = { box: { left: 0, top: 0, width: 300, height: 200 } };
      const show = () => handle.place(20, 200 - 5 * window.demo.controls.now);
      const clock = window.demo.clock({ last: () => 30, show });
      const handle = clock.handle(undefined, (px, py) => (200 - py) / 5, { panel, way: "y" });
      show();
    }""")
    demo.drag("time", 0, -50)
    assert demo.controls()["now"] == 10
    for key, now in {"ArrowUp": 11, "ArrowDown": 10, "End": 30, "Home": 0}.items():
        demo.page.keyboard.press(key)
        assert demo.controls()["now"] == now


def test_what_lies_under_the_mouse_is_read_out(demo):
    box = demo.root.locator("[data-picture]").bounding_box()
    demo.page.mouse.move(box["x"] + 120, box["y"] + 100)
    assert demo.root.locator(".demo-probe").text_content() == "at 120"
    demo.page.mouse.move(box["x"] + 120, box["y"] + 300)
    assert demo.root.locator(".demo-probe").count() == 0


def test_a_phone_shows_one_panel_at_a_time(bench):
    demo = bench.fresh(width=390)
    shown = "picture => picture.getAttribute('viewBox')"
    picture = demo.root.locator("[data-picture]")
    assert picture.evaluate(shown) == "0 0 350 200"
    demo.root.locator("[data-panel=rest]").click()
    assert picture.evaluate(shown) == "0 200 350 200"
    demo.handle("dot").focus()  # comes into view
    assert picture.evaluate(shown) == "0 0 350 200"
    demo.root.locator("[data-panel=rest]").click()
    demo.guess("late")  # what it asks of is in the first panel
    assert picture.evaluate(shown) == "0 0 350 200"
    demo.page.evaluate("() => window.demo.open('rest')")  # as a preset does
    assert picture.evaluate(shown) == "0 200 350 200"
    demo.end()
    demo.root.locator(".demo-try [data-opens=rest]").click()
    assert picture.evaluate(shown) == "0 200 350 200"
    demo = bench.fresh(width=900)
    assert demo.root.locator("[data-panel], [data-opens]").count() == 0
    assert demo.root.locator(".demo-try").text_content() == "try the rest"


def test_what_gets_the_focus_on_a_phone_is_seen_below_the_picture(bench):
    demo = bench.fresh(width=390)
    where = {each: demo.root.locator(f".demo-{each}").bounding_box()["y"] for each in PLACES}
    assert sorted(PLACES, key=where.get) == list(PLACES)
    demo.page.set_viewport_size({"width": 390, "height": 500})
    demo.slide("lr", 0.8)  # something to undo
    demo.page.evaluate("document.body.style.paddingBottom = '1000px'")
    for name in ("start_over", "undo", "kind", "few", "lr", "step", "run"):
        demo.page.evaluate("scrollTo(0, document.body.scrollHeight)")
        demo.control(name).first.focus()
        assert demo.control(name).first.evaluate(UNCOVERED), name
    demo.page.evaluate("document.body.style.paddingBottom = ''")


def test_cleaning_up_leaves_nothing(demo):
    demo.press("run")
    demo.page.evaluate("window.cleanup()")
    assert demo.page.locator(".dlnotes-demo").count() == 0
    assert demo.errors == []


@pytest.mark.parametrize("width", [PHONE, 600, WIDTH, STAGE])
def test_a_limit_stands_where_the_slider_would_stand_at_it(bench, width):
    demo = bench.fresh(width=width, lr=0.5)
    track, mark = (
        demo.root.locator(which).bounding_box() for which in ("[data-control=lr]", ".demo-mark")
    )
    part = (math.log10(0.5) + 3) / 3
    wanted = track["x"] + 8 + part * (track["width"] - 16)  # a thumb is 16 px wide
    assert mark["x"] + mark["width"] / 2 == pytest.approx(wanted, abs=1)
