"""Reddi's game, live: who follows the rare large gradient, who the many small ones.

Book: optimizers/adam_relatives
"""

import functools
import random
from types import ModuleType
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.optimizers import adabound, adam, adamax, amsgrad, lion, sgd
from dlnotes.sections.optimizers.adam_relatives.reddi import DRIFTS, reddi_game

RULES = {
    "adam": adam, "amsgrad": amsgrad, "adamax": adamax, "adabound": adabound, "lion": lion,
    "sgd": sgd,
}  # fmt: skip
ROUNDS = 400
LR = 0.1
GAMMA = 0.01  # AdaBound closes within the game
MEMORIES = [0, 1 / 17, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999]
TEXT = {
    "zh": {
        "title": "Reddi 的反例：谁走到最差的一端",
        "picture": "上：参数一轮一轮走到哪里；左下：一轮里往左、往右各推多少；右下：哪些设置会走错",
        "try": "一轮里梯度是一个 C 和几个 −1。先按“定理 1”，再换优化器；"
        "在右下的图里拖圆点，找出 Adam 从哪里起走错。",
        "rule": "优化器",
        "0": "0",
        "0.5": "0.5",
        "0.9": "0.9",
        "0.99": "0.99",
        "adam": "Adam",
        "amsgrad": "AMSGrad",
        "adamax": "AdaMax",
        "adabound": "AdaBound",
        "lion": "Lion",
        "sgd": "SGD",
        "beta2": "β₂",
        "spike": "大梯度 C",
        "period": "每轮几个梯度",
        "beta1": "β₁",
        "setting": "β₂ 与大梯度",
        "time": "第几轮",
        "step": "走一轮",
        "theorem": "定理 1",
        "maximum": "换成 AMSGrad",
        "longer": "记得久些",
        "rare": "百里挑一",
        "closing": "AdaBound 回头",
        "heads": "Lion，不记方向",
        "end": "终点",
        "beside_end": "对照的终点",
        "drift": "长远每轮净移",
        "now": "第几轮",
        "x": "参数",
        "left": "这一轮往左",
        "right": "这一轮往右",
        "best": "最好的一端",
        "worst": "最差的一端",
        "rounds_axis": "轮",
        "x_axis": "参数 x",
        "pushes": "第 {now} 轮各推多少（单位：学习率）",
        "by_spike": "大梯度推的",
        "by_rest": "其余推的",
        "leftward": "往左",
        "rightward": "往右",
        "net": "合计 {sum}",
        "map": "{name} 走错的地方（β₁ = {beta1}，每轮 {period} 个）",
        "beta2_axis": "β₂",
        "spike_axis": "大梯度 C（对数）",
        "fooled": "走错",
        "none": "这里没有地方走错",
        "balance": "C = {rest}：总和为零",
        "told_wrong": "{name} 走向最差的一端，停在 {end}。"
        "长远看，一轮净移 {drift} 个学习率，{side}。",
        "told_right": "{name} 走向最好的一端，停在 {end}。"
        "长远看，一轮净移 {drift} 个学习率，{side}。",
        "told_slow": "{name} 跑了 {rounds} 轮，才到 {end}：一轮净移只有 {drift} 个学习率，{side}。",
        "point": "β₂ {beta2}，C {spike}",
    },
    "en": {
        "title": "Reddi's counterexample: who walks to the worst end",
        "picture": "Top: the parameter over the rounds; bottom left: how much one round pushes to "
        "the left and to the right; bottom right: the settings that end up wrong",
        "try": "A round holds one gradient C and some −1. Press “theorem 1”, then change the "
        "optimizer; drag the dot on the lower map and find where Adam begins to go wrong.",
        "rule": "optimizer",
        "0": "0",
        "0.5": "0.5",
        "0.9": "0.9",
        "0.99": "0.99",
        "adam": "Adam",
        "amsgrad": "AMSGrad",
        "adamax": "AdaMax",
        "adabound": "AdaBound",
        "lion": "Lion",
        "sgd": "SGD",
        "beta2": "β₂",
        "spike": "spike C",
        "period": "gradients a round",
        "beta1": "β₁",
        "setting": "β₂ and the spike",
        "time": "round",
        "step": "One round",
        "theorem": "theorem 1",
        "maximum": "with AMSGrad",
        "longer": "longer memory",
        "rare": "one in 101",
        "closing": "AdaBound turns",
        "heads": "Lion, no memory",
        "end": "end",
        "beside_end": "end of the other",
        "drift": "long-run move a round",
        "now": "round",
        "x": "parameter",
        "left": "left, this round",
        "right": "right, this round",
        "best": "best end",
        "worst": "worst end",
        "rounds_axis": "round",
        "x_axis": "parameter x",
        "pushes": "pushes of round {now}, in learning rates",
        "by_spike": "by the spike",
        "by_rest": "by the others",
        "leftward": "left",
        "rightward": "right",
        "net": "net {sum}",
        "map": "where {name} goes wrong (β₁ = {beta1}, {period} a round)",
        "beta2_axis": "β₂",
        "spike_axis": "spike C (log)",
        "fooled": "wrong",
        "none": "nowhere wrong",
        "balance": "C = {rest}: the sum is zero",
        "told_wrong": "{name} walks to the worst end and stands at {end}. In the long run a round "
        "moves it {drift} learning rates to the {side}.",
        "told_right": "{name} walks to the best end and stands at {end}. In the long run a round "
        "moves it {drift} learning rates to the {side}.",
        "told_slow": "After {rounds} rounds {name} has come to {end}: a round moves it only "
        "{drift} learning rates to the {side}.",
        "point": "β₂ {beta2}, C {spike}",
    },
}


def hyper(name: str, lr, beta1, beta2) -> dict[str, Any]:
    """What the game hands to a rule; AdaBound ends at the learning rate it begins with."""
    if name == "sgd":
        return {"lr": lr}
    extra = {"final_lr": lr, "gamma": GAMMA} if name == "adabound" else {}
    return {"lr": lr, "beta1": beta1, "beta2": beta2} | extra


def stepping(name: str):
    """One step of a rule in the game: where it stands, how far it was pushed, what it keeps."""
    rule: ModuleType = RULES[name]

    def step(x, state, grad, lr, beta1, beta2):
        delta, state = rule.update(grad, state, x, **hyper(name, lr, beta1, beta2))
        return {"x": (x + delta).clamp(-1, 1), "push": delta / lr, "state": state}

    return step


def slope(place: Tensor, spike: Tensor) -> Tensor:
    """The gradient at a place of the round: the spike comes first."""
    return torch.where(place == 0, spike, -torch.ones_like(spike))


def rate(step: Tensor, period: Tensor) -> Tensor:
    """The learning rate of step 1, 2, …: it falls with the root of the rounds played."""
    return LR * (period / step).sqrt()


def total(spike: Tensor, period: Tensor) -> Tensor:
    """The sum of the gradients of a round; positive: the best end is -1."""
    return spike - (period - 1)


def sound(drift):
    """Positive where a rule moves towards the best end, negative where it is fooled."""

    def towards(beta2, spike, period, beta1):
        return -drift(beta1, beta2, spike, period) * total(spike, period)

    return towards


class RelativesDemo(Demo):
    """Reddi's game: choose the rule, its memories and the gradients of a round."""

    words = TEXT
    start: ClassVar = {
        "rule": "adam",
        "beta1": 0,
        "beta2": 1 / 17,
        "spike": 4.0,
        "period": 3,
        "now": 40,
    }
    sliders: ClassVar = {
        "beta2": Slider(stops=MEMORIES),
        "spike": Slider(1, 300, log=True, steps=300),
        "period": Slider(stops=(3, 4, 6, 11, 31, 101)),
    }
    choices: ClassVar = {"rule": tuple(RULES), "beta1": (0, 0.5, 0.9, 0.99)}
    handles: ClassVar = {
        "setting": Drag(150, -20, ("beta2", "spike")),
        "time": Drag(60, 0, ("now",)),
    }
    presets = ("theorem", "maximum", "longer", "rare", "closing", "heads")

    @staticmethod
    def emitted() -> str:
        x, shapes, functions = torch.zeros((), dtype=torch.float64), {}, {}
        for name, rule in RULES.items():
            functions[name] = stepping(name)
            functions[f"{name}_init"] = rule.init
            functions[f"{name}_drift"] = DRIFTS[name]
            functions[f"{name}_sound"] = sound(DRIFTS[name])
            shapes[name] = {"state": type(rule.init(x))(*((),) * len(rule.init(x)))}
        program = emit(shapes=shapes, slope=slope, rate=rate, total=total, **functions)
        return f"{program}\nexport const ROUNDS = {ROUNDS};\nexport const MEMORIES = {MEMORIES};\n"

    @staticmethod
    def readouts(
        *, rule: str, beta1: float, beta2: float, spike: float, period: int, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            rule: a name in `RULES`.
            beta1: memory of direction.
            beta2: memory of size (Lion: of direction, the longer one).
            spike: the rare gradient.
            period: gradients a round.
            now: the round whose pushes are shown.

        Returns:
            A number per readout.
        """
        game = beta1, beta2, spike, period
        places = _walk(rule, *game)
        left, right = _pushes(rule, *game, now)
        numbers = torch.tensor(game, dtype=torch.float64)
        return {
            "end": places[-1].item(),
            "beside_end": _walk("amsgrad" if rule == "adam" else "adam", *game)[-1].item(),
            "drift": DRIFTS[rule](*numbers).item(),
            "now": now,
            "x": places[now * period].item(),
            "left": left,
            "right": right,
        }

    @classmethod
    def random_setting(cls, draw: random.Random) -> dict[str, Any]:
        game = {"spike": draw.uniform(1, 40), "period": draw.choice((3, 11))}
        memory = {"beta2": draw.uniform(0, 0.99)}
        return super().random_setting(draw) | game | memory | {"now": draw.randrange(ROUNDS)}


@functools.cache
def _walk(name: str, beta1: float, beta2: float, spike: float, period: int) -> Tensor:
    given = hyper(name, LR, beta1, beta2)
    return reddi_game(RULES[name], spike=spike, period=period, rounds=ROUNDS, **given)


def _pushes(name, beta1, beta2, spike, period, now) -> tuple[float, float]:
    """What round `now` pushes to the left and to the right, in learning rates."""
    x = torch.zeros((), dtype=torch.float64)
    state, pushes = RULES[name].init(x), []
    for step in range(1, max(now, 1) * period + 1):
        lr = LR * (period / step) ** 0.5
        grad = x + (spike if step % period == 1 else -1.0)
        delta, state = RULES[name].update(grad, state, x, **hyper(name, lr, beta1, beta2))
        pushes.append(delta.item() / lr)
    last = pushes[-period:]
    return -sum(push for push in last if push < 0), sum(push for push in last if push > 0)
