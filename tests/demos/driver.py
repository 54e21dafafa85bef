"""Drives a demo in a real browser as a reader does: by mouse, finger and keyboard.

`DemoOnPage` works on any page, of the built site, of JupyterLab, or on a `Bench`.
"""

import functools
import json
import math
import re
from typing import Any

from dlnotes.demos.demo import Demo

WIDTH, PHONE, STAGE = 800, 390, 1000
_WAY = (0.2, 0.5, 1)  # the parts of a way at which a pointer is seen, by mouse and by finger
_PAGE = """<!doctype html>
<html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<style>body {{ margin: 0; padding: 20px; font-family: sans-serif }} {css}</style>
<body data-jp-theme-light="true"><div id="demo"></div>
<script id="state" type="application/json">{state}</script>
<script id="module" type="text/plain">{module}</script>
<script type="module">
const state = JSON.parse(document.getElementById("state").textContent);
const source = document.getElementById("module").textContent;
const url = URL.createObjectURL(new Blob([source], {{ type: "text/javascript" }}));
const {{ default: widget }} = await import(url);
window.mount = async (given) => {{
  window.cleanup?.();
  const held = {{ ...state, ...given }};
  const saved = (window.saved = []);
  const model = {{
    get: (name) => held[name],
    set: (name, value) => {{ held[name] = value; }},
    save_changes: () => saved.push(held.controls),
    on() {{}}, off() {{}},
  }};
  window.cleanup = await widget.render({{ model, el: document.getElementById("demo") }});
}};
</script></body></html>"""

_STATE = """root => [
  { ...root.controls },
  [...root.querySelectorAll("[data-readout]")]
    .map((each) => [each.dataset.readout, each.dataset.value]),
  [...root.querySelectorAll("input[data-control]")]
    .filter((each) => each.type !== "radio" || each.checked)
    .map((each) => [each.dataset.control, each.type, each.dataset.value, each.checked, each.value]),
]"""
_MARK = """picture => {
  const drawn = picture.innerHTML;
  let mark = 0;
  for (let i = 0; i < drawn.length; i += 1) mark = (Math.imul(31, mark) + drawn.charCodeAt(i)) | 0;
  return `${drawn.length}:${mark}`;
}"""


class Bench:
    """A page with one demo, as a notebook front end would show it, mounted anew for every test.

    Args:
        chromium: the browser; a page costs it ten times what a demo does.
        demo: the class.
    """

    def __init__(self, chromium, demo: type[Demo]) -> None:
        self.demo, self.errors = demo, []
        self.context = chromium.new_context(viewport={"width": WIDTH, "height": 1600})
        self.page = self.context.new_page()
        listen(self.page, self.errors)
        made = demo()
        state = {name: getattr(made, name) for name in ("program", "text", "ranges", "frame")}
        html = _PAGE.format(
            css=demo._css,
            state=json.dumps(state).replace("<", "\\u003c"),
            module=demo._esm,
        )
        self.page.set_content(html)
        self.page.wait_for_function("'mount' in window")

    def fresh(self, lang: str = "en", *, width: int = WIDTH, **controls: Any) -> "DemoOnPage":
        """The demo before it is touched, on a page of some width, at its start or another one."""
        self.errors.clear()
        self.page.set_viewport_size({"width": width, "height": 1600})
        self.page.evaluate(
            "given => mount(given)", {"language": lang, "controls": self.demo.start | controls}
        )
        return DemoOnPage(self.page, self.errors, self.demo)

    def wish(self, *, dark: bool = False, motion: bool = True, paper: bool = False) -> None:
        """What the reader's machine asks for: a dark theme, no motion, a print."""
        self.page.evaluate("light => { document.body.dataset.jpThemeLight = light; }", not dark)
        self.page.emulate_media(
            reduced_motion="no-preference" if motion else "reduce",
            media="print" if paper else "screen",
        )

    def close(self) -> None:
        """Gives the page back."""
        self.context.close()


def listen(page, errors: list[str]) -> None:
    """Collect what goes wrong on a page: exceptions, what is printed, what is not found."""
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.on("requestfailed", lambda failed: errors.append(f"failed: {failed.url}"))


class DemoOnPage:
    """The first demo on a page.

    Args:
        page: where it is.
        errors: what has gone wrong there, see `listen`.
        demo: its class.
    """

    def __init__(self, page, errors: list[str], demo: type[Demo]) -> None:
        self.page, self.errors, self.demo = page, errors, demo
        page.wait_for_selector(".dlnotes-demo[data-ready]")
        self.root = page.locator(".dlnotes-demo").first

    @property
    def words(self) -> dict[str, Any]:
        """Every word of the language that the page speaks."""
        return self.demo.words[self.root.get_attribute("lang")]

    def phrase(self, which: str, /, **values: Any) -> str:
        """One of its sentences with its holes filled, as the page does it."""

        def filled(hole: re.Match) -> str:
            shown = str(values.get(hole[1], self.words.get(hole[1])))  # a panel has its name
            one, many = hole[2], hole[3]
            return shown if one is None else f"{shown} {one if shown == '1' else many}"

        return re.sub(r"\{(\w+)(?:\|([^|}]+)\|([^|}]+))?\}", filled, self.words[which])

    def controls(self) -> dict:
        """Every control at full precision."""
        return self.root.evaluate("root => ({ ...root.controls })")

    def readouts(self) -> dict[str, float]:
        """Every readout at full precision."""
        return self.state()[1]

    def state(self) -> tuple[dict, dict[str, float], dict[str, Any]]:
        """Controls, readouts, and what sliders, radio buttons and check boxes show."""
        controls, readouts, inputs = self.root.evaluate(_STATE)
        shown = {
            name: {"range": float(exact or "nan"), "checkbox": checked}.get(kind, value)
            for name, kind, exact, checked, value in inputs
        }
        return controls, {name: float(value) for name, value in readouts}, shown

    def picture(self) -> str:
        """A mark of the drawing: two different pictures differ in it."""
        return self.root.locator("[data-picture]").evaluate(_MARK)

    def status(self) -> str:
        """The sentence below the picture."""
        return self.root.locator("[data-status]").inner_text()

    def phase(self) -> str:
        """asked, guessed, played or free."""
        return self.root.get_attribute("data-phase")

    def verdict(self) -> str:
        """What the demo says to the reader's guess, empty while it does not."""
        verdict = self.root.locator(".demo-verdict [data-answer]")
        return verdict.inner_text() if verdict.count() and verdict.is_visible() else ""

    def guess(self, name: str) -> None:
        """Press an answer to the demo's question."""
        self.root.locator(f"[data-guess={name}]").click()

    def answer(self, name: str | None = None) -> None:
        """Answer the question at once, where it still stands; another setting is come back to."""
        if self.phase() not in ("asked", "guessed"):
            return
        aside = self.root.locator(".demo-aside").is_visible()
        self.page.emulate_media(reduced_motion="reduce")
        self.guess(name or self.demo.guesses[0])
        self.page.emulate_media(reduced_motion="no-preference")
        if aside:
            self.press("undo")

    def end(self) -> None:
        """Run to the end at once, as for a reader who wants no motion, or guess."""
        if self.demo.timeless:
            return self.answer()
        self.page.emulate_media(reduced_motion="reduce")
        if self.control("run").inner_text() == self.words["pause"]:
            self.press("run")
        self.press("run")
        self.page.emulate_media(reduced_motion="no-preference")

    def rewind(self, step: int = 0) -> None:
        """To the first step, and some steps on."""
        self.handle("time").focus() if self.handle("time").count() else self.end()
        self.page.keyboard.press("Home") if self.handle("time").count() else self.press("step")
        for _ in range(step):
            self.press("step")

    def control(self, name: str, value: Any = None):
        """An input or button; `value` picks one of several radio buttons."""
        which = f"[data-control={name}]" + (f'[value="{value}"]' if value is not None else "")
        return self.root.locator(which)

    def names(self, kind: str) -> list[str]:
        """The controls of one kind, each once, in their order on the page."""
        found = self.root.locator(kind).evaluate_all("all => all.map(each => each.dataset.control)")
        return list(dict.fromkeys(found))

    def pressed(self) -> list[str]:
        """The presets that are marked as set."""
        return self.names(".demo-presets [aria-pressed=true]")

    def said(self) -> str:
        """Everything the demo says, to the eye and to a screen reader."""
        return self.root.evaluate("""root => [root, ...root.querySelectorAll("*")].flatMap(
          (part) => [part.getAttribute("aria-label"), part.getAttribute("aria-valuetext"),
          part.childElementCount ? "" : part.textContent]).filter(Boolean).join("\\n")""")

    def colors(self, families) -> dict[str, list[str]]:
        """The colors of each family of methods in the picture, where there are any."""
        seen = """(root, name) => [...new Set([...root.querySelectorAll(`[data-picture] .${name}`)]
          .map((mark) => getComputedStyle(mark).color))]"""
        found = {name: self.root.evaluate(seen, name) for name in families}
        return {name: colors for name, colors in found.items() if colors}

    def key(self, name: str, *keys: str) -> None:
        """Press keys on a control, with the keyboard alone."""
        self._uncovered(name)
        self.control(name).focus()
        for key in keys:
            self.page.keyboard.press(key)

    def slide(self, name: str, part: float) -> None:
        """Put a slider at a part of its way, by mouse."""
        self._uncovered(name)
        self.control(name).scroll_into_view_if_needed()
        box = self.control(name).bounding_box()
        self.page.mouse.click(box["x"] + part * box["width"], box["y"] + box["height"] / 2)

    def press(self, name: str, value: Any = None) -> None:
        """Click a button, a check box or a radio button, wherever a reader would look for it."""
        control = self.control(name, value)
        more = self.root.locator("details.demo-more")
        if not control.first.is_visible() and more.locator(f"[data-control={name}]").count():
            more.evaluate("more => { more.open = true; }")
        if name in self.demo.presets:
            self.answer()  # presets are offered from then on
        control.click()

    def _uncovered(self, name: str) -> None:
        if not self.control(name).is_visible():
            self.root.locator("details.demo-more").evaluate("more => { more.open = true; }")

    def handle(self, name: str):
        """A handle in the picture."""
        return self.root.locator(f"[data-handle={name}]")

    def reach(self, name: str) -> None:
        """Focus a handle; one that comes with the answer, once the question is answered."""
        if not self.handle(name).is_visible():
            self.answer()
        self.handle(name).focus()  # brings its panel into view

    def drag(self, name: str, dx: float, dy: float) -> None:
        """Drag a handle by mouse, in pixels."""
        x, y = self._grip(name)
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        for part in _WAY:
            mouse.move(x + part * dx, y + part * dy)
        mouse.up()

    def swipe(self, name: str, dx: float, dy: float) -> None:
        """Drag a handle by finger, in pixels."""
        self.finger(*self._grip(name), dx, dy)

    def finger(self, x: float, y: float, dx: float, dy: float) -> None:
        """Touch the page somewhere, move some way in several events, and let go."""
        session = self.page.context.new_cdp_session(self.page)
        for kind, part in (("Start", 0), *(("Move", part) for part in _WAY), ("End", None)):
            points = [] if part is None else [{"x": x + part * dx, "y": y + part * dy}]
            event = {"type": f"touch{kind}", "touchPoints": points}
            session.send("Input.dispatchTouchEvent", event)

    def _grip(self, name: str) -> tuple[float, float]:
        self.reach(name)
        self.handle(name).scroll_into_view_if_needed()
        box = self.handle(name).locator(".grip").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def assert_true(demo: DemoOnPage) -> dict[str, float]:
    """What the page shows is what the library computes; hands that back."""
    controls, shown, inputs = demo.state()
    expected = _computed(demo.demo, json.dumps(controls))
    assert shown.keys() == expected.keys()
    wrong = {
        name: (shown[name], value)
        for name, value in expected.items()
        if not math.isclose(
            shown[name],
            value,
            rel_tol=demo.demo.chaotic.get(name, 1e-9),
            abs_tol=demo.demo.rounding,
        )
    }
    assert not wrong, f"page and Python differ in {wrong} at {controls}"
    for name, value in inputs.items():
        wanted = controls[name]
        assert value == (str(wanted) if name in demo.demo.choices else wanted), name
    assert demo.errors == []
    return expected


@functools.cache
def _computed(demo: type[Demo], controls: str) -> dict[str, float]:
    return demo.readouts(**json.loads(controls))


def assert_fits_a_phone(demo) -> None:
    """Letters of 11 px and controls of 40 px at least, and nothing wider than the page of 390 px.

    Args:
        demo: opened at a width of 390.
    """
    measure = """root => {
      const svg = root.querySelector("[data-picture]");
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      const size = (text) => parseFloat(getComputedStyle(text).fontSize) * scale;
      const height = (control) => control.getBoundingClientRect().height || Infinity;
      const labels = "label.demo-toggle, .demo-choice label, label:has(input[type=radio])";
      for (const more of root.querySelectorAll("details")) more.open = true;
      const touched = root.querySelectorAll(`input[type=range], button, summary, ${labels}`);
      return [
        Math.min(...[...svg.querySelectorAll("text")].map(size)),
        Math.min(...[...touched].map(height)),
        document.documentElement.scrollWidth,
      ];
    }"""
    text, touch_height, width = demo.root.evaluate(measure)
    assert text >= 11
    assert touch_height >= 40
    assert width <= 390
