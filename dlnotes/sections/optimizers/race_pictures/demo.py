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
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import Landscape

SEVEN = ("sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam")
NAMES = {
    "sgd": "SGD",
    "nesterov": "Nesterov",
    "adagrad": "Adagrad",
    "adadelta": "Adadelta",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamax": "AdaMax",
    "nadam": "Nadam",
    "amsgrad": "AMSGrad",
    "lion": "Lion",
}
SETTINGS = (  # a race of each terrain that is not chaotic
    {"surface": "saddle", "tuning": "best", "y": -0.4, "inspect": "adadelta", "now": 12},
    {"surface": "beale", "tuning": "best", "x": 0.6, "y": 0.9, "angle": 20, "now": 25},
    {"surface": "himmelblau", "x": 1.2, "y": -0.7, "field": "all", "inspect": "amsgrad"},
    {"surface": "ravine", "x": 0.5, "y": 0.3, "angle": 33, "tuning": "best", "field": "all"},
    {"surface": "rosenbrock", "lr": 0.002, "x": -0.5, "y": 1.0, "inspect": "momentum"},
)

TEXT = {
    "zh": {
        "title": "赛跑：同一处起点，各走各的步",
        "picture": "地形和各条路线；选中的方法此刻记着什么；各条跑道上谁先到",
        "try": "按“各自最好”，看名次怎么变；再按“山谷转 45°”。起点可以拖，竖线也可以拖。",
        "start": "起点",
        "time": "第几步",
        "surface": "地形",
        "saddle": "马鞍",
        "beale": "Beale",
        "ravine": "山谷",
        "rosenbrock": "Rosenbrock",
        "himmelblau": "四个坑",
        "tuning": "学习率",
        "same": "都用一个",
        "best": "各用最好的",
        "lr": "共用的学习率",
        "angle": "地形转多少度",
        "field": "上场",
        "seven": "图里常见的 7 个",
        "all": "全部 11 个",
        "one": "只看选中的",
        "inspect": "细看",
        "momentum": "动量法",
        "famous": "那张图：都用 0.01",
        "each": "各自最好",
        "contours": "等高线那张图",
        "straight": "山谷",
        "quarter": "山谷转 45°",
        "ridge": "正好站在脊线上",
        "now": "第几步",
        "swerve": "偏离最陡方向",
        "off": "这一步偏离最陡方向 {angle}°",
        "velocity": "速度",
        "grad": "梯度 g",
        "total": "Σg²",
        "v_max": "v 的最大值",
        "rate": "有效学习率",
        "delta": "这一步",
        "first_axis": "θ₁",
        "second_axis": "θ₂",
        "step_axis": "步（对数）",
        "inside": "{name}，第 {now} 步",
        "steepest": "最陡",
        "its_step": "这一步",
        "steps_at": "{steps} 步",
        "never": "超过 {limit} 步",
        "lost": "发散",
        "setting_same": "学习率都用 {lr}：",
        "setting_best": "学习率各用最好的：",
        "leads": "{name} 最先到，{steps} 步",
        "trails": "{name} 最后到，{steps} 步",
        "alone_arrives": "{name} {steps} 步到",
        "late": "{names} 走了 {limit} 步还没到",
        "gone": "{names} 发散",
        "nobody": "谁也没到",
        "joint": "、",
        "comma": "；",
        "end": "。",
        "point": "横 {x}，纵 {y}",
        "units": {"angle": "°", "swerve": "°"},
    },
    "en": {
        "title": "The race: one start, each with its own step",
        "picture": "The terrain and the paths on it; what the chosen rule remembers at this "
        "moment; lanes that show who arrives first",
        "try": "Press “to each its best” and watch the ranking change; then press “valley, turned "
        "45°”. You can drag the start, and the vertical line.",
        "start": "start",
        "time": "step",
        "surface": "terrain",
        "saddle": "saddle",
        "beale": "Beale",
        "ravine": "valley",
        "rosenbrock": "Rosenbrock",
        "himmelblau": "four pits",
        "tuning": "learning rate",
        "same": "one for all",
        "best": "the best each",
        "lr": "learning rate for all",
        "angle": "terrain turned by",
        "field": "running",
        "seven": "the usual 7",
        "all": "all 11",
        "one": "the chosen one",
        "inspect": "look inside",
        "momentum": "momentum",
        "famous": "the picture: 0.01 for all",
        "each": "to each its best",
        "contours": "the contour picture",
        "straight": "valley",
        "quarter": "valley, turned 45°",
        "ridge": "exactly on the ridge",
        "now": "step",
        "swerve": "off the steepest way",
        "off": "this step: {angle}° off the steepest way",
        "velocity": "velocity",
        "grad": "gradient g",
        "total": "Σg²",
        "v_max": "largest v",
        "rate": "effective rate",
        "delta": "this step",
        "first_axis": "θ₁",
        "second_axis": "θ₂",
        "step_axis": "step (log)",
        "inside": "{name}, step {now}",
        "steepest": "steepest",
        "its_step": "this step",
        "steps_at": "{steps} steps",
        "never": "over {limit} steps",
        "lost": "diverged",
        "setting_same": "Learning rate {lr} for all: ",
        "setting_best": "Each at its best learning rate: ",
        "leads": "{name} is first, after {steps} steps",
        "trails": "{name} last, after {steps}",
        "alone_arrives": "{name} arrives after {steps} steps",
        "late": "not there after {limit} steps: {names}",
        "gone": "diverged: {names}",
        "nobody": "nobody arrives",
        "joint": ", ",
        "comma": "; ",
        "end": ".",
        "point": "x {x}, y {y}",
        "units": {"angle": "°", "swerve": "°"},
    },
}
SYMBOLS = {"m": "m", "v": "v", "u": "u", "m_hat": "m̂", "v_hat": "v̂"}
for _words in TEXT.values():
    _words.update(NAMES | SYMBOLS)
    for _name in RULES:
        _words |= {f"steps_{_name}": _words[_name], f"lr_{_name}": _words[_name]}
    for _row in ROWS:
        _words |= {f"{_row}_x": _words[_row], f"{_row}_y": _words[_row]}


class RaceDemo(Demo):
    """The race: choose terrain, tuning and angle, drag the start, look inside a rule."""

    words = TEXT
    start: ClassVar = {
        "surface": "saddle",
        "tuning": "same",
        "lr": 0.01,
        "angle": 0,
        "field": "seven",
        "inspect": "adam",
        "x": 1.0,
        "y": 0.001,
        "now": 90,
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
        "time": Drag(60, 0, ("now",)),
    }
    at_once = ("angle", "tuning", "lr", "surface")
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

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        return cls.start | draw.choice(SETTINGS)


@functools.cache
def _arrivals(
    surface: str, angle: float, x: float, y: float, names: tuple[str, ...], lr: float | None
) -> dict[str, tuple[float, float]]:
    """Steps and learning rate of each rule, at one for all, or at its best where `lr` is None."""
    land, start = SURFACES[surface].land.rotated(angle), turned((x, y), angle)
    if lr is None:
        entries = tuned({name: RULES[name] for name in names}, land, start)
        return {name: (entry.steps.item(), entry.lr) for name, entry in entries.items()}
    steps = finishes({name: (RULES[name], {"lr": lr}) for name in names}, land, start)
    return {name: (value.item(), lr) for name, value in steps.items()}


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
