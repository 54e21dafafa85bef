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
from dlnotes.core.scripts import HERE, module
from dlnotes.demos.contract import adjusted, first_fault, toggles
from dlnotes.demos.controls import Drag, Slider

SHEETS = ("frame", "picture", "controls")  # what stands later wins

USUAL = {  # words of what most demos have; a demo's own win
    "zh": {
        "run": "运行",
        "pause": "暂停",
        "step": "走一步",
        "more": "更多设置",
        "undo": "撤销",
        "start_over": "从头再来",
        "copy_link": "复制链接",
        "copied": "已复制",
        "not_copied": "请复制地址栏",
        "elsewhere": "这已不是题目的设置：猜一个，或者从头再来。",
        "unread": "地址里的 {unread} 不是这里的设置，没有用上。",
        "right": "你猜的是“{guess}”，猜中了。",
        "wrong": "你猜的是“{guess}”，其实是“{answer}”。",
        "unguessed": "答案是“{answer}”。",
        "was_right": "开头那一题：你猜的是“{guess}”，猜中了。",
        "was_wrong": "开头那一题：你猜的是“{guess}”，其实是“{answer}”。",
        "was_unguessed": "开头那一题：答案是“{answer}”。",
    },
    "en": {
        "run": "Run",
        "pause": "Pause",
        "step": "Step",
        "more": "More settings",
        "undo": "Undo",
        "start_over": "Start over",
        "copy_link": "Copy link",
        "copied": "Copied",
        "not_copied": "Copy the address",
        "elsewhere": "This is no longer the question’s setting: a guess or “Start over” leads "
        "back.",
        "unread": "The address has {unread}, which is no setting here; it was left out.",
        "right": "You said “{guess}”, and so it is. ",
        "wrong": "You said “{guess}”; it is “{answer}”. ",
        "unguessed": "It is “{answer}”. ",
        "was_right": "The opening question: you said “{guess}”, and so it was.",
        "was_wrong": "The opening question: you said “{guess}”; it was “{answer}”.",
        "was_unguessed": "The opening question: it was “{answer}”.",
    },
}


def stylesheet() -> str:
    """The palette and the look of demos, for every notebook front end and the website."""
    sheets = ((HERE / "shared" / f"{name}.css").read_text("utf-8") for name in SHEETS)
    return palette.notebook(".dlnotes") + "".join(sheets)


class Demo(anywidget.AnyWidget):
    """A picture one can touch, with or without a kernel.

    Args:
        **controls: starting values other than the demo's own, such as `condition=1000`.

    Attributes:
        words: every word the page shows, by language and name; {holes} are filled in the page.
            One in `try` names a panel of the picture, and on a phone opens it.
        start: control -> its value before the reader touches anything; true or false is a check
            box. Where a demo asks, this is the setting of its question.
        sliders: control -> its range.
        choices: control -> what one chooses among.
        handles: name of a handle in the picture -> a way to drag it, and what it changes.
        buttons: name of a button -> the controls it changes.
        presets: names of the settings that the page offers.
        at_once: the sliders, choices and check boxes that are seen at once, five at most; the
            others stand under "more". All, where a demo has no more than five.
        guesses: two to four names of answers to the question that the demo opens with,
            `words["ask"]`; until it is answered the future is not shown, at any setting.
        apart: the controls, time aside, that may change and leave the question what it is.
        time: the control that a run moves.
        timeless: whether nothing moves by itself, so that there is no run and step.
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
    at_once: ClassVar[tuple[str, ...]] = ()
    guesses: ClassVar[tuple[str, ...]] = ()
    apart: ClassVar[tuple[str, ...]] = ()
    time: ClassVar[str] = "now"
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
    frame = traitlets.Dict().tag(sync=True)
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
            frame={
                "start": self.start | controls,
                "at_once": self.shown(),
                "guesses": self.guesses,
                "apart": self.apart,
                "time": self.time,
            },
        )

    @staticmethod
    def emitted() -> str:
        """The demo's functions as an ES module, from `dlnotes.live.emit`."""
        raise TypeError("A demo must define `emitted()`.")

    @staticmethod
    def readouts(**controls: Any) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library; inf for none."""
        raise TypeError("A demo must define `readouts()`.")

    @staticmethod
    def answer() -> str:
        """Which of `guesses` is right at `start`, computed by the library."""
        raise TypeError("A demo that asks must define `answer()`.")

    @classmethod
    def shown(cls) -> tuple[str, ...]:
        """The controls that are seen at once, see `at_once`."""
        return cls.at_once or adjusted(cls)

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        """A setting one could reach, at which page and PyTorch must agree; `start` elsewhere."""
        setting = {name: slider.draw(draw) for name, slider in cls.sliders.items()}
        setting |= {name: draw.choice(options) for name, options in cls.choices.items()}
        return cls.start | setting | {name: draw.random() < 0.5 for name in toggles(cls)}


@functools.cache
def _program(demo: type[Demo]) -> str:
    return demo.emitted()
