"""Drives a demo in a real browser as a reader does: by mouse, finger and keyboard.

The same driver works on a bare page (`bare_page`) and on a page of the built site.
"""

import json
from contextlib import contextmanager

_PAGE = """<!doctype html>
<html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<style>body {{ margin: 0; padding: 20px; font-family: sans-serif }} {css}</style>
<body data-jp-theme-light="{light}"><div id="demo"></div>
<script id="state" type="application/json">{state}</script>
<script id="module" type="text/plain">{module}</script>
<script type="module">
const state = JSON.parse(document.getElementById("state").textContent);
const saved = (window.saved = []);
const model = {{
  get: (name) => state[name],
  set: (name, value) => {{ state[name] = value; }},
  save_changes: () => saved.push(state.controls),
  on() {{}}, off() {{}},
}};
const source = document.getElementById("module").textContent;
const url = URL.createObjectURL(new Blob([source], {{ type: "text/javascript" }}));
const {{ default: widget }} = await import(url);
window.cleanup = await widget.render({{ model, el: document.getElementById("demo") }});
</script></body></html>"""


def bare_page(demo, lang: str, *, dark: bool = False) -> str:
    """A page with one demo and nothing else, as a notebook front end would show it."""
    state = {name: getattr(demo, name) for name in ("program", "text", "controls")}
    return _PAGE.format(
        lang=lang,
        css=demo._css,
        light=str(not dark).lower(),
        state=json.dumps(state | {"language": lang}).replace("<", "\\u003c"),
        module=demo._esm,
    )


@contextmanager
def opened(chromium, html: str, *, width: int = 800, touch: bool = False, motion: bool = True):
    """The first demo of a page of its own, ready to be touched."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        has_touch=touch,
        reduced_motion="no-preference" if motion else "reduce",
    )
    page = context.new_page()
    errors: list[str] = []
    listen(page, errors)
    page.set_content(html)
    yield DemoOnPage(page, errors)
    context.close()


def listen(page, errors: list[str]) -> None:
    """Collect what goes wrong on a page: exceptions, and everything printed to its console."""
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))


class DemoOnPage:
    """One demo on a page; `index` counts the demos of the page."""

    def __init__(self, page, errors: list[str], index: int = 0) -> None:
        self.page, self.errors = page, errors
        page.wait_for_selector(".dlnotes-demo[data-ready]")
        self.root = page.locator(".dlnotes-demo").nth(index)

    def controls(self) -> dict:
        """Every control at full precision."""
        return self.root.evaluate("root => ({ ...root.controls })")

    def readouts(self) -> dict[str, float]:
        """Every readout at full precision."""
        found = self.root.locator("[data-readout]").evaluate_all(
            "all => all.map(each => [each.dataset.readout, each.dataset.value])"
        )
        return {name: float(value) for name, value in found}

    def picture(self) -> str:
        """The drawing as markup: two different pictures differ."""
        return self.root.locator("[data-picture]").inner_html()

    def status(self) -> str:
        """The sentence below the picture."""
        return self.root.locator("[data-status]").inner_text()

    def control(self, name: str, value: str | None = None):
        """An input or button; `value` picks one of several radio buttons."""
        which = f"[data-control={name}]" + (f"[value={value}]" if value else "")
        return self.root.locator(which)

    def key(self, name: str, *keys: str) -> None:
        """Press keys on a control, with the keyboard alone."""
        self.control(name).focus()
        for key in keys:
            self.page.keyboard.press(key)

    def slide(self, name: str, part: float) -> None:
        """Put a slider at a part of its way, by mouse."""
        self.control(name).scroll_into_view_if_needed()
        box = self.control(name).bounding_box()
        self.page.mouse.click(box["x"] + part * box["width"], box["y"] + box["height"] / 2)

    def press(self, name: str, value: str | None = None) -> None:
        """Click a button, a check box or a radio button."""
        self.control(name, value).click()

    def handle(self, name: str):
        """A handle in the picture."""
        return self.root.locator(f"[data-handle={name}]")

    def drag(self, name: str, dx: float, dy: float) -> None:
        """Drag a handle by mouse, in pixels."""
        x, y = self._grip(name)
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + dx / 2, y + dy / 2)
        mouse.move(x + dx, y + dy)
        mouse.up()

    def swipe(self, name: str, dx: float, dy: float) -> None:
        """Drag a handle by finger, in pixels."""
        x, y = self._grip(name)
        session = self.page.context.new_cdp_session(self.page)
        for kind, part in (("Start", 0), ("Move", 0.5), ("Move", 1), ("End", None)):
            points = [] if part is None else [{"x": x + part * dx, "y": y + part * dy}]
            event = {"type": f"touch{kind}", "touchPoints": points}
            session.send("Input.dispatchTouchEvent", event)

    def _grip(self, name: str) -> tuple[float, float]:
        self.handle(name).scroll_into_view_if_needed()
        box = self.handle(name).locator(".grip").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def assert_same(shown: dict[str, float], expected: dict[str, float], *, whole=()) -> None:
    """Every readout equals Python's number: to 1e-9, and those in `whole` exactly."""
    assert shown.keys() == expected.keys()
    for name, value in expected.items():
        if name in whole or value in (float("inf"), float("-inf")):
            assert shown[name] == value, name
        else:
            assert abs(shown[name] - value) <= 1e-9 * abs(value), (name, shown[name], value)


def assert_fits_a_phone(demo) -> None:
    """Letters of 11 px and controls of 40 px at least, and nothing wider than the page of 390 px.

    Args:
        demo: opened at a width of 390.
    """
    measure = """root => {
      const svg = root.querySelector("[data-picture]");
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      const size = (text) => parseFloat(getComputedStyle(text).fontSize) * scale;
      const height = (control) => control.getBoundingClientRect().height;
      const labels = "label.demo-toggle, .demo-choice label, label:has(input[type=radio])";
      const touched = root.querySelectorAll(`input[type=range], button, ${labels}`);
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


def colors_in_both_themes(chromium, demo, mark: str) -> list[str]:
    """The color of a mark in the light and in the dark; on paper, a picture without controls.

    Args:
        chromium: the browser.
        demo: a demo, fresh.
        mark: a CSS selector.
    """
    colors = []
    for dark in (False, True):
        with opened(chromium, bare_page(demo, "en", dark=dark)) as shown:
            ink = "(root, mark) => getComputedStyle(root.querySelector(mark)).color"
            colors.append(shown.root.evaluate(ink, mark))
            shown.page.emulate_media(media="print")
            assert not shown.root.locator(".demo-controls").is_visible()
            assert shown.root.locator("[data-picture]").is_visible()
    return colors
