"""A demo of a few lines, in which the frame alone is at work."""

from typing import ClassVar

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo

WORDS = {
    "title": "t",
    "picture": "p",
    "try": "try the {rest}",
    "lr": "rate",
    "few": "few",
    "kind": "kind",
    "1": "one",
    "2": "two",
    "dot": "dot",
    "now": "now",
    "ask": "ask",
    "early": "early",
    "late": "late",
    "because": "at {last}.",
    "box": "box",
    "rest": "rest",
    "lies": "at {x}",
    "units": {"lr": " s"},
}


class Scene(Demo):
    """A slider, another with stops, a choice of numbers, a handle and a clock."""

    words: ClassVar = {"zh": WORDS, "en": WORDS}
    start: ClassVar = {"lr": 0.1, "few": 2, "kind": 1, "now": 0, "x": 50, "y": 60}
    sliders: ClassVar = {"lr": Slider(0.001, 1, log=True), "few": Slider(stops=(1, 2, 5))}
    choices: ClassVar = {"kind": (1, 2)}
    handles: ClassVar = {"dot": Drag(40, -20, ("x", "y"))}
    guesses = ("early", "late")

    @staticmethod
    def answer() -> str:
        return "late"

    @staticmethod
    def emitted() -> str:
        return "export const square = (x) => x * x;\n"

    @staticmethod
    def readouts(*, now: float, **_: float) -> dict[str, float]:
        return {"now": now}
