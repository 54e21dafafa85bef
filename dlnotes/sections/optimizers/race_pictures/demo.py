"""The race: all rules on one surface, one learning rate for all or the best each, turned at will.

Book: optimizers/race_pictures
"""

import functools
import math
import random
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.sections.optimizers.race_pictures import programs
from dlnotes.sections.optimizers.race_pictures.experiments import finishes, tuned, turned
from dlnotes.sections.optimizers.race_pictures.programs import LOST, ROWS, RULES, SURFACES
from dlnotes.sections.optimizers.race_pictures.words import TEXT
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import Landscape

SEVEN = ("sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam")
SETTINGS = (  # a race of each terrain that is not chaotic
    {"surface": "saddle", "tuning": "best", "y": -0.4, "inspect": "adadelta", "now": 12},
    {"surface": "beale", "tuning": "best", "x": 0.6, "y": 0.9, "angle": 20, "now": 25},
    {"surface": "himmelblau", "x": 1.2, "y": -0.7, "field": "all", "inspect": "amsgrad"},
    {"surface": "ravine", "x": 0.5, "y": 0.3, "angle": 33, "tuning": "best", "field": "all"},
    {
        "surface": "rosenbrock",
        "tuning": "same",
        "lr": 0.002,
        "x": -0.5,
        "y": 1.0,
        "inspect": "momentum",
    },
)


class RaceDemo(Demo):
    """The race: choose terrain, tuning and angle, drag the start, look inside a rule."""

    words = TEXT
    start: ClassVar = {
        "surface": "saddle",
        "tuning": "best",
        "lr": 0.01,
        "angle": 0,
        "field": "seven",
        "inspect": "adam",
        "x": 1.0,
        "y": 0.001,
        "now": 0,
    }
    sliders: ClassVar = {
        "lr": Slider(1e-4, 10, log=True, steps=500),
        "angle": Slider(0, 90, steps=90),
    }
    choices: ClassVar = {
        "surface": tuple(SURFACES),
        "tuning": ("same", "best"),
        "field": ("seven", "all", "one"),
        "inspect": tuple(RULES),
    }
    handles: ClassVar = {
        "start": Drag(-60, -40, ("x", "y")),
        "time": Drag(120, 0, ("now",)),
        "turn": Drag(-60, 0, ("angle",)),
    }
    at_once = ("angle", "tuning")
    guesses = ("adam", "sgd")
    apart = ("inspect",)
    presets = ("famous", "each", "contours", "straight", "quarter", "ridge")
    # on turned ground a start one rounding away moves PyTorch's own count
    chaotic: ClassVar = {"steps_adadelta": 0.03}

    @staticmethod
    def emitted() -> str:
        return programs.program() + f"export const SEVEN = {list(SEVEN)};\n"

    @staticmethod
    def readouts(
        *,
        surface: str,
        tuning: str,
        lr: float,
        angle: float,
        field: str,
        inspect: str,
        x: float,
        y: float,
        now: int,
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            surface: a key of `SURFACES`.
            tuning: `"same"`: `lr` for all; `"best"`: the best of the grid for each.
            lr: the learning rate for all; in `"best"` also for rules that arrive with none.
            angle: degrees the terrain is turned by, the start with it.
            field: `"seven"`, `"all"` or `"one"`, the inspected rule alone.
            inspect: the rule whose state is shown.
            x, y: the start on the terrain before it is turned.
            now: the step at which the race is shown.

        Returns:
            A number per readout; inf for what is not there: a rule that does not run or arrive, a
            memory that the inspected rule does not keep.
        """
        names = {"seven": SEVEN, "all": tuple(RULES), "one": (inspect,)}[field]
        shown = {f"{kind}_{name}": math.inf for name in RULES for kind in ("steps", "lr")}
        arrived = _arrivals(surface, angle, x, y, names, None if tuning == "best" else lr)
        for name, (steps, best) in arrived.items():
            shown |= {f"steps_{name}": steps, f"lr_{name}": lr if math.isnan(best) else best}
        land, start = SURFACES[surface].land.rotated(angle), turned((x, y), angle)
        return {"now": now, **shown, **_inside(inspect, land, start, shown[f"lr_{inspect}"], now)}

    @staticmethod
    def answer() -> str:
        found = RaceDemo.readouts(**RaceDemo.start)
        return min(RaceDemo.guesses, key=lambda name: found[f"steps_{name}"])

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return cls.start | draw.choice(SETTINGS)


def _arrivals(
    surface: str, angle: float, x: float, y: float, names: tuple[str, ...], lr: float | None
) -> dict[str, tuple[float, float]]:
    """Steps and learning rate of each rule, at one for all, or at its best where `lr` is None."""
    known = _known(surface, angle, x, y, lr)
    rules = {name: RULES[name] for name in names if name not in known}
    land, start = SURFACES[surface].land.rotated(angle), turned((x, y), angle)
    if rules and lr is None:
        for name, entry in tuned(rules, land, start).items():
            known[name] = entry.steps.item(), entry.lr
    elif rules:
        set_to = {name: (rule, {"lr": lr}) for name, rule in rules.items()}
        for name, steps in finishes(set_to, land, start).items():
            known[name] = steps.item(), lr
    return {name: known[name] for name in names}


@functools.cache
def _known(
    surface: str, angle: float, x: float, y: float, lr: float | None
) -> dict[str, tuple[float, float]]:
    """What has been found at a setting, filled by `_arrivals`: no rule is run twice."""
    return {}


def _inside(name: str, land: Landscape, start: Tensor, lr: float, now: int) -> dict[str, float]:
    """What a rule holds at a step, or at its last before it is lost."""
    rule = RULES[name]
    path = trajectory(rule, land, start, steps=max(now, 1), lr=lr)
    minima = path.new_tensor(land.minima)
    distance = (path.unsqueeze(-2) - minima).norm(dim=-1).amin(-1)
    lost = (~(distance < LOST * distance[0])).nonzero()
    last = min(now, lost[0].item() - 1) if len(lost) else now
    states = [rule.init(start[axis]) for axis in range(2)]
    look = programs.look_of(name)
    rate = torch.tensor(lr, dtype=torch.float64)
    for point in path[:last]:
        for axis, grad in enumerate(land.gradient(point)):
            states[axis] = rule.update(grad, states[axis], grad, lr=rate)[1]
    slope = land.gradient(path[last])
    seen = [look(grad, state, rate) for grad, state in zip(slope, states, strict=True)]
    rows = {
        f"{row}_{axis}": at[row].item() if row in at else math.inf
        for row in ROWS
        for axis, at in zip("xy", seen, strict=True)
    }
    deltas = [at["delta"] for at in seen]
    return {**rows, "swerve": programs.swerve(*deltas, *slope).item()}
