"""What every demo shares: an anywidget whose mathematics is an emitted PyTorch program.

A demo is `demo.py` and `demo.js` in the room of its section. The Python file holds every word in
both languages, every control with its range, the functions that are emitted, and `readouts`, the
same numbers computed by the library; the JavaScript file draws, with what `demo.js` beside this
file describes and gives. What is declared here is all that a demo's tests need to know: they find
it and drive every control (tests/contracts/test_demos.py).

    class MomentumDemo(Demo):
        words = TEXT                               # {"zh": {...}, "en": {...}}, equal keys
        start = {"lr": 0.1, "x": -1.0, "y": 0.5, "now": 0, "method": "heavy_ball"}
        sliders = {"lr": Slider(1e-4, 4, log=True)}
        choices = {"method": ("heavy_ball", "nesterov")}
        handles = {"start": Drag(90, 40, ("x", "y"))}
        presets = ("habit", "best")

        @staticmethod
        def emitted() -> str:
            return emit(step=step)

        @staticmethod
        def readouts(*, lr, x, y, now, method) -> dict[str, float]:
            return {"now": now, "distance": ...}
"""

import functools
import random
import sys
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from dlnotes.core import palette
from dlnotes.core.language import LANGUAGES, language
from dlnotes.demos.contract import first_fault, toggles
from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.scripts import HERE, module

# on the website <html> carries data-theme and the palette; elsewhere the demo brings its own
_LIGHT = "html:not([data-theme]) .dlnotes"
_DARK = (
    'html:not([data-theme]) body[data-jp-theme-light="false"] .dlnotes,\n'
    "html:not([data-theme]) body.vscode-dark .dlnotes"
)

SHEETS = ("frame", "picture", "controls")  # what stands later wins

USUAL = {  # words of what most demos have; a demo's own win
    "zh": {"run": "运行", "pause": "暂停", "step": "走一步", "reset": "回到起点"},
    "en": {"run": "Run", "pause": "Pause", "step": "Step", "reset": "Reset"},
}


def stylesheet() -> str:
    """The palette and the look of demos, for JupyterLab and other notebook front ends."""
    sheets = ((HERE / "shared" / f"{name}.css").read_text("utf-8") for name in SHEETS)
    return palette.css(_LIGHT, _DARK) + "".join(sheets)


class Demo(anywidget.AnyWidget):
    """A picture one can touch, with or without a kernel.

    Args:
        **controls: starting values other than the demo's own, such as `condition=1000`.

    Attributes:
        words: every word the page shows, by language and name; {holes} are filled in the page.
        start: control -> its value before the reader touches anything; true or false is a check
            box, `now` the step that a run moves.
        sliders: control -> its range.
        choices: control -> what one chooses among.
        handles: name of a handle in the picture -> a way to drag it, and what it changes.
        buttons: name of a button -> the controls it changes.
        presets: names of the settings that the page offers.
        timeless: whether nothing moves by itself, so that there is no run, step and reset.
        chaotic: readout -> relative error, where PyTorch's own number hangs on the last bit of the
            setting; elsewhere page and Python agree to 1e-9.
        rounding: what lies closer to 0 than this is a rounding error.
        formula: further names with which the program alone may compute; a drawing multiplies no
            number of a slider either, except counts.
        draws_with: functions of `Math` that are forbidden elsewhere and here only draw.
        drawing: the demo's own `demo.js`.

    Raises:
        TypeError: when the class is made, for a declaration that does not hold together.
        ValueError: for a control the demo does not have.
    """

    words: ClassVar[dict[str, dict[str, Any]]]
    start: ClassVar[dict[str, Any]]
    sliders: ClassVar[dict[str, Slider]] = {}
    choices: ClassVar[dict[str, tuple]] = {}
    handles: ClassVar[dict[str, Drag]] = {}
    buttons: ClassVar[dict[str, tuple[str, ...]]] = {}
    presets: ClassVar[tuple[str, ...]] = ()
    timeless: ClassVar[bool] = False
    chaotic: ClassVar[dict[str, float]] = {}
    rounding: ClassVar[float] = 0.0
    formula: ClassVar[tuple[str, ...]] = ()
    draws_with: ClassVar[tuple[str, ...]] = ()
    drawing: ClassVar[Path]

    program = traitlets.Unicode().tag(sync=True)
    text = traitlets.Dict().tag(sync=True)
    language = traitlets.Enum(LANGUAGES).tag(sync=True)
    ranges = traitlets.Dict().tag(sync=True)
    controls = traitlets.Dict().tag(sync=True)

    def __init_subclass__(cls, **options: Any) -> None:
        if Demo in cls.__bases__:  # not for the subclass that traitlets makes of each instance
            source = getattr(sys.modules.get(cls.__module__), "__file__", None)
            if fault := first_fault(cls, Demo, source and Path(source)):
                raise TypeError(fault)
            cls.words = {lang: USUAL[lang] | cls.words[lang] for lang in LANGUAGES}
            cls.drawing = Path(source).with_suffix(".js")
            cls._esm, cls._css = module(cls.drawing), stylesheet()
        super().__init_subclass__(**options)

    def __init__(self, **controls: Any) -> None:
        for name in controls:
            if name not in self.start:
                known = ", ".join(self.start)
                raise ValueError(f"`{name}` is not a control of this demo; it has {known}.")
        super().__init__(
            program=_program(type(self)),
            text=self.words,
            language=language(),
            ranges={name: slider.page() for name, slider in self.sliders.items()}
            | {name: {"options": options} for name, options in self.choices.items()},
            controls=self.start | controls,
        )

    @staticmethod
    def emitted() -> str:
        """The demo's functions as an ES module, from `dlnotes.live.emit`."""
        raise TypeError("A demo must define `emitted()`.")

    @staticmethod
    def readouts(**controls: Any) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library; inf for none."""
        raise TypeError("A demo must define `readouts()`.")

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        """A setting one could reach, at which page and PyTorch must agree; `start` elsewhere."""
        setting = {name: slider.draw(draw) for name, slider in cls.sliders.items()}
        setting |= {name: draw.choice(options) for name, options in cls.choices.items()}
        return cls.start | setting | {name: draw.random() < 0.5 for name in toggles(cls)}


@functools.cache
def _program(demo: type[Demo]) -> str:
    return demo.emitted()
