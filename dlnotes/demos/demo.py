"""What every demo shares: an anywidget whose mathematics is an emitted PyTorch program.

A demo is two files of one stem. The Python file holds every word in both languages, the functions
that are emitted, and `readouts(**controls)`, the same numbers computed by the library; the
JavaScript file of the same stem draws, with what `demo.js` beside this file describes and gives.

    class MomentumDemo(Demo):
        stem = Path(__file__).with_suffix("")      # where momentum.js lies
        words = TEXT                               # {"zh": {...}, "en": {...}}, equal keys
        start = {"lr": 0.1, "momentum": 0.9}       # values before the reader touches anything

        @staticmethod
        def emitted() -> str:
            return emit(step=step)
"""

from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from dlnotes.core import palette
from dlnotes.core.language import LANGUAGES, language
from dlnotes.demos.scripts import HERE, module

# on the website <html> carries data-theme and the palette; elsewhere the demo brings its own
_LIGHT = "html:not([data-theme]) .dlnotes"
_DARK = (
    'html:not([data-theme]) body[data-jp-theme-light="false"] .dlnotes,\n'
    "html:not([data-theme]) body.vscode-dark .dlnotes"
)


def stylesheet() -> str:
    """The palette and the look of demos, for JupyterLab and other notebook front ends."""
    return palette.css(_LIGHT, _DARK) + (HERE / "demo.css").read_text(encoding="utf-8")


class Demo(anywidget.AnyWidget):
    """A picture one can touch, with or without a kernel.

    Args:
        **controls: starting values other than the demo's own, such as `condition=1000`.

    Raises:
        ValueError: for a control the demo does not have.
    """

    stem: ClassVar[Path]
    words: ClassVar[dict[str, dict[str, Any]]]
    start: ClassVar[dict[str, Any]]

    program = traitlets.Unicode().tag(sync=True)
    text = traitlets.Dict().tag(sync=True)
    language = traitlets.Enum(LANGUAGES).tag(sync=True)
    controls = traitlets.Dict().tag(sync=True)

    def __init_subclass__(cls, **options: Any) -> None:
        if "stem" in vars(cls):  # not in the subclass that traitlets makes for each instance
            cls._esm = module(cls.stem.with_suffix(".js"))
            cls._css = stylesheet()
        super().__init_subclass__(**options)

    def __init__(self, **controls: Any) -> None:
        for name in controls:
            if name not in self.start:
                known = ", ".join(self.start)
                raise ValueError(f"`{name}` is not a control of this demo; it has {known}.")
        super().__init__(
            program=self.emitted(),
            text=self.words,
            language=language(),
            controls=self.start | controls,
        )

    @staticmethod
    def emitted() -> str:
        """The demo's functions as an ES module, from `dlnotes.live.emit`."""
        raise TypeError("A demo must define `emitted()`.")
