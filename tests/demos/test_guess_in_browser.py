"""Where a guess leads the eye and the keyboard."""

import pytest

from tests.demos.driver import Bench
from tests.demos.scene import Scene

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bench(chromium):
    bench = Bench(chromium, Scene)
    yield bench
    bench.close()


def test_after_a_guess_by_keyboard_the_focus_is_on_the_verdict(bench):
    demo = bench.fresh()
    demo.root.locator("[data-guess=late]").focus()
    demo.page.keyboard.press("Enter")
    demo.page.wait_for_function("demo.phase() === 'played'")
    assert demo.page.evaluate("document.activeElement.className") == "demo-verdict"
    demo.page.keyboard.press("Tab")
    assert demo.page.evaluate("document.activeElement.closest('.dlnotes-demo') !== null")


def test_a_run_that_is_begun_otherwise_takes_no_focus(bench):
    demo = bench.fresh()
    demo.press("run")
    demo.page.wait_for_function("demo.phase() === 'played'")
    assert demo.page.evaluate("document.activeElement.dataset.control") == "run"


def test_on_a_phone_what_a_guess_sets_going_comes_into_view(bench):
    demo = bench.fresh(width=390)
    demo.page.set_viewport_size({"width": 390, "height": 500})
    demo.page.evaluate("document.body.style.padding = '300px 0 1000px'; scrollTo(0, 0)")
    bottom = "document.querySelector('[data-picture]').getBoundingClientRect().bottom"
    assert demo.page.evaluate(f"{bottom} > innerHeight")
    bench.wish(motion=False)
    demo.guess("late")
    bench.wish()
    assert demo.page.evaluate(f"{bottom} <= innerHeight")
    demo.page.evaluate("document.body.style.padding = ''")


@pytest.mark.parametrize(
    ("guess", "said"),
    [
        ("early", "The opening question: you said “early”; it was “late”."),
        ("late", "The opening question: you said “late”, and so it was."),
        (None, "The opening question: it was “late”."),
    ],
)
def test_at_another_setting_the_verdict_says_of_what_it_is(bench, guess, said):
    demo = bench.fresh()
    demo.answer(guess) if guess else demo.end()
    assert "at 30." in demo.verdict()
    demo.slide("lr", 0.8)
    assert (demo.phase(), demo.verdict()) == ("free", said)
    demo.press("start_over")
    demo.end()
    assert demo.verdict() == "It is “late”. at 30."


def test_at_another_setting_the_verdict_is_grey(bench):
    demo = bench.fresh()
    said = demo.root.locator(".demo-verdict span")
    look = "said => [getComputedStyle(said).color, getComputedStyle(said).fontWeight]"
    demo.end()
    told = said.evaluate(look)
    demo.slide("lr", 0.8)
    assert demo.phase() == "free" and said.is_visible()
    assert said.evaluate(look)[0] != told[0] and said.evaluate(look)[1] == "400"


_FROM_STILL = """async ({ asked, ...given }) => {
  const el = document.getElementById("demo");
  const still = el.innerHTML.replace(/data-room="[^"]*"/, 'data-room="as the still has it"');
  window.cleanup();
  window.cleanup = undefined;
  el.innerHTML = still;
  el.querySelector(".demo-ask").textContent = asked;
  const done = mount(given);
  const held = el.querySelector("[data-picture]") !== null;
  await done;
  return [held, el.children.length, demo.root.querySelector(".demo-verdict").dataset.room];
}"""


@pytest.mark.parametrize("same", [True, False])
def test_the_room_of_a_verdict_is_that_of_the_still(bench, same):
    demo = bench.fresh()
    measured = demo.page.evaluate("demo.root.querySelector('.demo-verdict').dataset.room")
    assert "at 00." in measured
    asked = demo.page.evaluate("demo.text.ask") if same else "another question"
    given = {"asked": asked, "language": "en", "controls": bench.demo.start}
    found = demo.page.evaluate(_FROM_STILL, given)
    assert found == [True, 1, "as the still has it" if same else measured]
