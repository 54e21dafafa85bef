"""A digit that is shifted, turned or grained until a small net changes its mind.

Book: regularization/more_data
"""

import json
import random
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.regularization.more_data import programs
from dlnotes.sections.regularization.more_data.experiments import SMALL
from dlnotes.sections.regularization.more_data.nets import PIXELS
from dlnotes.sections.regularization.more_data.programs import (
    BELL,
    DRAWS,
    ENDS,
    KINDS,
    LAST,
    NETS,
    few,
    net,
    one_of_each,
    shares,
)
from dlnotes.sections.regularization.more_data.words import TEXT

GUESSES = {"most": 0.85, "sixty": 0.6, "thirty": 0.3, "ten": 0.1}
EMITTED = (
    programs.amount, programs.changed, programs.features, programs.shown, programs.chances
)  # fmt: skip
_IMAGE, _X = (PIXELS, PIXELS), (PIXELS**2,)
_SHAPES = {
    "changed": {"image": _IMAGE},
    "features": {"image": _IMAGE, "draws": _X},
    "shown": {"x": _X},
    "chances": {"x": _X, "W": (SMALL, *_X), "b": (SMALL,), "V": (10, SMALL), "c": (10,)},
}


class MoreDataDemo(Demo):
    """One digit and 600: how far can they be changed before a net reads them otherwise?"""

    words = TEXT
    start: ClassVar = {"kind": "shift", "net": "with_plain", "digit": 0, "now": 0}
    sliders: ClassVar = {"digit": Slider(0, 9, steps=9)}
    choices: ClassVar = {"kind": KINDS, "net": NETS}
    handles: ClassVar = {"time": Drag(120, 0, ("now",))}
    presets = ("taught", "half", "grain", "mended")
    guesses = tuple(GUESSES)
    formula = ("share", "chance", "level")

    @staticmethod
    def emitted() -> str:
        program = emit(**{function.__name__: function for function in EMITTED}, shapes=_SHAPES)
        nets = {which: [_flat(param) for param in net(which)] for which in NETS}
        numbers = {
            "LAST": LAST, "BELL": BELL, "ENDS": ENDS, "SIDE": PIXELS, "DRAWS": DRAWS.tolist(),
            "MEAN": few().mean.item(), "STD": few().std.item(), "NETS": nets,
            "IMAGES": [_flat(image) for image in one_of_each()],
            "SHARES": {
                which: {kind: _short(each) for kind, each in kinds.items()}
                for which, kinds in shares().items()
            },
        }  # fmt: skip
        lines = (f"export const {name} = {_told(value)};\n" for name, value in numbers.items())
        return program + "".join(lines)

    @staticmethod
    def readouts(*, kind: str, net: str, digit: int, now: int) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            kind: "shift", "turn" or "noise".
            net: which of `programs.NETS`.
            digit: whose image.
            now: how far the change has gone, of `programs.LAST`.
        """
        found = _chances(kind, net, digit, now)
        return {
            "now": now,
            "said": int(found.argmax()),
            "sure": found.max().item(),
            "share": _short(shares()[net][kind])[now],
        }

    @staticmethod
    def answer() -> str:
        start = MoreDataDemo.start
        share = shares()[start["net"]][start["kind"]][BELL]
        return min(GUESSES, key=lambda name: abs(GUESSES[name] - share))

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return super().random_setting(draw) | {"now": draw.randint(0, LAST)}


def _chances(kind: str, which: str, digit: int, now: int) -> Tensor:
    far = {name: ENDS[name] * now / LAST * (name == kind) for name in KINDS}
    image = programs.moved(one_of_each()[digit], right=far["shift"], degrees=far["turn"])
    X = (image.flatten() - few().mean) / few().std + far["noise"] * DRAWS
    return torch.softmax(net(which).scores(X[None, None])[0, 0], 0)


def _flat(values: Tensor) -> list[float]:
    return [round(value, 4) for value in values.flatten().tolist()]


def _short(values: list[float]) -> list[float]:
    return [round(value, 3) for value in values]


def _told(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
