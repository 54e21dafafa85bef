"""One step down a parabola.

Book: hyperparameters/across_widths
"""

from typing import ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit

TEXT = {
    "zh": {
        "title": "走一步",
        "picture": "一条抛物线，和走一步落到的点",
        "try": "从右边的高处走一步，学习率取多大正好落到谷底？",
        "lr": "学习率",
        "left": "剩下的高度",
        "said": "走了一步，离谷底还有 {left} 高。",
    },
    "en": {
        "title": "One step",
        "picture": "A parabola, and the point where one step lands",
        "try": "Take one step from the right: which learning rate lands exactly at the bottom?",
        "lr": "learning rate",
        "left": "height left",
        "said": "After one step the height above the bottom is {left}.",
    },
}


def height(x: Tensor) -> Tensor:
    """The parabola."""
    return x.square() / 2


def landing(lr: Tensor) -> Tensor:
    """Where one step from 1 lands."""
    return 1 - lr


class AcrossWidthsDemo(Demo):
    """A parabola: choose the learning rate of one step."""

    words = TEXT
    start: ClassVar = {"lr": 0.5}
    sliders: ClassVar = {"lr": Slider(0, 2)}
    timeless = True

    @staticmethod
    def emitted() -> str:
        return emit(height=height, landing=landing)

    @staticmethod
    def readouts(*, lr: float) -> dict[str, float]:
        return {"left": height(landing(torch.tensor(lr, dtype=torch.float64))).item()}
