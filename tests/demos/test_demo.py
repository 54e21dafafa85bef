"""What all demos share: the Python class, and the drawing and controls in a browser."""

from typing import ClassVar

import pytest

from dlnotes.core.language import set_language
from dlnotes.core.widgets import END_OF_SHARED
from dlnotes.demos import scripts
from dlnotes.demos.demo import Demo

PROGRAM = "export const square = (x) => x * x;\n"
WORDS = {
    "title": "t",
    "picture": "p",
    "try": "try",
    "lr": "rate",
    "run": "Run",
    "pause": "Pause",
    "step": "Step",
    "reset": "Reset",
    "dot": "dot",
    "now": "now",
    "units": {"lr": " s"},
}
SCENE = """
const d = globalThis.dlnotesDemo;
function build(demo) {
  window.demo = demo;
  const now = demo.controls;
  const show = demo.readout("now");
  const set = (step) => { now.now = step; show(step); };
  const change = (value) => { now.lr = value; };
  demo.slider({ name: "lr", min: 0.001, max: 1, log: true, value: now.lr, change });
  const tick = (steps) => { set(Math.min(now.now + steps, 30)); return now.now < 30; };
  demo.player({ rate: 50, tick, reset: () => set(0) });
  const move = (x, y) => { Object.assign(now, { x, y }); dot.place(x, y); };
  const dot = demo.handle({ name: "dot", step: 5, move });
  dot.place(now.x, now.y);
  return { draw: (width) => demo.size(width, 200) };
}
export default { render: ({ model, el }) => d.mount(model, el, build) };
"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory) -> type[Demo]:
    folder = tmp_path_factory.mktemp("scene")
    (folder / "scene.js").write_text(SCENE, encoding="utf-8")

    class Scene(Demo):
        stem = folder / "scene"
        words: ClassVar = {"zh": WORDS, "en": WORDS}
        start: ClassVar = {"lr": 0.1, "now": 0, "x": 50, "y": 60}

        @staticmethod
        def emitted() -> str:
            return PROGRAM

    return Scene


def test_a_demo_carries_program_words_and_start(scene):
    demo = scene(lr=0.2)
    assert demo.program == PROGRAM
    assert demo.controls == {"lr": 0.2, "now": 0, "x": 50, "y": 60}
    assert demo.text["zh"]["lr"] == "rate"


def test_the_shared_part_ends_where_the_site_expects_it(scene):
    shared, mark, own = scene()._esm.partition(END_OF_SHARED)
    assert mark
    assert own.strip() == SCENE.strip()
    assert shared == scripts.shared().partition(mark)[0]


def test_an_unknown_control_is_named(scene):
    with pytest.raises(ValueError, match="`speed` is not a control of this demo; it has lr, now"):
        scene(speed=3)


def test_the_language_is_the_readers(scene):
    try:
        for lang in ("zh", "en"):
            set_language(lang)
            assert scene().language == lang
    finally:
        set_language("en")


def test_the_palette_stays_away_from_pages_that_bring_their_own(scene):
    assert "html:not([data-theme]) .dlnotes {" in scene()._css
    assert "\n.dlnotes {" not in scene()._css
