"""The border of divergence of two nets, computed in the page and zoomed into.

Book: learning_rates/fractal_boundary
"""

import json
import random
from typing import Any, ClassVar

import torch

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.learning_rates.box_counting import box_dimension
from dlnotes.live import emit
from dlnotes.sections.learning_rates.fractal_boundary import plane
from dlnotes.sections.learning_rates.fractal_boundary.experiments import stills
from dlnotes.sections.learning_rates.fractal_boundary.windows import EXAMPLES, HIDDEN, ROUGH
from dlnotes.sections.learning_rates.fractal_boundary.words import TEXT

EMITTED = (
    plane.tanh_step, plane.linear_step, plane.last_step, plane.late, plane.kept, plane.rate,
    plane.wide, plane.spread, plane.far, plane.between, plane.boxes,
)  # fmt: skip
_L, _B, _H = (plane.LANES,), (EXAMPLES,), (HIDDEN,)
_RATES = {"lr_in": _L, "lr_out": _L}
_TWO = {"sums": _B + _H + _L, "out": _H + _L, "kernel": _B + _B, "y": _B} | _RATES
_SHAPES = {
    "tanh_step": _TWO,
    "linear_step": _TWO,
    "last_step": {"out": _H + _L, "h": _B + _H, "y": _B} | _RATES,
    "late": {"total": _L, "loss": _L, "first": _L},
    "kept": {"total": _L},
    "spread": {"rows": _L, "columns": _L},
    "boxes": {"inside": (plane.SIDE + 1, plane.SIDE + 1)},
}


class FractalBoundaryDemo(Demo):
    """Two planes of learning rates: where training converges, ever closer."""

    words = TEXT
    start: ClassVar = {"net": plane.KINDS["left"], "now": 0, **plane.ASKED}
    sliders: ClassVar = {
        "steps": Slider(stops=plane.STEPS),
        "seed": Slider(stops=plane.SEEDS),
    }
    choices: ClassVar = {"net": ("tanh", "linear")}
    handles: ClassVar = {
        "place": Drag(40, -30, ("first", "second")),
        "time": Drag(271, 0, ("now",)),
    }
    presets = ("dive", "linear_dive", "few", "quiet")
    guesses = ("two", "single", "both", "neither")
    formula = ("first", "second", "lr_in", "lr_out")

    @staticmethod
    def emitted() -> str:
        program = emit(**{each.__name__: each for each in EMITTED}, shapes=_SHAPES)
        numbers = {
            "LANES": plane.LANES, "SIDE": plane.SIDE, "LOW": plane.LOW, "HIGH": plane.HIGH,
            "DEPTH": plane.DEPTH, "ROUNDS": plane.ROUNDS, "LAST": plane.LAST, "ROUGH": ROUGH,
            "NETS": [_net(seed) for seed in plane.SEEDS],
            "STILLS": stills(),
            "DIMENSIONS": {side: _dimension(each[-1]) for side, each in stills().items()},
        }  # fmt: skip
        lines = (f"export const {n} = {json.dumps(each)};\n" for n, each in numbers.items())
        return program + "\n" + "".join(lines)

    @staticmethod
    def readouts(
        *, net: str, now: int, steps: int, seed: int, first: float, second: float
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            net: of the left plane, `"tanh"` or `"linear"`; no number depends on it.
            now: how many zooms.
            steps: of every training run; no number depends on it.
            seed: of the net; no number depends on it.
            first: power of ten of the input layer's rate that the zoom aims at.
            second: the same of the output layer.
        """
        width = plane.wide(torch.tensor(now, dtype=torch.float64)).item()
        return {
            "now": now, "steps": steps, "seed": seed, "width": width,
            "lr_in": 10**first, "lr_out": 10**second,
        }  # fmt: skip

    @staticmethod
    def answer() -> str:
        deepest = (
            plane.seen(kind, **plane.ASKED, now=plane.DEPTH) for kind in plane.KINDS.values()
        )
        left, right = map(plane.is_rough, deepest)
        if left == right:
            return "neither" if left else "both"
        return "single" if left else "two"

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        place = {name: round(draw.uniform(-1, 3), 3) for name in ("first", "second")}
        return super().random_setting(draw) | place


def _dimension(still: str) -> float:
    """At the deepest zoom of the question, to one digit."""
    return round(box_dimension(plane.unpacked(still)), 1)


def _net(seed: int) -> dict[str, list[float]]:
    shared = plane.shared(seed)
    h = torch.tanh(shared.sums)
    return {name: each.flatten().tolist() for name, each in {**shared._asdict(), "h": h}.items()}
